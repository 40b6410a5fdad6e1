//! The register kernel: a few rows of C by one or two vectors of columns, over one block of k. How fast: `mod`. The plain way is
//! the portable level, where vectors are arrays.

use super::tile::{End, Init};
use crate::simd::{Kernel, Simd};

/// C[ROWS x VECTORS] = init + A B, held in registers throughout.
pub(super) struct Micro<const ROWS: usize, const VECTORS: usize> {
    pub k: usize,
    /// Element (i, p) at `i * a_strides.0 + p * a_strides.1`.
    pub a: *const f32,
    pub a_strides: (usize, usize),
    /// Row p at `p * b_row`, full vectors readable.
    pub b: *const f32,
    pub b_row: usize,
    pub c: *mut f32,
    pub ldc: usize,
    /// Columns of the last vector that exist in C.
    pub tail: usize,
    pub init: Init,
    pub end: End,
}

impl<const ROWS: usize, const VECTORS: usize> Kernel for Micro<ROWS, VECTORS> {
    type Out = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        // SAFETY: the creator (`Tile::run`) vouches for all reaches.
        unsafe {
            // Constant strides of a packed A spare the address arithmetic.
            if self.a_strides == (1, ROWS) {
                self.product(s, 1, ROWS)
            } else if self.a_strides.1 == 1 {
                self.product(s, self.a_strides.0, 1)
            } else {
                self.product(s, 1, self.a_strides.1)
            }
        }
    }
}

impl<const ROWS: usize, const VECTORS: usize> Micro<ROWS, VECTORS> {
    #[inline(always)]
    unsafe fn product<S: Simd>(&self, s: S, a_row: usize, a_col: usize) {
        // SAFETY: the creator's.
        unsafe {
            let mut sums = Sums::<S, ROWS, VECTORS>::start(s, self.init, self.tail);
            sums.multiply(self.a, |i| i * a_row, a_col, (self.b, self.b_row), self.k);
            sums.store(self.c, self.ldc, self.tail, self.end);
        }
    }
}

/// ROWS x VECTORS sums in registers.
pub(crate) struct Sums<S: Simd, const ROWS: usize, const VECTORS: usize> {
    s: S,
    sums: [[S::F; VECTORS]; ROWS],
}

impl<S: Simd, const ROWS: usize, const VECTORS: usize> Sums<S, ROWS, VECTORS> {
    /// What the sums start from; `tail` columns of the last vector exist.
    ///
    /// # Safety
    /// `init` is readable for them.
    #[inline(always)]
    pub(crate) unsafe fn start(s: S, init: Init, tail: usize) -> Self {
        let full = tail == S::LANES;
        let mut sums = [[s.zero(); VECTORS]; ROWS];
        if let Init::Rows(from, stride) = init {
            for (i, row) in sums.iter_mut().enumerate() {
                for (v, x) in row.iter_mut().enumerate() {
                    // SAFETY: as promised.
                    unsafe {
                        let p = from.add(i * stride + v * S::LANES);
                        *x = if full || v + 1 < VECTORS {
                            s.load(p)
                        } else {
                            s.load_part(p, tail)
                        };
                    }
                }
            }
        }
        Sums { s, sums }
    }

    /// Adds `k` outer products: step `p` that of the elements `a[row(i) + p * a_col]` and row `p` of B, rows `b.1` apart.
    ///
    /// # Safety
    /// A is readable at those places, and B for VECTORS full vectors a step.
    #[inline(always)]
    pub(crate) unsafe fn multiply(
        &mut self,
        mut a: *const f32,
        row: impl Fn(usize) -> usize + Copy,
        a_col: usize,
        (mut b, b_row): (*const f32, usize),
        k: usize,
    ) {
        let s = self.s;
        for _ in 0..k {
            let mut columns = [s.zero(); VECTORS];
            for (v, x) in columns.iter_mut().enumerate() {
                // SAFETY: as promised.
                *x = unsafe { s.load(b.add(v * S::LANES)) };
            }
            for (i, sums) in self.sums.iter_mut().enumerate() {
                // SAFETY: as promised.
                let x = s.splat(unsafe { *a.add(row(i)) });
                for (v, sum) in sums.iter_mut().enumerate() {
                    *sum = s.fma(x, columns[v], *sum);
                }
            }
            a = a.wrapping_add(a_col);
            b = b.wrapping_add(b_row);
        }
    }

    /// Stores the sums in rows `ldc` apart, after what happens to C in the end. The sums are not changed in place: then they
    /// would live in memory.
    ///
    /// # Safety
    /// `c` is writable, and what C is kept by readable, for ROWS rows, of whose last vector `tail` columns.
    #[inline(always)]
    pub(crate) unsafe fn store(&self, c: *mut f32, ldc: usize, tail: usize, end: End) {
        let s = self.s;
        for (i, row) in self.sums.iter().enumerate() {
            for (v, &x) in row.iter().enumerate() {
                // SAFETY: as promised.
                unsafe {
                    let x = match end {
                        End::Plain => x,
                        End::Relu => s.max(s.zero(), x),
                        End::Where(from, stride) => {
                            let from = from.add(i * stride + v * S::LANES);
                            let keep = match tail == S::LANES || v + 1 < VECTORS {
                                true => s.load(from),
                                false => s.load_part(from, tail),
                            };
                            s.select(s.lt(s.zero(), keep), x, s.zero())
                        }
                    };
                    let p = c.add(i * ldc + v * S::LANES);
                    if tail == S::LANES || v + 1 < VECTORS {
                        s.store(p, x)
                    } else {
                        s.store_part(p, tail, x)
                    }
                }
            }
        }
    }
}
