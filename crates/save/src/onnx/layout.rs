//! Ops that move elements and compute nothing: reshapes, transposes, slices, padding.

use regimen_graph::Op;
use regimen_graph::ops::{Concat, Pad, Reverse, Slice};

use super::OnnxError;
use super::emit::Emitter;
use super::lower::{Outputs, Site};
use super::message::Attr;
use super::size::Size;

/// The same elements in another shape.
pub(super) fn reshape(emit: &mut Emitter, site: &Site<'_>) -> Outputs {
    if (site.nodes.iter().zip(&site.types))
        .all(|(node, types)| node.types[0].shape == types[0].shape)
    {
        return Ok(vec![site.x(0).to_owned()]);
    }
    let sizes = site.output_sizes(0);
    // One size may be left to ONNX, whatever it follows from.
    let fixed = |axis: usize| {
        let first = site.out(0).shape[axis];
        let same = site.nodes.iter().all(|n| n.types[0].shape[axis] == first);
        same.then_some(first as i64)
    };
    let known: Vec<Option<i64>> = (0..site.out(0).rank()).map(fixed).collect();
    let loose = known.iter().filter(|size| size.is_none()).count();
    let shape = match loose {
        1 if !known.contains(&Some(0)) => {
            let shape: Vec<i64> = known.iter().map(|size| size.unwrap_or(-1)).collect();
            emit.ints(&shape)
        }
        _ => emit.sizes(&sizes?),
    };
    Ok(vec![reshaped(emit, site.x(0), &shape)])
}

/// A reshape to a list of sizes, none of which means "as before".
fn reshaped(emit: &mut Emitter, x: &str, shape: &str) -> String {
    emit.node("Reshape", &[x, shape], vec![("allowzero", Attr::Int(1))])
}

/// A reshape to sizes.
pub(super) fn reshape_to(emit: &mut Emitter, x: &str, sizes: &[Size]) -> String {
    let open = |size: &&Size| size.fixed().is_none();
    let shape = match sizes.iter().filter(open).count() {
        1 if sizes.iter().all(|size| size.fixed() != Some(0)) => {
            let shape: Vec<i64> = (sizes.iter())
                .map(|size| size.fixed().map_or(-1, |n| n as i64))
                .collect();
            emit.ints(&shape)
        }
        _ => emit.sizes(sizes),
    };
    // -1 and allowzero go together as long as no size is zero.
    reshaped(emit, x, &shape)
}

/// Axes in another order.
pub(super) fn transpose(emit: &mut Emitter, x: &str, perm: &[usize]) -> String {
    if perm.iter().enumerate().all(|(i, &axis)| i == axis) {
        return x.to_owned();
    }
    let perm = perm.iter().map(|&axis| axis as i64).collect();
    emit.node("Transpose", &[x], vec![("perm", Attr::Ints(perm))])
}

/// New axes of size 1.
pub(super) fn unsqueeze(emit: &mut Emitter, x: &str, axes: &[i64]) -> String {
    let axes = emit.ints(axes);
    emit.plain("Unsqueeze", &[x, &axes])
}

/// Axes of size 1 that go.
pub(super) fn squeeze(emit: &mut Emitter, x: &str, axes: &[i64]) -> String {
    let axes = emit.ints(axes);
    emit.plain("Squeeze", &[x, &axes])
}

/// Elements repeated along axes.
pub(super) fn broadcast(emit: &mut Emitter, site: &Site<'_>) -> Outputs {
    if (site.nodes.iter().zip(&site.types))
        .all(|(node, types)| node.types[0].shape == types[0].shape)
    {
        return Ok(vec![site.x(0).to_owned()]);
    }
    let shape = emit.sizes(&site.output_sizes(0)?);
    Ok(vec![emit.plain("Expand", &[site.x(0), &shape])])
}

/// A box of elements. Axes that stay whole are not named.
pub(super) fn slice(emit: &mut Emitter, site: &Site<'_>, op: &Slice) -> Outputs {
    let each = || {
        site.nodes.iter().filter_map(|node| match &node.op {
            Op::Slice(op) => Some(op),
            _ => None,
        })
    };
    let (mut starts, mut stops, mut axes, mut steps) = (vec![], vec![], vec![], vec![]);
    for (axis, &step) in op.step.iter().enumerate() {
        let to_end = each()
            .zip(&site.types)
            .all(|(op, types)| op.stop[axis] == types[0].shape[axis]);
        if to_end && step == 1 && each().all(|op| op.start[axis] == 0) {
            continue;
        }
        starts.push(site.size(&each().map(|op| op.start[axis]).collect::<Vec<_>>())?);
        stops.push(match to_end {
            true => Size::of(i64::MAX),
            false => site.size(&each().map(|op| op.stop[axis]).collect::<Vec<_>>())?,
        });
        axes.push(axis as i64);
        steps.push(step as i64);
    }
    if axes.is_empty() {
        return Ok(vec![site.x(0).to_owned()]);
    }
    let [starts, stops] = [starts, stops].map(|sizes| emit.sizes(&sizes));
    let [axes, steps] = [axes, steps].map(|list| emit.ints(&list));
    let inputs = [site.x(0), &starts, &stops, &axes, &steps];
    Ok(vec![emit.plain("Slice", &inputs)])
}

/// Elements in reverse order: a slice from the last one on, by steps of -1.
pub(super) fn reverse(emit: &mut Emitter, site: &Site<'_>, op: &Reverse) -> String {
    let list = |value: i64| vec![value; op.axes.len()];
    let axes = op.axes.iter().map(|&axis| axis as i64).collect();
    let lists = [list(-1), list(i64::MIN), axes, list(-1)];
    let [starts, stops, axes, steps] = lists.map(|list| emit.ints(&list));
    emit.plain("Slice", &[site.x(0), &starts, &stops, &axes, &steps])
}

/// Values joined along an axis.
pub(super) fn concat(emit: &mut Emitter, site: &Site<'_>, op: &Concat) -> String {
    let inputs: Vec<&str> = site.inputs.iter().map(String::as_str).collect();
    emit.node("Concat", &inputs, vec![("axis", Attr::Int(op.axis as i64))])
}

/// Cells around and between elements.
pub(super) fn pad(emit: &mut Emitter, site: &Site<'_>, op: &Pad) -> Outputs {
    let dtype = site.ty(0).dtype;
    let value = emit.scalar(dtype, op.value);
    let mut x = site.x(0).to_owned();
    let mut sizes = match op.inner.iter().any(|&n| n > 0) {
        true => site.input_sizes(0)?,
        false => vec![],
    };
    for (axis, &cells) in op.inner.iter().enumerate().filter(|(_, cells)| **cells > 0) {
        x = spread(emit, site, (x, &mut sizes), (axis, cells), &value)?;
    }
    let each = |f: &dyn Fn(&Pad) -> Vec<usize>| -> Result<Vec<Size>, OnnxError> {
        let lists: Vec<Vec<usize>> = (site.nodes.iter())
            .filter_map(|node| match &node.op {
                Op::Pad(op) => Some(f(op)),
                _ => None,
            })
            .collect();
        site.across(&lists.iter().map(Vec::as_slice).collect::<Vec<_>>())
    };
    let pads = each(&|op| [&op.low[..], &op.high[..]].concat())?;
    if pads.iter().all(|size| size.fixed() == Some(0)) {
        return Ok(vec![x]);
    }
    let pads = emit.sizes(&pads);
    Ok(vec![emit.plain("Pad", &[&x, &pads, &value])])
}

/// Cells between the elements of an axis: a new axis behind it is padded and joined to it, and the cells behind the last
/// element are cut off.
fn spread(
    emit: &mut Emitter,
    site: &Site<'_>,
    (x, sizes): (String, &mut [Size]),
    (axis, cells): (usize, usize),
    value: &str,
) -> Result<String, OnnxError> {
    let Some(n) = sizes[axis].fixed() else {
        return Err(site.refused(
            "cells between the elements of an axis that the model leaves open",
            "Give the Input this size: Input(shape=...)",
        ));
    };
    let behind = axis as i64 + 1;
    let wide = unsqueeze(emit, &x, &[behind]);
    let mut pads = vec![0; 2 * (sizes.len() + 1)];
    pads[sizes.len() + 1 + axis + 1] = cells as i64;
    let pads = emit.ints(&pads);
    let padded = emit.plain("Pad", &[&wide, &pads, value]);
    sizes[axis] = Size::of((n * (cells + 1)) as i64);
    let joined = reshape_to(emit, &padded, sizes);
    let kept = (n * (cells + 1)).saturating_sub(cells);
    sizes[axis] = Size::of(kept as i64);
    let [start, stop, axis] = [0, kept as i64, axis as i64].map(|value| emit.ints(&[value]));
    Ok(emit.plain("Slice", &[&joined, &start, &stop, &axis]))
}
