//! The weights of a convolution layer as its options say them, and its end: bias, activation, penalty of the output.
//!
//!   y = act(z + b), b (F)

use regimen_graph::Var;

use crate::{
    DataFormat, Scope, Value, WeightOptions, activations::Activation, constraints::Constraint,
    initializers::Initializer, regularizers::Regularizer,
};

/// How a weight begins, its penalty and its constraint, borrowed.
pub(crate) struct WeightSpec<'a> {
    pub initializer: &'a Initializer,
    pub regularizer: &'a Option<Regularizer>,
    pub constraint: &'a Option<Constraint>,
}

impl WeightSpec<'_> {
    /// The weight `name` of the current layer.
    pub fn weight(&self, s: &mut Scope, name: &str, shape: &[usize]) -> Var {
        let options = WeightOptions::of(self.regularizer, self.constraint);
        s.weight(name, shape, self.initializer, options)
    }
}

/// What follows the products of a convolution, borrowed.
pub(crate) struct Ending<'a> {
    pub bias: Option<WeightSpec<'a>>,
    pub activation: &'a Activation,
    pub activity_regularizer: &'a Option<Regularizer>,
}

impl Ending<'_> {
    /// Adds the bias to `z`, whose channels are last.
    pub fn with_bias(&self, s: &mut Scope, z: Var) -> Var {
        match &self.bias {
            Some(spec) => {
                let filters = z.dim(-1);
                z + spec.weight(s, "bias", &[filters])
            }
            None => z,
        }
    }

    /// The layer's output from `y`, whose channels are last.
    pub fn output(&self, s: &mut Scope, y: &Var, format: DataFormat) -> Vec<Value> {
        let y = self.activation.apply(s, &format.restored(y));
        s.add_activity_loss(self.activity_regularizer, &y);
        vec![y.into()]
    }
}

/// The [`WeightSpec`] of these fields of a layer.
macro_rules! weight_spec {
    ($layer:expr, $initializer:ident, $regularizer:ident, $constraint:ident) => {
        $crate::convolution_weights::WeightSpec {
            initializer: &$layer.$initializer,
            regularizer: &$layer.$regularizer,
            constraint: &$layer.$constraint,
        }
    };
}
pub(crate) use weight_spec;

/// The [`Ending`] of a layer with the fields that Keras names.
macro_rules! ending {
    ($layer:expr) => {
        $crate::convolution_weights::Ending {
            bias: $layer
                .use_bias
                .then_some($crate::convolution_weights::weight_spec!(
                    $layer,
                    bias_initializer,
                    bias_regularizer,
                    bias_constraint
                )),
            activation: &$layer.activation,
            activity_regularizer: &$layer.activity_regularizer,
        }
    };
}
pub(crate) use ending;
