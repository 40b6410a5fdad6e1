//! The register kernel: a few rows of C by one or two vectors of columns, over one block of k.

use super::tile::Init;
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
    pub relu: bool,
}

impl<const ROWS: usize, const VECTORS: usize> Kernel for Micro<ROWS, VECTORS> {
    type Out = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        // SAFETY: the creator (`Tile::run_at`) vouches for all reaches.
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
        let full = self.tail == S::LANES;
        let mut acc = [[s.zero(); VECTORS]; ROWS];
        if let Init::Rows(from, stride) = self.init {
            for (i, row) in acc.iter_mut().enumerate() {
                for (v, x) in row.iter_mut().enumerate() {
                    // SAFETY: `init` reaches as far as C does.
                    unsafe {
                        let p = from.add(i * stride + v * S::LANES);
                        *x = if full || v + 1 < VECTORS {
                            s.load(p)
                        } else {
                            s.load_part(p, self.tail)
                        };
                    }
                }
            }
        }
        let (mut a, mut b) = (self.a, self.b);
        for _ in 0..self.k {
            let mut columns = [s.zero(); VECTORS];
            for (v, x) in columns.iter_mut().enumerate() {
                // SAFETY: rows of B hold VECTORS full vectors.
                *x = unsafe { s.load(b.add(v * S::LANES)) };
            }
            for (i, row) in acc.iter_mut().enumerate() {
                // SAFETY: A holds ROWS x k.
                let x = s.splat(unsafe { *a.add(i * a_row) });
                for (v, sum) in row.iter_mut().enumerate() {
                    *sum = s.fma(x, columns[v], *sum);
                }
            }
            a = a.wrapping_add(a_col);
            b = b.wrapping_add(self.b_row);
        }
        for (i, row) in acc.iter().enumerate() {
            for (v, &x) in row.iter().enumerate() {
                let x = if self.relu { s.max(s.zero(), x) } else { x };
                // SAFETY: C holds ROWS rows, the last vector `tail` columns.
                unsafe {
                    let p = self.c.add(i * self.ldc + v * S::LANES);
                    if full || v + 1 < VECTORS {
                        s.store(p, x)
                    } else {
                        s.store_part(p, self.tail, x)
                    }
                }
            }
        }
    }
}
