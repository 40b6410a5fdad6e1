//! Subtract: the first input less the second.
//!
//!   [x1 (B, ...), x2 (B, ...)] -> x1 - x2 (B, ...), with broadcasting
//!
//! Follows keras/src/layers/merging/subtract.py.

use serde_json::{Map, Value as Json};

use crate::{Call, Configured, Layer, LayerDef, Scope, Value, keras_config, merging};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Subtract",
    aliases: &[],
    about: "the first input less the second",
    options: Subtract::options,
    read: |o| Subtract::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Takes the second input from the first; a step is masked where both mask it.
    ///
    /// ```
    /// use regimen_nn::{Layer, layers::Subtract};
    /// assert_eq!(Subtract::new().arity(), (2, 2));
    /// ```
    pub struct Subtract() {}
}

impl Layer for Subtract {
    fn class_name(&self) -> &'static str {
        "Subtract"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn arity(&self) -> (usize, usize) {
        (2, 2)
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let merged = merging::elementwise(s, "Subtract", &call.inputs, |a, b| a - b);
        vec![merged]
    }
}
