//! Pooling windows over one to three spatial axes, channels last: the largest or the sum of the cells that exist, and
//! the gradients. Padding takes no part. A max window's gradient goes to its first NaN, else its first largest cell.

use super::window::Axis;
use super::{Cpu, Shared, block_range};
use crate::simd::{Kernel, Simd};

/// The shape of a pooling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolShape {
    /// Items.
    pub batch: usize,
    /// Channels of x and y.
    pub channels: usize,
    /// Spatial axes; singles in front where there are fewer than three.
    pub axes: [Axis; 3],
}

/// What a window yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pool {
    /// The largest cell.
    Max,
    /// The sum of the cells.
    Sum,
}

impl PoolShape {
    /// A shape of up to three axes.
    pub fn new(batch: usize, channels: usize, axes: &[Axis]) -> Self {
        PoolShape {
            batch,
            channels,
            axes: Axis::three(axes),
        }
    }

    fn cells(&self, of: impl Fn(&Axis) -> usize) -> usize {
        self.axes.iter().map(of).product()
    }

    /// Elements of x.
    pub fn input_len(&self) -> usize {
        self.batch * self.cells(|a| a.input) * self.channels
    }

    /// Elements of y.
    pub fn output_len(&self) -> usize {
        self.batch * self.cells(|a| a.output) * self.channels
    }

    fn check(&self, x: usize, y: usize) {
        assert_eq!(
            [x, y],
            [self.input_len(), self.output_len()],
            "lengths for {self:?}"
        );
    }

    /// Visits the cells of x, counted within an item, that output cell `row` sees, in order.
    #[inline(always)]
    fn each_cell(&self, row: usize, mut visit: impl FnMut(usize)) {
        let [d, h, w] = &self.axes;
        let (oz, oy, ox) = (
            row / (h.output * w.output),
            row / w.output % h.output,
            row % w.output,
        );
        let first = |a: &Axis, o: usize, tap: usize| o * a.stride + tap * a.dilation;
        for i in d.taps(oz) {
            let z = (first(d, oz, i) as isize - d.low) as usize;
            for j in h.taps(oy) {
                let y = (first(h, oy, j) as isize - h.low) as usize;
                for k in w.taps(ox) {
                    let x = (first(w, ox, k) as isize - w.low) as usize;
                    visit((z * h.input + y) * w.input + x);
                }
            }
        }
    }
}

/// y from x.
///
/// # Panics
/// A slice's length is not that of the shape.
pub fn pool(cpu: Cpu<'_>, shape: &PoolShape, kind: Pool, x: &[f32], y: &mut [f32]) {
    shape.check(x.len(), y.len());
    let (cells, c) = (shape.cells(|a| a.output), shape.channels);
    let work = shape.cells(|a| a.kernel) * c;
    let (rows, block) = (shape.batch * cells, ((1 << 15) / work.max(1)).max(1));
    let out = Shared::new(y);
    cpu.team.run(rows.div_ceil(block), &|task| {
        let range = block_range(task, block, rows);
        // SAFETY: each task owns its rows of y.
        let y = unsafe { out.part(range.start * c, range.len() * c) };
        cpu.level.dispatch(Forward {
            shape,
            kind,
            x,
            y,
            first: range.start,
        });
    });
}

/// dx from dy, and from x for [`Pool::Max`].
///
/// # Panics
/// A slice's length is not that of the shape.
pub fn pool_grad(
    cpu: Cpu<'_>,
    shape: &PoolShape,
    kind: Pool,
    x: &[f32],
    dy: &[f32],
    dx: &mut [f32],
) {
    shape.check(dx.len(), dy.len());
    assert!(
        kind == Pool::Sum || x.len() == dx.len(),
        "the gradient of a max window needs x"
    );
    let (x_len, y_len) = (dx.len() / shape.batch.max(1), dy.len() / shape.batch.max(1));
    let out = Shared::new(dx);
    cpu.team.run(shape.batch, &|item| {
        // SAFETY: each task owns one item.
        let dx = unsafe { out.part(item * x_len, x_len) };
        let x = if kind == Pool::Max {
            &x[item * x_len..][..x_len]
        } else {
            &[]
        };
        cpu.level.dispatch(Backward {
            shape,
            kind,
            x,
            dy: &dy[item * y_len..][..y_len],
            dx,
        });
    });
}

struct Forward<'a> {
    shape: &'a PoolShape,
    kind: Pool,
    x: &'a [f32],
    y: &'a mut [f32],
    first: usize,
}

/// `value` where it wins over `best`: it is larger, or the first NaN.
#[inline(always)]
fn wins<S: Simd>(s: S, value: S::F, best: S::F) -> S::M {
    let first_nan = s.mask_and(s.is_nan(value), s.eq(best, best));
    s.mask_or(s.lt(best, value), first_nan)
}

impl Kernel for Forward<'_> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (c, cells) = (self.shape.channels, self.shape.cells(|a| a.output));
        let item_len = self.shape.cells(|a| a.input) * c;
        let start = s.splat(if self.kind == Pool::Max {
            f32::NEG_INFINITY
        } else {
            0.0
        });
        for (r, y) in self.y.chunks_exact_mut(c.max(1)).enumerate() {
            let row = self.first + r;
            let x = &self.x[row / cells * item_len..][..item_len];
            let mut j = 0;
            while j < c {
                let len = S::LANES.min(c - j);
                let mut best = start;
                self.shape.each_cell(
                    row % cells,
                    #[inline(always)]
                    |cell| {
                        // SAFETY: the cell lies in the item.
                        let v = unsafe { s.load_part(x.as_ptr().add(cell * c + j), len) };
                        best = match self.kind {
                            Pool::Max => s.select(wins(s, v, best), v, best),
                            Pool::Sum => s.add(best, v),
                        };
                    },
                );
                // SAFETY: `len` channels of row r.
                unsafe { s.store_part(y.as_mut_ptr().add(j), len, best) };
                j += len;
            }
        }
    }
}

struct Backward<'a> {
    shape: &'a PoolShape,
    kind: Pool,
    x: &'a [f32],
    dy: &'a [f32],
    dx: &'a mut [f32],
}

impl Kernel for Backward<'_> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        self.dx.fill(0.0);
        let dx = self.dx.as_mut_ptr();
        let c = self.shape.channels;
        for (row, dy) in self.dy.chunks_exact(c.max(1)).enumerate() {
            let mut j = 0;
            while j < c {
                let len = S::LANES.min(c - j);
                // The winner's place in the window, as a float: windows are far smaller than 2^24.
                let (mut best, mut place, mut n) = (s.splat(f32::NEG_INFINITY), s.zero(), 0.0);
                if self.kind == Pool::Max {
                    self.shape.each_cell(
                        row,
                        #[inline(always)]
                        |cell| {
                            // SAFETY: the cell lies in the item.
                            let v = unsafe { s.load_part(self.x.as_ptr().add(cell * c + j), len) };
                            let won = wins(s, v, best);
                            best = s.select(won, v, best);
                            place = s.select(won, s.splat(n), place);
                            n += 1.0;
                        },
                    );
                }
                n = 0.0;
                // SAFETY: `len` channels of row `row`.
                let g = unsafe { s.load_part(dy.as_ptr().add(j), len) };
                self.shape.each_cell(
                    row,
                    #[inline(always)]
                    |cell| {
                        // SAFETY: the cell lies in the item.
                        unsafe {
                            let p = dx.add(cell * c + j);
                            let add = match self.kind {
                                Pool::Max => s.select(s.eq(place, s.splat(n)), g, s.zero()),
                                Pool::Sum => g,
                            };
                            s.store_part(p, len, s.add(s.load_part(p, len), add));
                        }
                        n += 1.0;
                    },
                );
                j += len;
            }
        }
    }
}

#[cfg(test)]
mod tests;
