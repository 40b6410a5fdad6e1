//! A batch of gradients: rows of equal id are summed in the order of the ids, then each row takes its step.

use super::kernel::{Add, Step};
use super::{AHEAD, LazyRows, TASK};
use crate::kernels::gather::Id;
use crate::kernels::scratch::{self, Slot};
use crate::kernels::{Cpu, Shared, block_range};
use crate::simd::prefetch;

/// The rows that a batch touches.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Row and place among the ids, in that order.
    keys: Vec<u64>,
    /// Where the places of each row begin, and the end.
    starts: Vec<u32>,
}

impl Batch {
    fn read<I: Id>(&mut self, ids: &[I], rows: usize) {
        self.keys.clear();
        for (place, id) in ids.iter().enumerate() {
            let row = id.row(rows);
            self.keys
                .extend(row.map(|row| (row as u64) << 32 | place as u64));
        }
        self.keys.sort_unstable();
        self.starts.clear();
        let mut before = u64::MAX;
        for (at, key) in self.keys.iter().enumerate() {
            if key >> 32 != before {
                before = key >> 32;
                self.starts.push(at as u32);
            }
        }
        self.starts.push(self.keys.len() as u32);
    }

    /// The row that comes as number `i`, and the places of its gradients.
    fn row(&self, i: usize) -> (usize, impl Iterator<Item = usize> + '_) {
        let places = &self.keys[self.starts[i] as usize..self.starts[i + 1] as usize];
        let place = |key: &u64| (key & u64::from(u32::MAX)) as usize;
        ((places[0] >> 32) as usize, places.iter().map(place))
    }
}

/// One step of the optimizer on the rows that `ids` name, with gradients (ids, width), its rate and the learning rate.
pub(crate) fn step<I: Id>(
    rows: &mut LazyRows,
    cpu: Cpu<'_>,
    batch: &mut Batch,
    ids: &[I],
    grads: &[f32],
    rates: [f32; 2],
) {
    let width = rows.width;
    assert_eq!(grads.len(), ids.len() * width);
    batch.read(ids, rows.rows);
    let now = rows.drift.now() + 1;
    let waits = !rows.last.is_empty();
    let mut steps = std::mem::take(&mut rows.last);
    let last = Shared::new(&mut steps);
    let (batch, lazy) = (&*batch, &*rows);
    let count = batch.starts.len() - 1;
    let block = (TASK / width.max(1)).max(1);
    cpu.team.run(count.div_ceil(block), &|task| {
        let mut sum = scratch::take(Slot::Partial, width);
        for i in block_range(task, block, count) {
            if i + AHEAD < count {
                let row = batch.row(i + AHEAD).0;
                lazy.ask_for(row);
                prefetch(last.at(row));
            }
            let (row, mut places) = batch.row(i);
            let first = places.next().unwrap_or_default() * width;
            let mut grad = grads[first..first + width].as_ptr();
            for (n, place) in places.enumerate() {
                if n == 0 {
                    sum.copy_from_slice(&grads[first..first + width]);
                    grad = sum.as_ptr();
                }
                cpu.level.dispatch(Add {
                    to: sum.as_mut_ptr(),
                    from: grads[place * width..(place + 1) * width].as_ptr(),
                    width,
                });
            }
            let mut way = None;
            if waits {
                // SAFETY: there is a number for each row, and each task has rows of its own.
                unsafe {
                    way = lazy.way_since(*last.at(row));
                    *last.at(row) = now;
                }
            }
            cpu.level.dispatch(Step {
                row: lazy.row(row),
                rule: lazy.rule,
                way,
                rates,
                grad,
            });
        }
    });
    rows.last = steps;
    if waits {
        rows.drift.step(rates[0], rates[1]);
        if rows.drift.is_full() {
            rows.settle();
        }
    }
}
