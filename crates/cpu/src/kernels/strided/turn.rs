//! Transposition of four-byte elements, block by block in registers.

use crate::simd::{Kernel, Simd};

/// Element (i, j) at `i + j * strides[0]` of the source goes to `i * strides[1] + j` of the result.
pub(super) struct Turn {
    pub from: *const f32,
    pub to: *mut f32,
    pub size: [usize; 2],
    pub strides: [usize; 2],
}

impl Kernel for Turn {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let ([rows, columns], [from_step, to_step]) = (self.size, self.strides);
        for i in (0..rows).step_by(S::LANES) {
            let high = S::LANES.min(rows - i);
            for j in (0..columns).step_by(S::LANES) {
                let wide = S::LANES.min(columns - j);
                // SAFETY: `copy_strided` saw both views fit; a block that is not full goes through memory of its own.
                unsafe {
                    let (from, to) = (
                        self.from.add(i + j * from_step),
                        self.to.add(i * to_step + j),
                    );
                    if wide == S::LANES {
                        s.transpose(from, from_step, wide, high, to, to_step);
                    } else {
                        let mut block = [0.0; 256];
                        s.transpose(from, from_step, wide, high, block.as_mut_ptr(), S::LANES);
                        for (r, row) in block.chunks_exact(S::LANES).enumerate().take(high) {
                            std::ptr::copy_nonoverlapping(row.as_ptr(), to.add(r * to_step), wide);
                        }
                    }
                }
            }
        }
    }
}
