//! EinsumDense: a linear map between axes of choice, written as an equation, then an activation.
//!
//!   "abc,cde->abde": x (B, T, D) -> y (B, T, U, V);  y = act(Σ_c x_abc W_cde + b_de), W (D, U, V)
//!
//! Follows keras/src/layers/core/einsum_dense.py.

use regimen_graph::{DType, Fault, Type, Var};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, OptionValue, Options, Scope, Value, WeightOptions,
    activations::Activation,
    constraints::Constraint,
    einsum::einsum,
    equation::{Equation, Plan},
    initializers::Initializer,
    input_spec, keras_config,
    limits::{self, Checks, Limits},
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "EinsumDense",
    aliases: &[],
    about: "linear map between axes of choice, written as an equation",
    options: EinsumDense::options,
    read: read_config,
};

keras_config! {
    /// A densely connected layer whose equation says which axes of the input become which of the output. Passes no
    /// mask on, as in Keras.
    ///
    /// ```
    /// use regimen_nn::layers::{EinsumDense, Sizes};
    /// let heads = EinsumDense::new("abc,cde->abde", Sizes(vec![None, Some(8), Some(64)])).bias_axes("de".to_string());
    /// assert_eq!(heads.output_shape.0.len(), 3);
    /// ```
    pub struct EinsumDense(
        /// Input, kernel and output with a letter per axis, `...` for axes before or behind.
        equation: String,
        /// Sizes of the output without the batch and without `...`; null where the input's count.
        output_shape: Sizes,
    ) {
        /// Applied to the output. Default linear.
        activation: Activation = Activation::linear(),
        /// Letters of the output that the bias has. Default no bias.
        bias_axes: Option<String> = None,
        /// How the kernel begins. Default Glorot uniform.
        kernel_initializer: Initializer = Initializer::named("glorot_uniform"),
        /// How the bias begins. Default zeros.
        bias_initializer: Initializer = Initializer::named("zeros"),
        /// Penalty of the kernel.
        kernel_regularizer: Option<Regularizer> = None,
        /// Penalty of the bias.
        bias_regularizer: Option<Regularizer> = None,
        /// Penalty of the output, divided by the batch size.
        activity_regularizer: Option<Regularizer> = None,
        /// Constraint of the kernel.
        kernel_constraint: Option<Constraint> = None,
        /// Constraint of the bias.
        bias_constraint: Option<Constraint> = None,
    }
}

/// Sizes of which some may be open: a number alone is one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sizes(pub Vec<Option<usize>>);

impl From<usize> for Sizes {
    fn from(size: usize) -> Sizes {
        Sizes(vec![Some(size)])
    }
}

impl OptionValue for Sizes {
    const KIND: &'static str = "integer or list of integers, null where open";

    fn read(value: &Json) -> Result<Sizes, String> {
        let list = match value {
            Json::Array(items) => items.iter().map(Option::<usize>::read).collect(),
            one => usize::read(one).map(|size| vec![Some(size)]),
        };
        let expected = || format!("expected {}, 1 or more each", Self::KIND);
        let list: Vec<Option<usize>> = list.map_err(|_| expected())?;
        if list.contains(&Some(0)) {
            return Err(expected());
        }
        Ok(Sizes(list))
    }

    fn write(&self) -> Json {
        self.0.write()
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    let instead = "train the full kernel in float32";
    limits::absent(o, "gptq_unpacked_column_size", instead);
    limits::read::<EinsumDense>(o)
}

impl Limits for EinsumDense {
    fn limits(&self) -> Checks {
        let checks = Checks::new();
        let equation = match Equation::parse(&self.equation) {
            Ok(equation) => equation,
            Err(expected) => return checks.wrong("equation", &self.equation, expected),
        };
        let sizes = equation.given_sizes();
        let given = self.output_shape.0.len();
        let checks = checks.holds(
            sizes == given,
            "output_shape",
            self.output_shape.write(),
            &format!(
                "{sizes} sizes for `{}`: without the batch and `...`",
                self.equation
            ),
        );
        let Some(axes) = &self.bias_axes else {
            return checks;
        };
        let fits = !axes.is_empty() && equation.stranger(axes).is_none();
        let expected = format!("letters of the output of `{}`", self.equation);
        checks.holds(fits, "bias_axes", format!("{axes:?}"), &expected)
    }
}

impl EinsumDense {
    /// Letters and sizes, or what is wrong with the input.
    fn plan(&self, x: &Var) -> Result<(Equation, Plan), Fault> {
        let found = || format!("input {} for `{}`", x.ty(), self.equation);
        let mend = "Change `equation` or `output_shape`, or reshape the input before.";
        let equation = Equation::parse(&self.equation).map_err(|e| Fault::new(found(), e, mend))?;
        match equation.plan(&x.shape(), &self.output_shape.0) {
            Ok(plan) => Ok((equation, plan)),
            Err(expected) => Err(Fault::new(found(), expected, mend)),
        }
    }

    fn mapped(&self, s: &mut Scope, x: &Var, equation: &Equation, plan: &Plan) -> Var {
        let options = WeightOptions::of(&self.kernel_regularizer, &self.kernel_constraint);
        let (inputs, outputs) = &plan.kernel_axes;
        let initializer = self.kernel_initializer.over(inputs, outputs);
        let kernel = s.weight("kernel", &plan.kernel_shape, &initializer, options);
        if kernel.shape() != plan.kernel_shape {
            return kernel;
        }
        let mut y = einsum(x, &plan.input, &kernel, &plan.kernel, &plan.output);
        if let Some(axes) = &self.bias_axes {
            let options = WeightOptions::of(&self.bias_regularizer, &self.bias_constraint);
            let shape = equation.bias_shape(axes, plan);
            y = y + s.weight("bias", &shape, &self.bias_initializer, options);
        }
        self.activation.apply(s, &y)
    }
}

impl Layer for EinsumDense {
    fn class_name(&self) -> &'static str {
        "EinsumDense"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn activation(&self) -> Option<String> {
        Some(self.activation.name().to_string())
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let x = &input_spec::float(call.inputs[0].x.clone());
        if x.is_broken() {
            return vec![x.clone().into()];
        }
        let (equation, plan) = match self.plan(x) {
            Ok(plan) => plan,
            Err(fault) => {
                let batch = [x.dim(0)].into_iter();
                let sizes = batch.chain(self.output_shape.0.iter().map(|n| n.unwrap_or(1)));
                let meant = Type::new(DType::F32, sizes.collect::<Vec<_>>());
                return vec![s.fault("EinsumDense", fault, meant).into()];
            }
        };
        let y = self.mapped(s, x, &equation, &plan);
        s.add_activity_loss(&self.activity_regularizer, &y);
        vec![y.into()]
    }
}
