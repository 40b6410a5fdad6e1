//! Minimum: the smallest of its inputs, element by element.
//!
//!   [x1 (B, ...), x2 (B, ...), ...] -> min(x1, x2, ...) (B, ...), with broadcasting
//!
//! Follows keras/src/layers/merging/minimum.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{Call, Configured, Layer, LayerDef, Scope, Value, keras_config, merging};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Minimum",
    aliases: &[],
    about: "the smallest of its inputs, element by element",
    options: Minimum::options,
    read: |o| Minimum::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// The elementwise minimum. A step that one input masks has the value of the others; it is masked where all mask it.
    ///
    /// ```
    /// use regimen_nn::{Layer, layers::Minimum};
    /// assert_eq!(Minimum::new().arity(), (1, usize::MAX));
    /// ```
    pub struct Minimum() {}
}

impl Layer for Minimum {
    fn class_name(&self) -> &'static str {
        "Minimum"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn arity(&self) -> (usize, usize) {
        (1, usize::MAX)
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let merged = merging::elementwise_open(s, "Minimum", &call.inputs, Var::minimum);
        vec![merged]
    }
}
