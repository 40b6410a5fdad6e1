//! Activation: an activation function as a layer of its own.
//!
//!   x (B, ...) -> act(x) (B, ...)
//!
//! Follows keras/src/layers/activations/activation.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value, activations, input_spec, keras_config,
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Activation",
    aliases: &[],
    about: "an activation function as a layer of its own",
    options: Activation::options,
    read: |o| Activation::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Applies an activation function; passes the mask on.
    ///
    /// ```
    /// use regimen_nn::layers::Activation;
    /// assert_eq!(Activation::new("relu").activation.name(), "relu");
    /// ```
    pub struct Activation(
        /// The function.
        activation: activations::Activation,
    ) {
        /// Penalty of the output, divided by the batch size.
        activity_regularizer: Option<Regularizer> = None,
    }
}

impl Layer for Activation {
    fn class_name(&self) -> &'static str {
        "Activation"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn activation(&self) -> Option<String> {
        Some(self.activation.name().to_string())
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let Value { x, mask } = call.inputs[0].clone();
        let x = input_spec::float(x);
        if x.is_broken() {
            return vec![Value { x, mask }];
        }
        let y = self.activation.apply(s, &x);
        s.add_activity_loss(&self.activity_regularizer, &y);
        vec![Value { x: y, mask }]
    }
}
