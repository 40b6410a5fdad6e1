//! Average: the mean of its inputs.
//!
//!   [x1 (B, ...), ..., xn (B, ...)] -> (x1 + ... + xn) / n (B, ...), with broadcasting
//!
//! Follows keras/src/layers/merging/average.py.

use regimen_graph::DType;
use serde_json::{Map, Value as Json};

use crate::{Call, Configured, Layer, LayerDef, Scope, Value, keras_config, merging};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Average",
    aliases: &[],
    about: "the mean of its inputs",
    options: Average::options,
    read: |o| Average::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Averages its inputs; a step is masked where all of them mask it.
    ///
    /// ```
    /// use regimen_nn::{Layer, layers::Average};
    /// assert_eq!(Average::new().arity(), (1, usize::MAX));
    /// ```
    pub struct Average() {}
}

impl Layer for Average {
    fn class_name(&self) -> &'static str {
        "Average"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn arity(&self) -> (usize, usize) {
        (1, usize::MAX)
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let mut mean = merging::elementwise(s, "Average", &call.inputs, |a, b| a + b);
        if !mean.x.is_broken() && mean.x.dtype() != DType::Bool {
            // As Keras: whole numbers are divided as floats.
            let sum = if mean.x.dtype().is_float() {
                mean.x
            } else {
                mean.x.cast(DType::F32)
            };
            mean.x = sum / call.inputs.len() as f64;
        }
        vec![mean]
    }
}
