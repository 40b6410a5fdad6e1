//! Reductions of whole numbers and truth values: counts, labels, masks. Plain loops in the calling thread.

use regimen_graph::ops::{ArgKind, ReduceKind};
use regimen_graph::{DType, EngineError};

use super::{Array, Spot, call};
use crate::launch::{Context, Work};

/// Reads any element of an integer array as i64.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    dtype: DType,
}

impl<'a> Reader<'a> {
    pub(super) fn new(array: &Array, cx: &Context<'a>) -> Reader<'a> {
        // SAFETY: by the contract of `Work`, the place holds the array.
        let bytes = unsafe { cx.slice(array.place, array.bytes()) };
        Reader {
            bytes,
            dtype: array.ty.dtype,
        }
    }

    pub(super) fn get(&self, i: usize) -> i64 {
        let at = |n: usize| &self.bytes[i * n..(i + 1) * n];
        match self.dtype {
            DType::I32 => at(4)
                .try_into()
                .map_or(0, |b| i64::from(i32::from_ne_bytes(b))),
            DType::I64 => at(8).try_into().map_or(0, i64::from_ne_bytes),
            DType::U8 | DType::Bool => i64::from(self.bytes[i]),
            // Refused before: see `integers`.
            DType::F32 | DType::F64 | DType::BF16 => 0,
        }
    }
}

/// Writes any element of an integer array.
pub(super) struct Writer<'a> {
    bytes: &'a mut [u8],
    dtype: DType,
}

impl<'a> Writer<'a> {
    pub(super) fn new(array: &Array, cx: &Context<'a>) -> Writer<'a> {
        // SAFETY: by the contract of `Work`, the place holds the array, which only this launch touches.
        let bytes = unsafe { cx.slice_mut(array.place, array.bytes()) };
        Writer {
            bytes,
            dtype: array.ty.dtype,
        }
    }

    pub(super) fn set(&mut self, i: usize, x: i64) {
        match self.dtype {
            DType::I32 => self.bytes[i * 4..(i + 1) * 4].copy_from_slice(&(x as i32).to_ne_bytes()),
            DType::I64 => self.bytes[i * 8..(i + 1) * 8].copy_from_slice(&x.to_ne_bytes()),
            DType::U8 => self.bytes[i] = x as u8,
            DType::Bool => self.bytes[i] = u8::from(x != 0),
            DType::F32 | DType::F64 | DType::BF16 => {}
        }
    }
}

/// Refuses floats that the kernels do not take.
pub(super) fn integers(spot: &Spot<'_>, array: &Array) -> Result<(), EngineError> {
    if array.ty.dtype.is_float() {
        Err(spot.unsupported())
    } else {
        Ok(())
    }
}

pub(super) fn reduce(
    spot: &Spot<'_>,
    kind: ReduceKind,
    [outer, axis, inner]: [usize; 3],
) -> Result<Box<dyn Work>, EngineError> {
    let (x, y) = (spot.input(0), spot.output(0)?);
    integers(spot, &x)?;
    let lowest = match x.ty.dtype {
        DType::I32 => i64::from(i32::MIN),
        DType::I64 => i64::MIN,
        _ => 0,
    };
    let highest = match x.ty.dtype {
        DType::I32 => i64::from(i32::MAX),
        DType::I64 => i64::MAX,
        DType::Bool => 1,
        _ => 255,
    };
    Ok(call(move |cx| {
        let (from, mut to) = (Reader::new(&x, cx), Writer::new(&y, cx));
        for i in 0..outer * inner {
            let (o, j) = (i / inner, i % inner);
            let values = (0..axis).map(|k| from.get((o * axis + k) * inner + j));
            let result = match kind {
                ReduceKind::Sum => values.fold(0, i64::wrapping_add),
                ReduceKind::Prod => values.fold(1, i64::wrapping_mul),
                ReduceKind::Max => values.fold(lowest, i64::max),
                ReduceKind::Min => values.fold(highest, i64::min),
            };
            to.set(i, result);
        }
    }))
}

pub(super) fn arg_reduce(
    spot: &Spot<'_>,
    kind: ArgKind,
    [outer, axis, inner]: [usize; 3],
) -> Result<Box<dyn Work>, EngineError> {
    let (x, y) = (spot.input(0), spot.output(0)?);
    integers(spot, &x)?;
    Ok(call(move |cx| {
        let (from, mut to) = (Reader::new(&x, cx), Writer::new(&y, cx));
        for i in 0..outer * inner {
            let at = |k: usize| from.get((i / inner * axis + k) * inner + i % inner);
            let better = |k: usize, best: usize| match kind {
                ArgKind::Max => at(k) > at(best),
                ArgKind::Min => at(k) < at(best),
            };
            to.set(
                i,
                (1..axis).fold(0, |best, k| if better(k, best) { k } else { best }) as i64,
            );
        }
    }))
}

pub(super) fn cumulative_sum(
    spot: &Spot<'_>,
    [outer, axis, inner]: [usize; 3],
    exclusive: bool,
    reverse: bool,
) -> Result<Box<dyn Work>, EngineError> {
    let (x, y) = (spot.input(0), spot.output(0)?);
    integers(spot, &x)?;
    Ok(call(move |cx| {
        let (from, mut to) = (Reader::new(&x, cx), Writer::new(&y, cx));
        for i in 0..outer * inner {
            let mut sum = 0i64;
            for n in 0..axis {
                let k = if reverse { axis - 1 - n } else { n };
                let at = (i / inner * axis + k) * inner + i % inner;
                let with = sum.wrapping_add(from.get(at));
                to.set(at, if exclusive { sum } else { with });
                sum = with;
            }
        }
    }))
}
