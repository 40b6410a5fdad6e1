//! Dense: a linear map of the last axis, then an activation.
//!
//!   x (B, ..., D) -> y (B, ..., U);  y = act(x · W + b), W (D, U)
//!
//! Follows keras/src/layers/core/dense.py.

use regimen_graph::{Fault, Type};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value, WeightOptions,
    activations::Activation,
    constraints::Constraint,
    initializers::Initializer,
    keras_config,
    limits::{self, Checks, Limits},
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Dense",
    aliases: &[],
    about: "linear map of the last axis, then an activation",
    options: Dense::options,
    read: limits::read::<Dense>,
};

keras_config! {
    /// A densely connected layer: `act(x · kernel + bias)` on the last axis.
    ///
    /// ```
    /// use regimen_nn::layers::Dense;
    /// let layer = Dense::new(64usize).activation("relu").kernel_initializer("he_normal");
    /// assert_eq!(layer.units, 64);
    /// ```
    pub struct Dense(
        /// Size of the output's last axis.
        units: usize,
    ) {
        /// Applied to the output. Default linear.
        activation: Activation = Activation::linear(),
        /// Whether a bias is added. Default true.
        use_bias: bool = true,
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

impl Limits for Dense {
    fn limits(&self) -> Checks {
        Checks::new().at_least_one("units", self.units)
    }
}

impl Layer for Dense {
    fn class_name(&self) -> &'static str {
        "Dense"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn activation(&self) -> Option<String> {
        Some(self.activation.name().to_string())
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Value { x, mask } = call.inputs[0].clone();
        let x = crate::input_spec::float(x);
        if x.rank() < 2 {
            let fault = Fault::new(
                format!("input {}", x.ty()),
                "an input (B, ..., D)",
                "Reshape the input.",
            );
            let meant = Type::new(regimen_graph::DType::F32, vec![x.dim(0), self.units]);
            return vec![s.fault("Dense", fault, meant).into()];
        }
        let options = WeightOptions::of(&self.kernel_regularizer, &self.kernel_constraint);
        let kernel = s.weight(
            "kernel",
            &[x.dim(-1), self.units],
            &self.kernel_initializer,
            options,
        );
        let mut y = x.matmul(&kernel);
        if self.use_bias {
            let options = WeightOptions::of(&self.bias_regularizer, &self.bias_constraint);
            y = y + s.weight("bias", &[self.units], &self.bias_initializer, options);
        }
        let y = self.activation.apply(s, &y);
        s.add_activity_loss(&self.activity_regularizer, &y);
        vec![Value { x: y, mask }]
    }
}
