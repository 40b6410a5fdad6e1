//! Add: the sum of its inputs.
//!
//!   [x1 (B, ...), x2 (B, ...), ...] -> x1 + x2 + ... (B, ...), with broadcasting
//!
//! Follows keras/src/layers/merging/add.py.

use serde_json::{Map, Value as Json};

use crate::{Call, Configured, Layer, LayerDef, Scope, Value, keras_config, merging};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Add",
    aliases: &[],
    about: "the sum of its inputs",
    options: Add::options,
    read: |o| Add::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Adds its inputs; a step is masked where all of them mask it.
    ///
    /// ```
    /// use regimen_nn::{Layer, layers::Add};
    /// assert_eq!(Add::new().arity(), (1, usize::MAX));
    /// ```
    pub struct Add() {}
}

impl Layer for Add {
    fn class_name(&self) -> &'static str {
        "Add"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn arity(&self) -> (usize, usize) {
        (1, usize::MAX)
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        vec![merging::elementwise(s, "Add", &call.inputs, |a, b| a + b)]
    }
}
