//! Pooling windows over one to three spatial axes, channels last: the largest or the sum of the cells that exist, and
//! the gradients. Padding takes no part. A max window's gradient goes to its first NaN, else its first largest cell.
//!
//! AMD EPYC with AVX2, one thread, the largest of 2 x 2 cells of 32 x 26 x 26 x 32: 1.3 times as fast as plain loops, which the
//! compiler makes vectors of as well, and its gradient 11 times.

use super::scratch::{self, Indices};
use super::window::Axis;
use super::{Cpu, Shared, block_range};
use crate::simd::{Kernel, Simd};
use std::ops::Range;

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

    /// Whether every cell of x is seen by at most one output cell, and whether by all of them.
    fn partition(&self) -> (bool, bool) {
        let reach = |a: &Axis| (a.kernel.max(1) - 1) * a.dilation + 1;
        let alone = self.axes.iter().all(|a| a.stride >= reach(a));
        let dense = |a: &Axis| a.stride == a.kernel && a.dilation == 1 && a.low == 0;
        let covers = |a: &Axis| dense(a) && a.output * a.stride >= a.input;
        (alone, alone && self.axes.iter().all(covers))
    }
}

/// The cells of x, counted within an item, that one output cell after the other sees.
struct Walk<'a> {
    axes: &'a [Axis; 3],
    /// Outputs of the last axis whose every tap has a cell: one sees what the one before it sees, a stride further on.
    inner: Range<usize>,
    /// The output cell.
    at: [usize; 3],
    cells: Indices,
}

impl<'a> Walk<'a> {
    /// From this output cell of an item on.
    fn from(shape: &'a PoolShape, row: usize) -> Walk<'a> {
        let [_, h, w] = &shape.axes;
        let (hw, h) = (h.output * w.output, h.output);
        let mut walk = Walk {
            axes: &shape.axes,
            inner: w.interior(),
            at: [
                row / hw.max(1),
                row / w.output.max(1) % h.max(1),
                row % w.output.max(1),
            ],
            cells: scratch::indices(),
        };
        walk.find();
        walk
    }

    /// To the next output cell, behind the last one of an item to the first of the next.
    #[inline(always)]
    fn step(&mut self) {
        let [d, h, w] = self.axes;
        self.at[2] += 1;
        if self.inner.contains(&self.at[2]) && self.at[2] > self.inner.start {
            self.cells.iter_mut().for_each(|cell| *cell += w.stride);
            return;
        }
        if self.at[2] == w.output {
            self.at = [self.at[0], self.at[1] + 1, 0];
        }
        if self.at[1] == h.output {
            self.at = [(self.at[0] + 1) % d.output, 0, 0];
        }
        self.find();
    }

    fn find(&mut self) {
        let [d, h, w] = self.axes;
        let [oz, oy, ox] = self.at;
        let first = |a: &Axis, o: usize, tap: usize| o * a.stride + tap * a.dilation;
        self.cells.clear();
        for i in d.taps(oz) {
            let z = (first(d, oz, i) as isize - d.low) as usize;
            for j in h.taps(oy) {
                let y = (first(h, oy, j) as isize - h.low) as usize;
                for k in w.taps(ox) {
                    let x = (first(w, ox, k) as isize - w.low) as usize;
                    self.cells.push((z * h.input + y) * w.input + x);
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

/// Where the gradient of a window goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolGrad {
    /// To the first of the largest.
    Max,
    /// To the first of the largest if that is above zero, else nowhere: the gradient of a ReLU before the pooling as well.
    MaxOfRelu,
    /// To all.
    Sum,
}

/// dx from dy, and but for [`PoolGrad::Sum`] from x.
///
/// # Panics
/// A slice's length is not that of the shape.
pub fn pool_grad(
    cpu: Cpu<'_>,
    shape: &PoolShape,
    kind: PoolGrad,
    x: &[f32],
    dy: &[f32],
    dx: &mut [f32],
) {
    shape.check(dx.len(), dy.len());
    assert!(
        kind == PoolGrad::Sum || x.len() == dx.len(),
        "the gradient of a max window needs x"
    );
    let (x_len, y_len) = (dx.len() / shape.batch.max(1), dy.len() / shape.batch.max(1));
    let out = Shared::new(dx);
    cpu.team.run(shape.batch, &|item| {
        // SAFETY: each task owns one item.
        let dx = unsafe { out.part(item * x_len, x_len) };
        let x = match kind {
            PoolGrad::Sum => &[],
            PoolGrad::Max | PoolGrad::MaxOfRelu => &x[item * x_len..][..x_len],
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

/// Channels of an item's cells, a vector of them at a time.
#[derive(Clone, Copy)]
struct Channels<S> {
    s: S,
    x: *const f32,
    channels: usize,
}

impl<S: Simd> Channels<S> {
    /// `len` channels from `j` on of a cell; `FULL` where they fill a vector.
    ///
    /// # Safety
    /// The cell lies in the item, and has those channels.
    #[inline(always)]
    unsafe fn at<const FULL: bool>(self, cell: usize, j: usize, len: usize) -> S::F {
        // SAFETY: as promised.
        unsafe {
            let p = self.x.add(cell * self.channels + j);
            load::<S, FULL>(self.s, p, len)
        }
    }

    /// The largest of the cells, NaN where one is.
    ///
    /// # Safety
    /// As for [`Channels::at`].
    #[inline(always)]
    unsafe fn greatest<const FULL: bool>(self, cells: &[usize], j: usize, len: usize) -> S::F {
        let s = self.s;
        let mut best = s.splat(f32::NEG_INFINITY);
        let mut numbers = s.eq(best, best);
        for &cell in cells {
            // SAFETY: as promised.
            let v = unsafe { self.at::<FULL>(cell, j, len) };
            best = s.max(v, best);
            numbers = s.mask_and(numbers, s.eq(v, v));
        }
        s.select(numbers, best, s.splat(f32::NAN))
    }

    /// The largest of the cells, or the first NaN, and its place among them as a float: windows are far smaller than 2^24.
    ///
    /// # Safety
    /// As for [`Channels::at`].
    #[inline(always)]
    unsafe fn largest<const FULL: bool>(
        self,
        cells: &[usize],
        j: usize,
        len: usize,
    ) -> (S::F, S::F) {
        let s = self.s;
        let (mut best, mut place, mut n) = (s.splat(f32::NEG_INFINITY), s.zero(), 0.0);
        for &cell in cells {
            // SAFETY: as promised.
            let v = unsafe { self.at::<FULL>(cell, j, len) };
            // Larger or NaN, and none before it was NaN.
            let won = s.mask_and(s.mask_not(s.le(v, best)), s.eq(best, best));
            best = s.select(won, v, best);
            place = s.select(won, s.splat(n), place);
            n += 1.0;
        }
        (best, place)
    }

    /// The sum of the cells.
    ///
    /// # Safety
    /// As for [`Channels::at`].
    #[inline(always)]
    unsafe fn sum<const FULL: bool>(self, cells: &[usize], j: usize, len: usize) -> S::F {
        let mut sum = self.s.zero();
        for &cell in cells {
            // SAFETY: as promised.
            sum = self.s.add(sum, unsafe { self.at::<FULL>(cell, j, len) });
        }
        sum
    }
}

/// Reads `len` floats, a vector of them where `FULL`.
///
/// # Safety
/// `p` is readable for them.
#[inline(always)]
unsafe fn load<S: Simd, const FULL: bool>(s: S, p: *const f32, len: usize) -> S::F {
    // SAFETY: as promised.
    unsafe {
        match FULL {
            true => s.load(p),
            false => s.load_part(p, len),
        }
    }
}

/// Writes `len` floats, a vector of them where `FULL`.
///
/// # Safety
/// `p` is writable for them.
#[inline(always)]
unsafe fn store<S: Simd, const FULL: bool>(s: S, p: *mut f32, len: usize, v: S::F) {
    // SAFETY: as promised.
    unsafe {
        match FULL {
            true => s.store(p, v),
            false => s.store_part(p, len, v),
        }
    }
}

impl Forward<'_> {
    /// # Safety
    /// `y` is writable for `len` channels; the rest as for [`Channels::at`].
    #[inline(always)]
    unsafe fn write<S: Simd, const FULL: bool>(
        kind: Pool,
        x: Channels<S>,
        cells: &[usize],
        (j, len): (usize, usize),
        y: *mut f32,
    ) {
        // SAFETY: as promised.
        unsafe {
            let found = match kind {
                Pool::Max => x.greatest::<FULL>(cells, j, len),
                Pool::Sum => x.sum::<FULL>(cells, j, len),
            };
            store::<S, FULL>(x.s, y.add(j), len, found);
        }
    }
}

impl Kernel for Forward<'_> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (c, rows) = (self.shape.channels, self.shape.cells(|a| a.output));
        let item_len = self.shape.cells(|a| a.input) * c;
        let (mut item, mut row) = (self.first / rows.max(1), self.first % rows.max(1));
        let mut walk = Walk::from(self.shape, row);
        for (r, y) in self.y.chunks_exact_mut(c.max(1)).enumerate() {
            if r > 0 {
                walk.step();
                row += 1;
            }
            if row == rows {
                (item, row) = (item + 1, 0);
            }
            let cells = &walk.cells;
            let x = Channels {
                s,
                x: self.x[item * item_len..][..item_len].as_ptr(),
                channels: c,
            };
            let (whole, y) = (c - c % S::LANES, y.as_mut_ptr());
            // SAFETY: the cells lie in the item, and y is a row of `c` channels.
            unsafe {
                for j in (0..whole).step_by(S::LANES) {
                    Self::write::<S, true>(self.kind, x, cells, (j, S::LANES), y);
                }
                if whole < c {
                    Self::write::<S, false>(self.kind, x, cells, (whole, c - whole), y);
                }
            }
        }
    }
}

struct Backward<'a> {
    shape: &'a PoolShape,
    kind: PoolGrad,
    x: &'a [f32],
    dy: &'a [f32],
    dx: &'a mut [f32],
}

/// What the channels of one output cell need to hand their gradient on.
#[derive(Clone, Copy)]
struct Window<'a, S> {
    kind: PoolGrad,
    /// Whether no other window sees these cells.
    alone: bool,
    x: Channels<S>,
    cells: &'a [usize],
    dy: *const f32,
    dx: *mut f32,
}

impl<S: Simd> Window<'_, S> {
    /// # Safety
    /// The cells lie in the item, and have `len` channels from `j` on; so have dy and dx.
    #[inline(always)]
    unsafe fn hand_on<const FULL: bool>(self, j: usize, len: usize) {
        let s = self.x.s;
        // SAFETY: as promised.
        unsafe {
            let g = load::<S, FULL>(s, self.dy.add(j), len);
            let (best, place) = match self.kind {
                PoolGrad::Sum => (s.zero(), s.zero()),
                _ => self.x.largest::<FULL>(self.cells, j, len),
            };
            let g = match self.kind {
                PoolGrad::MaxOfRelu => s.select(s.lt(s.zero(), best), g, s.zero()),
                _ => g,
            };
            let mut n = 0.0;
            for &cell in self.cells {
                let p = self.dx.add(cell * self.x.channels + j);
                let mut add = match self.kind {
                    PoolGrad::Sum => g,
                    _ => s.select(s.eq(place, s.splat(n)), g, s.zero()),
                };
                if !self.alone {
                    add = s.add(load::<S, FULL>(s, p, len), add);
                }
                store::<S, FULL>(s, p, len, add);
                n += 1.0;
            }
        }
    }
}

impl Kernel for Backward<'_> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (alone, all) = self.shape.partition();
        if !all {
            self.dx.fill(0.0);
        }
        let c = self.shape.channels;
        let mut walk = Walk::from(self.shape, 0);
        let x = Channels {
            s,
            x: self.x.as_ptr(),
            channels: c,
        };
        for (row, dy) in self.dy.chunks_exact(c.max(1)).enumerate() {
            if row > 0 {
                walk.step();
            }
            let window = Window {
                kind: self.kind,
                alone,
                x,
                cells: &walk.cells,
                dy: dy.as_ptr(),
                dx: self.dx.as_mut_ptr(),
            };
            let whole = c - c % S::LANES;
            // SAFETY: the cells lie in the item; x, if it is there, and dx hold the item, dy a row of `c` channels.
            unsafe {
                for j in (0..whole).step_by(S::LANES) {
                    window.hand_on::<true>(j, S::LANES);
                }
                if whole < c {
                    window.hand_on::<false>(whole, c - whole);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
