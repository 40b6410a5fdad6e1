//! Arrays with their axes in another order.

use regimen_graph::{Data, Tensor};

/// Axes in another order: axis `i` of what comes out is axis `order[i]` of the array. Numbers become float32.
pub(crate) fn transposed(array: &Tensor, order: &[usize]) -> Tensor {
    let shape: Vec<usize> = order.iter().map(|axis| array.shape[*axis]).collect();
    let mut strides = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * array.shape[axis];
    }
    let steps: Vec<usize> = order.iter().map(|axis| strides[*axis]).collect();
    let converted: Vec<f32>;
    let values = match array.as_f32() {
        Some(values) => values,
        None => {
            converted = array.to_f64().into_iter().map(|v| v as f32).collect();
            &converted
        }
    };
    let count = values.len();
    let mut own = Vec::with_capacity(count);
    let mut place = vec![0; shape.len()];
    for _ in 0..count {
        let from: usize = place.iter().zip(&steps).map(|(i, step)| i * step).sum();
        own.push(values[from]);
        for axis in (0..shape.len()).rev() {
            place[axis] += 1;
            if place[axis] < shape[axis] {
                break;
            }
            place[axis] = 0;
        }
    }
    Tensor {
        shape,
        data: Data::F32(own),
    }
}
