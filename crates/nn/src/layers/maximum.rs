//! Maximum: the largest of its inputs, element by element.
//!
//!   [x1 (B, ...), x2 (B, ...), ...] -> max(x1, x2, ...) (B, ...), with broadcasting
//!
//! Follows keras/src/layers/merging/maximum.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{Call, Configured, Layer, LayerDef, Scope, Value, keras_config, merging};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Maximum",
    aliases: &[],
    about: "the largest of its inputs, element by element",
    options: Maximum::options,
    read: |o| Maximum::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// The elementwise maximum. A step that one input masks has the value of the others; it is masked where all mask it.
    ///
    /// ```
    /// use regimen_nn::{Layer, layers::Maximum};
    /// assert_eq!(Maximum::new().arity(), (1, usize::MAX));
    /// ```
    pub struct Maximum() {}
}

impl Layer for Maximum {
    fn class_name(&self) -> &'static str {
        "Maximum"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn arity(&self) -> (usize, usize) {
        (1, usize::MAX)
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let merged = merging::elementwise_open(s, "Maximum", &call.inputs, Var::maximum);
        vec![merged]
    }
}
