//! ELU: x above 0, alpha · (e^x - 1) below.
//!
//!   x (B, ...) -> x where x > 0, else alpha (e^x - 1)
//!
//! Clevert et al. 2015. Follows keras/src/layers/activations/elu.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value, activation_layer, activations, keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "ELU",
    aliases: &[],
    about: "x above 0, alpha · (e^x - 1) below",
    options: ELU::options,
    read: limits::read::<ELU>,
};

keras_config! {
    /// The exponential linear unit. Passes the mask on.
    ///
    /// ```
    /// use regimen_nn::layers::ELU;
    /// assert_eq!(ELU::new().alpha(0.5).alpha, 0.5);
    /// ```
    pub struct ELU() {
        /// How far below 0 it goes. Default 1.
        alpha: f64 = 1.0,
    }
}

impl Limits for ELU {
    fn limits(&self) -> Checks {
        Checks::new().finite("alpha", self.alpha)
    }
}

impl Layer for ELU {
    fn class_name(&self) -> &'static str {
        "ELU"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn activation(&self) -> Option<String> {
        Some("elu".to_string())
    }

    fn function(&self, x: &Var) -> Option<Var> {
        Some(activations::elu(x, self.alpha))
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        activation_layer::forward(self, call)
    }
}
