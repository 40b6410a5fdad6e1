//! A tall C from a transposed A and few columns of B, computed as its transpose.
//!
//!   Cᵀ = Bᵀ Aᵀ, in which A is the right matrix and lies there as it is wanted; C is turned in the end
//!
//! The same sums in the same order. On an AMD EPYC with AVX2 (200 x 200)ᵀ by 32 columns takes half the time that packing A takes.

use super::tile::{DEPTH, End, Init, Plain, Right, Tile};
use crate::kernels::scratch::{self, Slot};
use crate::simd::{Kernel, Simd};

/// Columns of C up to which a product with a transposed A is computed as its transpose.
const AROUND_COLS: usize = 64;

impl Tile {
    /// Whether the product is computed as its transpose: see [`TurnedAround`].
    pub(super) fn is_turned_around(&self, lanes: usize) -> bool {
        let [m, n, k] = self.size;
        let plain = matches!((self.b, self.init), (Right::Strided(..), Init::Zero))
            && self.end == End::Plain;
        let turned = self.a_strides.1 != 1 && self.a_strides.0 == 1;
        let few = n.is_multiple_of(lanes) && n <= AROUND_COLS && m >= 2 * n && k >= 2 * n;
        plain && turned && few && !self.reads_turned(n.div_ceil(2 * lanes), k.min(DEPTH))
    }
}

/// A tile to be computed so.
pub(super) struct TurnedAround(pub(super) Tile);

impl Kernel for TurnedAround {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let TurnedAround(tile) = self;
        let ([m, n, k], Right::Strided(b, b_row, b_col)) = (tile.size, tile.b) else {
            return s.call(Plain(tile));
        };
        let mut turned = scratch::take(Slot::TurnedC, m * n);
        s.call(Plain(Tile {
            size: [n, m, k],
            a: b,
            a_strides: (b_col, b_row),
            b: Right::Strided(tile.a, tile.a_strides.1, tile.a_strides.0),
            c: turned.as_mut_ptr(),
            ldc: m,
            ..tile
        }));
        for i in (0..m).step_by(S::LANES) {
            let cols = S::LANES.min(m - i);
            for j in (0..n).step_by(S::LANES) {
                // SAFETY: n x m numbers were computed; C holds m rows of n, whole vectors of them.
                unsafe {
                    let (from, to) = (turned.as_ptr().add(j * m + i), tile.c.add(i * tile.ldc + j));
                    s.transpose(from, m, S::LANES, cols, to, tile.ldc);
                }
            }
        }
    }
}
