//! What the layers share that apply one function to every element: floats only, the mask goes on.

use crate::{Call, Layer, Scope, Value, input_spec};

/// The layer's function of the input.
pub(crate) fn forward(s: &Scope, layer: &dyn Layer, call: &Call) -> Vec<Value> {
    let Value { x, mask } = call.inputs[0].clone();
    if !input_spec::is_float(s, layer.class_name(), &x) {
        return vec![Value { x, mask }];
    }
    let y = layer.function(&x).unwrap_or(x);
    vec![Value { x: y, mask }]
}
