//! ReLU: max(x, 0), with a slope below, a ceiling and a threshold.
//!
//!   x (B, ...) -> max_value where x >= max_value; x where threshold <= x; else negative_slope · (x - threshold)
//!
//! Follows keras/src/layers/activations/relu.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value, activation_layer, activations, keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "ReLU",
    aliases: &[],
    about: "max(x, 0), with a slope below, a ceiling and a threshold",
    options: ReLU::options,
    read: limits::read::<ReLU>,
};

keras_config! {
    /// The rectifier. Passes the mask on.
    ///
    /// ```
    /// use regimen_nn::layers::ReLU;
    /// assert_eq!(ReLU::new().max_value(6.0).max_value, Some(6.0));
    /// ```
    pub struct ReLU() {
        /// The largest value. Default none.
        max_value: Option<f64> = None,
        /// Slope below the threshold. Default 0.
        negative_slope: f64 = 0.0,
        /// Where it starts. Default 0.
        threshold: f64 = 0.0,
    }
}

impl Limits for ReLU {
    fn limits(&self) -> Checks {
        Checks::new()
            .not_negative("max_value", self.max_value.unwrap_or(0.0))
            .not_negative("negative_slope", self.negative_slope)
            .not_negative("threshold", self.threshold)
    }
}

impl Layer for ReLU {
    fn class_name(&self) -> &'static str {
        "ReLU"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn activation(&self) -> Option<String> {
        Some("relu".to_string())
    }

    fn function(&self, x: &Var) -> Option<Var> {
        Some(activations::relu(
            x,
            self.negative_slope,
            self.max_value,
            self.threshold,
        ))
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        activation_layer::forward(self, call)
    }
}
