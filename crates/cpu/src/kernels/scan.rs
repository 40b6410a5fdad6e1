//! Kernels that walk the middle axis of a view (outer, axis, inner) in order: running sums and arg-reductions.
//!
//! AMD EPYC with AVX2, one thread: places of the largest of rows of 5 and of 40 numbers take a fifth of the time of plain loops;
//! running sums along 64 rows of 1000 two fifths, as eight rows take turns.

use super::{Cpu, Shared, block_range, short_rows};
use crate::simd::{Kernel, Simd};

/// Elements that a task takes at least, where there are so many.
const TASK: usize = 1 << 14;
/// Rows whose running sums are taken beside each other.
const BESIDE: usize = 8;
/// Numbers of a row up to which many rows are compared at once.
const MOST_COLUMNS: usize = 64;

/// Running sums along the axis. `exclusive` leaves an element out of its own sum, `reverse` runs from the end.
///
/// # Panics
/// A slice's length is not that of the view.
pub fn cumulative_sum(
    cpu: Cpu<'_>,
    x: &[f32],
    view: [usize; 3],
    exclusive: bool,
    reverse: bool,
    y: &mut [f32],
) {
    let [outer, axis, inner] = view;
    let item = axis * inner;
    assert_eq!(
        [x.len(), y.len()],
        [outer * item; 2],
        "lengths for a view {view:?}"
    );
    if item == 0 {
        return;
    }
    let block = (TASK / item).next_multiple_of(BESIDE).max(1);
    let out = Shared::new(y);
    cpu.team.run(outer.div_ceil(block), &|task| {
        let range = block_range(task, block, outer);
        if inner == 1 {
            let x = &x[range.start * axis..range.end * axis];
            // SAFETY: each task owns its rows.
            let y = unsafe { out.part(range.start * axis, x.len()) };
            return running_rows(x, axis, exclusive, reverse, y);
        }
        for o in range {
            // SAFETY: each task owns its items.
            let y = unsafe { out.part(o * item, item) };
            let x = &x[o * item..][..item];
            let mut before: Option<usize> = None;
            for step in 0..axis {
                let row = if reverse { axis - 1 - step } else { step } * inner;
                for j in 0..inner {
                    let (sum, left) = before.map_or((0.0, 0.0), |b| (y[b + j], x[b + j]));
                    y[row + j] = sum + if exclusive { left } else { x[row + j] };
                }
                before = Some(row);
            }
        }
    });
}

/// Running sums of rows of `axis` numbers, several rows beside each other: a sum waits for the one before it.
fn running_rows(x: &[f32], axis: usize, exclusive: bool, reverse: bool, y: &mut [f32]) {
    let blocks = x.chunks(axis * BESIDE).zip(y.chunks_mut(axis * BESIDE));
    for (x, y) in blocks {
        let (rows, mut sums) = (x.len() / axis, [0.0; BESIDE]);
        for step in 0..axis {
            let at = if reverse { axis - 1 - step } else { step };
            for (row, sum) in sums.iter_mut().enumerate().take(rows) {
                let (before, place) = (*sum, row * axis + at);
                *sum += x[place];
                y[place] = if exclusive { before } else { *sum };
            }
        }
    }
}

/// Which place an arg-reduction finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arg {
    /// That of the first largest.
    Max,
    /// That of the first smallest.
    Min,
}

/// y (outer, inner): the place of the first largest or smallest along the axis; a NaN wins only from place 0.
///
/// # Panics
/// A slice's length is not that of the view.
pub fn arg_reduce(cpu: Cpu<'_>, kind: Arg, x: &[f32], view: [usize; 3], y: &mut [i32]) {
    let [outer, axis, inner] = view;
    assert_eq!(
        [x.len(), y.len()],
        [outer * axis * inner, outer * inner],
        "lengths for a view {view:?}"
    );
    if axis == 0 {
        return y.fill(0);
    }
    let block = (TASK / (axis * inner).max(1)).max(1);
    let out = Shared::new(y);
    cpu.team.run(outer.div_ceil(block), &|task| {
        let range = block_range(task, block, outer);
        if inner == 1 {
            let x = &x[range.start * axis..range.end * axis];
            // SAFETY: each task owns its rows.
            let y = unsafe { out.part(range.start, range.len()) };
            return cpu.level.dispatch(Rows { kind, x, axis, y });
        }
        for o in range {
            // SAFETY: each task owns its items.
            let y = unsafe { out.part(o * inner, inner) };
            y.fill(0);
            let x = &x[o * axis * inner..][..axis * inner];
            for a in 1..axis {
                for (j, best) in y.iter_mut().enumerate() {
                    let (value, held) = (x[a * inner + j], x[*best as usize * inner + j]);
                    let better = if kind == Arg::Max {
                        value > held
                    } else {
                        value < held
                    };
                    *best = if better { a as i32 } else { *best };
                }
            }
        }
    });
}

/// Rows of `axis` numbers.
struct Rows<'a> {
    kind: Arg,
    x: &'a [f32],
    axis: usize,
    y: &'a mut [i32],
}

impl Kernel for Rows<'_> {
    type Out = ();
    /// A vector of rows at a time, each from its first number to its last; places are exact as floats below 2^24.
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        if self.axis > MOST_COLUMNS {
            let rows = self.x.chunks_exact(self.axis).zip(self.y);
            return rows.for_each(|(row, y)| *y = first_best(self.kind, row));
        }
        let mut turned = short_rows::EMPTY;
        for first in (0..self.y.len()).step_by(S::LANES) {
            let rows = S::LANES.min(self.y.len() - first);
            let x = &self.x[first * self.axis..(first + rows) * self.axis];
            let (mut best, mut place) = (s.zero(), s.zero());
            short_rows::by_columns(s, x, self.axis, &mut turned, |column, value| {
                if column == 0 {
                    best = value;
                    return;
                }
                let better = match self.kind {
                    Arg::Max => s.lt(best, value),
                    Arg::Min => s.lt(value, best),
                };
                best = s.select(better, value, best);
                place = s.select(better, s.splat(column as f32), place);
            });
            let places = s.of_bits(s.to_int(place));
            // SAFETY: so many rows have a y, of the same size as a float.
            unsafe { s.store_part(self.y.as_mut_ptr().add(first).cast(), rows, places) };
        }
    }
}

/// The place of the first largest or smallest of a row; a NaN wins only from place 0.
fn first_best(kind: Arg, row: &[f32]) -> i32 {
    let (mut best, mut place) = (row[0], 0);
    for (i, &value) in row.iter().enumerate().skip(1) {
        let better = match kind {
            Arg::Max => value > best,
            Arg::Min => value < best,
        };
        // Two choices without a branch: which one is best is chance.
        best = if better { value } else { best };
        place = if better { i as i32 } else { place };
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{assert_close, noise, on_every_cpu};

    const VIEWS: [[usize; 3]; 9] = [
        [1, 5, 1],
        [37, 9, 1],
        [900, 20, 1],
        [20, 31, 1],
        [19, 64, 1],
        [19, 65, 1],
        [700, 40, 3],
        [3, 1, 4],
        [2, 300, 200],
    ];

    #[test]
    fn running_sums() {
        for view in VIEWS {
            let [outer, axis, inner] = view;
            let x = noise(outer * axis * inner, 1);
            for (exclusive, reverse) in [(false, false), (true, false), (false, true), (true, true)]
            {
                let at = |i: usize| (i / (axis * inner), i / inner % axis, i % inner);
                let sum = |i: usize| -> f64 {
                    let (o, a, j) = at(i);
                    let range = if reverse {
                        a + usize::from(exclusive)..axis
                    } else {
                        0..a + usize::from(!exclusive)
                    };
                    range
                        .map(|k| f64::from(x[(o * axis + k) * inner + j]))
                        .sum()
                };
                let exact: Vec<f64> = (0..x.len()).map(sum).collect();
                let run = |cpu: Cpu<'_>| {
                    let mut y = vec![f32::NAN; x.len()];
                    cumulative_sum(cpu, &x, view, exclusive, reverse, &mut y);
                    y
                };
                on_every_cpu(run, |_, y| {
                    assert_close(y, &exact, 1e-5, &format!("{view:?} {exclusive} {reverse}"))
                });
            }
        }
    }

    #[test]
    fn a_nan_wins_from_the_first_place_alone() {
        for axis in [3, 12, 70] {
            let mut x = noise(11 * axis, 1);
            let best = |row: &[f32]| {
                let known = row.iter().copied().filter(|v| !v.is_nan());
                known.fold(f32::NEG_INFINITY, f32::max)
            };
            for row in 0..11 {
                x[row * axis + row % axis] = f32::NAN;
            }
            let run = |cpu: Cpu<'_>| {
                let mut y = vec![-1; 11];
                arg_reduce(cpu, Arg::Max, &x, [11, axis, 1], &mut y);
                y
            };
            on_every_cpu(run, |level, y| {
                for (row, place) in x.chunks_exact(axis).zip(y) {
                    let expected = match row[0].is_nan() {
                        true => 0,
                        false => row.iter().position(|v| *v == best(row)).unwrap(),
                    };
                    assert_eq!(*place as usize, expected, "{axis} {level:?}");
                }
            });
        }
    }

    #[test]
    fn the_first_of_equals_is_found() {
        for view in VIEWS {
            let [outer, axis, inner] = view;
            let x: Vec<f32> = noise(outer * axis * inner, 1)
                .iter()
                .map(|v| (v * 3.0).round())
                .collect();
            for kind in [Arg::Max, Arg::Min] {
                let run = |cpu: Cpu<'_>| {
                    let mut y = vec![-1; outer * inner];
                    arg_reduce(cpu, kind, &x, view, &mut y);
                    y
                };
                on_every_cpu(run, |_, y| {
                    for (i, &place) in y.iter().enumerate() {
                        let at = |a: usize| x[(i / inner * axis + a) * inner + i % inner];
                        let sign = if kind == Arg::Max { 1.0 } else { -1.0 };
                        let best = (0..axis)
                            .map(|a| at(a) * sign)
                            .fold(f32::NEG_INFINITY, f32::max);
                        let first = (0..axis).find(|&a| at(a) * sign == best).unwrap();
                        assert_eq!(place as usize, first);
                    }
                });
            }
        }
    }
}
