//! LeakyReLU: x above 0, a small slope below.
//!
//!   x (B, ...) -> x where x >= 0, else negative_slope · x
//!
//! Maas et al. 2013. Follows keras/src/layers/activations/leaky_relu.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Options, Scope, Value, activation_layer, activations,
    keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "LeakyReLU",
    aliases: &[],
    about: "x above 0, a small slope below",
    options: LeakyReLU::options,
    read: read_config,
};

keras_config! {
    /// The leaky rectifier. Passes the mask on.
    ///
    /// ```
    /// use regimen_nn::layers::LeakyReLU;
    /// assert_eq!(LeakyReLU::new().negative_slope, 0.3);
    /// ```
    pub struct LeakyReLU() {
        /// Slope below 0. Default 0.3.
        negative_slope: f64 = 0.3,
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    // The name that it had in Keras 2 goes before, as in Keras 3.
    let old: Option<f64> = o.get("alpha", Some(None))?;
    let mut layer = LeakyReLU::read(o)?;
    layer.negative_slope = old.unwrap_or(layer.negative_slope);
    limits::check(&layer, o).then(|| Box::new(layer) as Box<dyn Layer>)
}

impl Limits for LeakyReLU {
    fn limits(&self) -> Checks {
        Checks::new().not_negative("negative_slope", self.negative_slope)
    }
}

impl Layer for LeakyReLU {
    fn class_name(&self) -> &'static str {
        "LeakyReLU"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn activation(&self) -> Option<String> {
        Some("leaky_relu".to_string())
    }

    fn function(&self, x: &Var) -> Option<Var> {
        Some(activations::leaky_relu(x, self.negative_slope))
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        activation_layer::forward(self, call)
    }
}
