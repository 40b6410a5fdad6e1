//! Reductions, positions of extremes, running sums. Floats by the kernels, whole numbers by plain loops.

use regimen_graph::ops::{ArgKind, ArgReduce, CumSum, Reduce, ReduceKind};
use regimen_graph::{DType, EngineError, elements};

use super::{Spot, call, call_rows, whole};
use crate::kernels::{reduce as kernel, scan};
use crate::launch::Work;

/// (outer, axis, inner) of a run of axes.
fn around(shape: &[usize], axes: &[usize]) -> Option<[usize; 3]> {
    let real = |i: &usize| shape[*i] != 1;
    let first = axes.iter().copied().find(real);
    let last = axes.iter().copied().rfind(real);
    let (Some(first), Some(last)) = (first, last) else {
        return Some([elements(shape), 1, 1]);
    };
    let run = (first..=last).all(|i| shape[i] == 1 || axes.contains(&i));
    run.then(|| {
        [
            elements(&shape[..first]),
            elements(&shape[first..=last]),
            elements(&shape[last + 1..]),
        ]
    })
}

pub(super) fn reduce(spot: &Spot<'_>, op: &Reduce) -> Result<Box<dyn Work>, EngineError> {
    let (x, y) = (spot.input(0), spot.output(0)?);
    let view = around(&x.ty.shape, &op.axes).ok_or_else(|| spot.unsupported())?;
    if x.ty.dtype != DType::F32 {
        return whole::reduce(spot, op.kind, view);
    }
    let kind = match op.kind {
        ReduceKind::Sum => kernel::Reduce::Sum,
        ReduceKind::Prod => kernel::Reduce::Prod,
        ReduceKind::Max => kernel::Reduce::Max,
        ReduceKind::Min => kernel::Reduce::Min,
    };
    let [outer, axis, inner] = view;
    Ok(call_rows(move |cx, rows| {
        let view = [rows.part(outer).len(), axis, inner];
        let x = x.read_part(cx, rows.part(x.len()));
        let y = y.write_part(cx, rows.part(y.len()));
        kernel::reduce(cx.cpu(), kind, x, view, y)
    }))
}

/// (outer, axis, inner) of one axis.
fn beside(shape: &[usize], axis: usize) -> [usize; 3] {
    [
        elements(&shape[..axis]),
        shape[axis],
        elements(&shape[axis + 1..]),
    ]
}

pub(super) fn arg_reduce(spot: &Spot<'_>, op: &ArgReduce) -> Result<Box<dyn Work>, EngineError> {
    let (x, y) = (spot.input(0), spot.output(0)?);
    let view = beside(&x.ty.shape, op.axis);
    if x.ty.dtype != DType::F32 {
        return whole::arg_reduce(spot, op.kind, view);
    }
    let kind = match op.kind {
        ArgKind::Max => scan::Arg::Max,
        ArgKind::Min => scan::Arg::Min,
    };
    let [outer, axis, inner] = view;
    Ok(call_rows(move |cx, rows| {
        let view = [rows.part(outer).len(), axis, inner];
        let x = x.read_part(cx, rows.part(x.len()));
        let y = y.write_part(cx, rows.part(y.len()));
        scan::arg_reduce(cx.cpu(), kind, x, view, y)
    }))
}

pub(super) fn cumulative_sum(spot: &Spot<'_>, op: &CumSum) -> Result<Box<dyn Work>, EngineError> {
    let (x, y) = (spot.input(0), spot.output(0)?);
    let view = beside(&x.ty.shape, op.axis);
    let (exclusive, reverse) = (op.exclusive, op.reverse);
    if x.ty.dtype != DType::F32 {
        return whole::cumulative_sum(spot, view, exclusive, reverse);
    }
    Ok(call(move |cx| {
        scan::cumulative_sum(cx.cpu(), x.read(cx), view, exclusive, reverse, y.write(cx))
    }))
}
