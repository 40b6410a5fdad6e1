//! What the layers share that apply one function to every element: floats only, the mask goes on.

use crate::{Call, Layer, Value, input_spec};

/// The layer's function of the input.
pub(crate) fn forward(layer: &dyn Layer, call: &Call) -> Vec<Value> {
    let Value { x, mask } = call.inputs[0].clone();
    let x = input_spec::float(x);
    if x.is_broken() {
        return vec![Value { x, mask }];
    }
    let y = layer.function(&x).unwrap_or(x);
    vec![Value { x: y, mask }]
}
