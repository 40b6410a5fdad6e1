//! Sorting rows, with positions.

use std::cmp::Ordering;

use regimen_graph::ops::Sort;
use regimen_graph::{DType, EngineError};

use super::whole::integers;
use super::{Array, Spot, call};
use crate::bytes::Pod;
use crate::launch::{Context, Place, Work};

/// Elements of a task at least.
const TASK: usize = 1 << 12;

struct Rows {
    x: Array,
    values: Array,
    positions: Array,
    /// Whole rows of positions, where only part of each is kept.
    scratch: Option<Place>,
    descending: bool,
    n: usize,
    keep: usize,
}

pub(super) fn sort(spot: &Spot<'_>, op: &Sort) -> Result<Box<dyn Work>, EngineError> {
    let (x, values, positions) = (spot.input(0), spot.output(0)?, spot.output(1)?);
    if x.ty.dtype != DType::F32 {
        integers(spot, &x)?;
    }
    let n = x.ty.shape.last().copied().unwrap_or(1);
    let keep = op.limit.unwrap_or(n);
    let scratch = spot.memory.scratch(spot.index);
    let rows = Rows {
        x,
        values,
        positions,
        scratch,
        descending: op.descending,
        n,
        keep,
    };
    Ok(call(move |cx| match rows.x.ty.dtype {
        DType::I32 => rows.run::<i32>(cx),
        DType::I64 => rows.run::<i64>(cx),
        DType::U8 | DType::Bool => rows.run::<u8>(cx),
        DType::F32 | DType::F64 | DType::BF16 => rows.run::<f32>(cx),
    }))
}

impl Rows {
    fn run<T: Pod + PartialOrd + Sync>(&self, cx: &Context<'_>) {
        let (n, keep) = (self.n, self.keep);
        if n == 0 || keep == 0 {
            return;
        }
        let rows = self.x.len() / n;
        let block = (TASK / n).max(1);
        let x = self.x.read::<T>(cx);
        cx.team.run(rows.div_ceil(block), &|task| {
            for row in task * block..((task + 1) * block).min(rows) {
                let part = |place: Place, size: usize, len: usize| Place {
                    at: place.at + row * len * size,
                    ..place
                };
                let place = self.scratch.unwrap_or(self.positions.place);
                // SAFETY: each task owns its rows of the positions, the values and the working memory.
                let (order, values, positions) = unsafe {
                    (
                        cx.slice_mut::<i32>(part(place, 4, n), n),
                        cx.slice_mut::<T>(part(self.values.place, size_of::<T>(), keep), keep),
                        part(self.positions.place, 4, keep),
                    )
                };
                let from = &x[row * n..(row + 1) * n];
                self.order(from, order);
                for (to, &i) in values.iter_mut().zip(order.iter()) {
                    *to = from[i as usize];
                }
                if self.scratch.is_some() {
                    // SAFETY: as above.
                    unsafe { cx.slice_mut::<i32>(positions, keep) }.copy_from_slice(&order[..keep]);
                }
            }
        });
    }

    /// Positions in sorted order: equal ones as they stand, NaN last.
    fn order<T: PartialOrd + Copy>(&self, row: &[T], order: &mut [i32]) {
        order
            .iter_mut()
            .enumerate()
            .for_each(|(i, to)| *to = i as i32);
        let nan = |v: T| v.partial_cmp(&v).is_none();
        let compare = |&a: &i32, &b: &i32| {
            let (x, y) = (row[a as usize], row[b as usize]);
            let values = match x.partial_cmp(&y) {
                Some(rising) if self.descending => rising.reverse(),
                Some(rising) => rising,
                None => nan(x).cmp(&nan(y)),
            };
            if values == Ordering::Equal {
                a.cmp(&b)
            } else {
                values
            }
        };
        if self.keep < row.len() {
            order.select_nth_unstable_by(self.keep, compare);
            order[..self.keep].sort_unstable_by(compare);
        } else {
            order.sort_unstable_by(compare);
        }
    }
}
