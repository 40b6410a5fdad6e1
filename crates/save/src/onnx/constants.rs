//! Constants and positions. Where a number follows from an open size (one over a count), it is computed from it.

use regimen_graph::{DType, Op, Tensor, ops::Iota};

use super::emit::Emitter;
use super::lower::{Outputs, Site};
use super::message::Attr;
use super::size::Size;

/// The longest run of positions that is written down.
const WRITTEN: usize = 1 << 16;

/// A constant, or a number that follows from sizes; empty where it follows in no simple way.
pub(super) fn constant(emit: &mut Emitter, site: &Site<'_>) -> Outputs {
    let values: Vec<&Tensor> = site
        .nodes
        .iter()
        .filter_map(|node| match &node.op {
            Op::Constant(op) => Some(&*op.value),
            _ => None,
        })
        .collect();
    let first = values[0];
    if values.iter().all(|value| *value == first) {
        return Ok(vec![emit.constant(first)]);
    }
    let numbers: Vec<f64> = values
        .iter()
        .filter(|value| value.shape.is_empty())
        .flat_map(|value| value.to_f64())
        .collect();
    if numbers.len() == values.len() {
        let whole = |number: f64| {
            let near = number.round();
            let close = near > 0.0 && (number - near).abs() <= 1e-6 * near;
            close.then_some(near as usize)
        };
        let fit = |f: &dyn Fn(f64) -> f64| -> Option<Size> {
            let all: Option<Vec<usize>> = numbers.iter().map(|n| whole(f(*n))).collect();
            site.known_size(&all?)
        };
        if let Some(size) = fit(&|n| n) {
            let count = scalar(emit, &size);
            return Ok(vec![emit.cast(&count, first.dtype())]);
        }
        if let Some(size) = fit(&|n| 1.0 / n) {
            let count = scalar(emit, &size);
            let count = emit.cast(&count, DType::F32);
            return Ok(vec![emit.plain("Reciprocal", &[&count])]);
        }
    }
    // Who reads it is refused, unless it is the share of a mean.
    Ok(vec![String::new()])
}

/// A size as an int64 scalar.
fn scalar(emit: &mut Emitter, size: &Size) -> String {
    let list = emit.sizes(std::slice::from_ref(size));
    let axes = emit.ints(&[0]);
    emit.plain("Squeeze", &[&list, &axes])
}

/// 0, 1, 2 .. along an axis, repeated along the others.
pub(super) fn iota(emit: &mut Emitter, site: &Site<'_>, op: &Iota) -> Outputs {
    let sizes = site.output_sizes(0)?;
    let along = &sizes[op.axis];
    let count = along.fixed().filter(|&n| n <= WRITTEN);
    let line = match count {
        Some(n) => {
            let values: Vec<f64> = (0..n).map(|i| i as f64).collect();
            emit.constant(&Tensor::from_f64(op.dtype, vec![n], &values))
        }
        None => {
            let end = scalar(emit, along);
            let [zero, one] = [0.0, 1.0].map(|value| emit.scalar(DType::I64, value));
            let range = emit.plain("Range", &[&zero, &end, &one]);
            match op.dtype {
                DType::I64 => range,
                dtype => emit.cast(&range, dtype),
            }
        }
    };
    if sizes.len() == 1 {
        return Ok(vec![line]);
    }
    let axes: Vec<i64> = (0..sizes.len() as i64)
        .filter(|&axis| axis != op.axis as i64)
        .collect();
    let axes = emit.ints(&axes);
    let line = emit.plain("Unsqueeze", &[&line, &axes]);
    let shape = emit.sizes(&sizes);
    Ok(vec![emit.node(
        "Expand",
        &[&line, &shape],
        Vec::<(&'static str, Attr)>::new(),
    )])
}
