//! The rows of a convolution: found in x where they lie there whole, gathered into scratch elsewhere.

use super::ConvShape;
use crate::kernels::scratch::{self, Slot};
use crate::kernels::window::Axis;
use std::ops::Range;

/// Floats of a gathered block: they stay in the L2 cache.
const GATHERED: usize = 1 << 16;

/// The rows of one group.
pub(super) struct Rows<'a> {
    pub shape: &'a ConvShape,
    pub group: usize,
}

impl Rows<'_> {
    /// Rows of a gathered block.
    pub(super) fn block(&self) -> usize {
        (GATHERED / self.shape.depth().max(1))
            .next_multiple_of(24)
            .min(240)
    }

    /// Visits the rows of a range in order, block by block: first row, number of rows, address, distance of rows.
    pub(super) fn walk(
        &self,
        x: &[f32],
        range: Range<usize>,
        mut visit: impl FnMut(usize, usize, *const f32, usize),
    ) {
        let depth = self.shape.depth();
        let mut gathered = None;
        let mut row = range.start;
        while row < range.end {
            let (count, place) = self.run_at(row, range.end);
            if let Some(place) = place {
                let stride = self.shape.axes[2].stride * self.shape.channels;
                visit(row, count, x[place..].as_ptr(), stride);
            } else {
                let block = gathered
                    .get_or_insert_with(|| scratch::take(Slot::Columns, self.block() * depth));
                self.gather(x, row, &mut block[..count * depth]);
                visit(row, count, block.as_ptr(), depth);
            }
            row += count;
        }
    }

    /// The longest run of rows from `row` that can be taken at once, and its place in x if it lies there whole.
    fn run_at(&self, row: usize, end: usize) -> (usize, Option<usize>) {
        let [outer, middle, axis] = &self.shape.axes;
        let straight = axis.dilation == 1 || axis.kernel == 1;
        if self.shape.groups > 1 || [outer, middle] != [&Axis::SINGLE; 2] || !straight {
            return (self.block().min(end - row), None);
        }
        let (item, t) = (row / axis.output, row % axis.output);
        let inside = axis.interior();
        if inside.contains(&t) {
            let start = (t * axis.stride) as isize - axis.low;
            let place = (item * axis.input + start as usize) * self.shape.channels;
            return ((inside.end - t).min(end - row), Some(place));
        }
        let edge = if t < inside.start {
            inside.start
        } else {
            axis.output
        };
        ((edge - t).min(end - row).min(self.block()), None)
    }

    /// Copies what the cells from `row` on see.
    fn gather(&self, x: &[f32], row: usize, out: &mut [f32]) {
        for (r, to) in out.chunks_exact_mut(self.shape.depth()).enumerate() {
            let (item, cell) = self.cell_of(row + r);
            self.each_run(item, cell, |from, at, len| match from {
                Some(from) => copy(&x[from..from + len], &mut to[at..at + len]),
                None => to[at..at + len].fill(0.0),
            });
        }
    }

    /// Adds rows back to the cells that they were gathered from: the gradient of `gather`.
    pub(super) fn spread(&self, rows: &[f32], row: usize, x: &mut [f32]) {
        for (r, values) in rows.chunks_exact(self.shape.depth()).enumerate() {
            let (item, cell) = self.cell_of(row + r);
            self.each_run(item, cell, |from, at, len| {
                if let Some(from) = from {
                    x[from..from + len]
                        .iter_mut()
                        .zip(&values[at..at + len])
                        .for_each(|(x, v)| *x += v);
                }
            });
        }
    }

    /// Item and cell of a row.
    fn cell_of(&self, row: usize) -> (usize, [usize; 3]) {
        let [d, h, w] = self.shape.axes.map(|a| a.output);
        (row / (d * h * w), [row / (h * w) % d, row / w % h, row % w])
    }

    /// Visits the runs of a row that are contiguous in x: place in x (none for padding), place in the row, length.
    #[inline(always)]
    pub(super) fn each_run(
        &self,
        item: usize,
        cell: [usize; 3],
        mut visit: impl FnMut(Option<usize>, usize, usize),
    ) {
        let shape = self.shape;
        let [d, h, w] = &shape.axes;
        let c_group = shape.channels / shape.groups;
        let line = w.kernel * c_group;
        let taps = w.taps(cell[2]);
        let whole = w.dilation == 1 && shape.groups == 1;
        let mut at = 0;
        for i in 0..d.kernel {
            let plane = d.cell(cell[0], i).map(|z| item * d.input + z);
            for j in 0..h.kernel {
                let start =
                    plane.and_then(|z| h.cell(cell[1], j).map(|y| (z * h.input + y) * w.input));
                let Some(start) = start.filter(|_| !taps.is_empty()) else {
                    visit(None, at, line);
                    at += line;
                    continue;
                };
                let first = (cell[2] * w.stride + taps.start * w.dilation) as isize - w.low;
                let place = (start + first as usize) * shape.channels + self.group * c_group;
                if taps.start > 0 {
                    visit(None, at, taps.start * c_group);
                }
                if whole {
                    visit(Some(place), at + taps.start * c_group, taps.len() * c_group);
                } else {
                    for (n, tap) in taps.clone().enumerate() {
                        visit(
                            Some(place + n * w.dilation * shape.channels),
                            at + tap * c_group,
                            c_group,
                        );
                    }
                }
                if taps.end < w.kernel {
                    visit(
                        None,
                        at + taps.end * c_group,
                        (w.kernel - taps.end) * c_group,
                    );
                }
                at += line;
            }
        }
    }
}

/// A copy that does not call the library for a handful of numbers.
#[inline(always)]
fn copy(from: &[f32], to: &mut [f32]) {
    if from.len() < 16 {
        from.iter().zip(to).for_each(|(a, b)| *b = *a);
    } else {
        to.copy_from_slice(from);
    }
}
