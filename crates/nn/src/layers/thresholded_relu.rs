//! ThresholdedReLU: x above a threshold, 0 elsewhere.
//!
//!   x (B, ...) -> x where x > theta, else 0
//!
//! Follows keras/src/legacy/layers.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value, activation_layer, activations, keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "ThresholdedReLU",
    aliases: &[],
    about: "x above a threshold, 0 elsewhere",
    options: ThresholdedReLU::options,
    read: limits::read::<ThresholdedReLU>,
};

keras_config! {
    /// The thresholded rectifier of Keras 1 and 2; today `ReLU(threshold=theta)`. Passes the mask on.
    ///
    /// ```
    /// use regimen_nn::layers::ThresholdedReLU;
    /// assert_eq!(ThresholdedReLU::new().theta, 1.0);
    /// ```
    pub struct ThresholdedReLU() {
        /// The threshold. Default 1.
        theta: f64 = 1.0,
    }
}

impl Limits for ThresholdedReLU {
    fn limits(&self) -> Checks {
        Checks::new().not_negative("theta", self.theta)
    }
}

impl Layer for ThresholdedReLU {
    fn class_name(&self) -> &'static str {
        "ThresholdedReLU"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn activation(&self) -> Option<String> {
        Some("threshold".to_string())
    }

    fn function(&self, x: &Var) -> Option<Var> {
        Some(activations::threshold(x, self.theta, 0.0))
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        activation_layer::forward(self, call)
    }
}
