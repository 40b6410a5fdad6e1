//! Identity: gives what it gets.
//!
//!   x (B, ...) -> x
//!
//! Follows keras/src/layers/core/identity.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{Call, Configured, Layer, LayerDef, Scope, Value, keras_config};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Identity",
    aliases: &[],
    about: "gives what it gets",
    options: Identity::options,
    read: |o| Identity::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Gives its inputs and their masks as they are: several are several outputs.
    ///
    /// ```
    /// use regimen_nn::{Layer, layers::Identity};
    /// assert!(Identity::new().config().is_empty());
    /// ```
    pub struct Identity() {}
}

impl Layer for Identity {
    fn class_name(&self) -> &'static str {
        "Identity"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn arity(&self) -> (usize, usize) {
        (1, usize::MAX)
    }

    fn function(&self, x: &Var) -> Option<Var> {
        Some(x.clone())
    }

    fn forward(&self, _: &mut Scope, call: &Call) -> Vec<Value> {
        call.inputs.clone()
    }
}
