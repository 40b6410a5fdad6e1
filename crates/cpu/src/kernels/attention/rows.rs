//! What happens to rows of scores between the products: softmax, and its gradient.
//!
//! Rows lie in a block whose rows are whole vectors apart, so that whole vectors are worked on: numbers behind a row are
//! scratch.

use crate::simd::{Kernel, Simd, math};

/// One row of a mask: truth values at a distance.
#[derive(Clone, Copy)]
pub(super) struct Open {
    pub from: *const u8,
    pub step: usize,
}

impl Open {
    /// Puts `value` where the mask hides.
    ///
    /// # Safety
    /// The row holds `n` floats, the mask as many truth values.
    #[inline(always)]
    unsafe fn hide(self, row: *mut f32, n: usize, value: f32) {
        for i in 0..n {
            // SAFETY: as promised.
            unsafe {
                if *self.from.add(i * self.step) == 0 {
                    *row.add(i) = value;
                }
            }
        }
    }
}

/// What a hidden score is.
const HIDDEN: f32 = -1e9;

/// Scales a masked row and hides what is hidden; gives the factor that is left, 1 then.
///
/// # Safety
/// The row holds `n` floats and whole vectors, the mask `n` truth values.
#[inline(always)]
unsafe fn hide_row<S: Simd>(s: S, row: *mut f32, n: usize, scale: f32, open: Option<Open>) -> f32 {
    let Some(open) = open else {
        return scale;
    };
    let by = s.splat(scale);
    for j in (0..n).step_by(S::LANES) {
        // SAFETY: whole vectors of the row.
        unsafe { s.store(row.add(j), s.mul(s.load(row.add(j)), by)) };
    }
    // SAFETY: as promised.
    unsafe { open.hide(row, n, HIDDEN) };
    1.0
}

/// Turns a row of products into exp(s - largest); gives the largest and one over their sum.
pub(super) struct Soft {
    pub row: *mut f32,
    pub n: usize,
    pub scale: f32,
    pub open: Option<Open>,
}

impl Kernel for Soft {
    type Out = [f32; 2];
    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> [f32; 2] {
        let whole = self.n / S::LANES * S::LANES;
        // SAFETY: the row holds `n` floats and whole vectors, as the creator vouches.
        unsafe {
            let scale = hide_row(s, self.row, self.n, self.scale, self.open);
            let by = s.splat(scale);
            let mut top = s.splat(f32::NEG_INFINITY);
            let mut j = 0;
            while j < whole {
                top = s.max(s.mul(s.load(self.row.add(j)), by), top);
                j += S::LANES;
            }
            let mut lanes = [f32::NEG_INFINITY; 16];
            s.store(lanes.as_mut_ptr(), top);
            let mut largest = f32::NEG_INFINITY;
            for x in lanes {
                largest = if x > largest { x } else { largest };
            }
            for i in whole..self.n {
                let x = *self.row.add(i) * scale;
                largest = if x > largest { x } else { largest };
            }
            let top = s.splat(-largest);
            let mut sums = s.zero();
            let mut j = 0;
            while j < whole {
                let at = self.row.add(j);
                let p = math::exp_share(s, s.add(s.mul(s.load(at), by), top));
                s.store(at, p);
                sums = s.add(sums, p);
                j += S::LANES;
            }
            let mut sum = s.sum(sums);
            if whole < self.n {
                let at = self.row.add(whole);
                let p = math::exp_share(s, s.add(s.mul(s.load(at), by), top));
                s.store(at, p);
                for i in whole..self.n {
                    sum += *self.row.add(i);
                }
            }
            [largest, 1.0 / sum]
        }
    }
}

/// Multiplies a row of an output, which ends where it ends.
pub(super) struct Times {
    pub row: *mut f32,
    pub n: usize,
    pub by: f32,
}

impl Kernel for Times {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let by = s.splat(self.by);
        let mut j = 0;
        while j < self.n {
            let len = S::LANES.min(self.n - j);
            // SAFETY: `len` floats of the row, as the creator vouches.
            unsafe {
                let at = self.row.add(j);
                s.store_part(at, len, s.mul(s.load_part(at, len), by));
            }
            j += len;
        }
    }
}

/// Turns a row of products into shares p, and a row of dy · v into the scores' gradient, scale p (dy · v - dy · y).
pub(super) struct SoftGrad {
    pub row: *mut f32,
    pub through: *mut f32,
    pub n: usize,
    pub scale: f32,
    pub open: Option<Open>,
    /// What the forward pass kept: the largest score, and one over the sum.
    pub kept: [f32; 2],
    /// dy and y, of so many numbers.
    pub dy: *const f32,
    pub y: *const f32,
    pub width: usize,
}

impl Kernel for SoftGrad {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        // SAFETY: the rows hold as many floats as they say and whole vectors, as the creator vouches.
        unsafe {
            let mut sum = s.zero();
            let mut j = 0;
            while j < self.width {
                let len = S::LANES.min(self.width - j);
                let (dy, y) = (
                    s.load_part(self.dy.add(j), len),
                    s.load_part(self.y.add(j), len),
                );
                sum = s.fma(dy, y, sum);
                j += len;
            }
            let mean = s.splat(s.sum(sum));
            let by = s.splat(hide_row(s, self.row, self.n, self.scale, self.open));
            let (top, over) = (s.splat(-self.kept[0]), s.splat(self.kept[1]));
            let scale = s.splat(self.scale);
            for j in (0..self.n).step_by(S::LANES) {
                let (row, through) = (self.row.add(j), self.through.add(j));
                let p = math::exp_share(s, s.add(s.mul(s.load(row), by), top));
                let p = s.mul(p, over);
                let d = s.sub(s.load(through), mean);
                s.store(row, p);
                s.store(through, s.mul(s.mul(p, scale), d));
            }
            if let Some(open) = self.open {
                open.hide(self.through, self.n, 0.0);
            }
        }
    }
}
