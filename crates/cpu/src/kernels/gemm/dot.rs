//! Products with one row or one column whose k runs along memory: dot products of one vector with many rows.
//!
//! AMD EPYC with AVX2, one thread, 1 x 1024 by (1024 x 1024)ᵀ: 12 times as fast as a loop of dot products, which the compiler
//! must add in order.

use super::{Gemm, finish};
use crate::kernels::{Cpu, Shared, block_range};
use crate::simd::{Kernel, Simd};

/// y[i * y_step] (+)= rows[i * row ..] . vector, over k.
pub(super) struct Dots<'a> {
    rows: &'a [f32],
    row: usize,
    count: usize,
    vector: &'a [f32],
    y_step: usize,
    k: usize,
}

impl<'a> Dots<'a> {
    /// The product as dot products, where it is one.
    pub(super) fn of(gemm: &Gemm<'a>, ldc: usize) -> Option<Dots<'a>> {
        let &Gemm {
            m,
            n,
            k,
            a,
            b,
            batch,
            ..
        } = gemm;
        if batch != 1 || k < 16 {
            None
        } else if n == 1 && a.col == 1 && b.row == 1 {
            Some(Dots {
                rows: a.data,
                row: a.row,
                count: m,
                vector: b.data,
                y_step: ldc,
                k,
            })
        } else if m == 1 && a.col == 1 && b.row == 1 {
            Some(Dots {
                rows: b.data,
                row: b.col,
                count: n,
                vector: a.data,
                y_step: 1,
                k,
            })
        } else {
            None
        }
    }

    pub(super) fn run(&self, cpu: Cpu<'_>, gemm: &Gemm<'_>, c: &mut [f32]) {
        let block = ((1 << 16) / self.k).max(8);
        let y = Shared::new(c);
        cpu.team.run(self.count.div_ceil(block), &|task| {
            let range = block_range(task, block, self.count);
            let out = y.at(range.start * self.y_step);
            let rows = self.rows[range.start * self.row..].as_ptr();
            cpu.level.dispatch(DotRows {
                dots: self,
                rows,
                count: range.len(),
                y: out,
                add: gemm.accumulate,
            });
        });
        // SAFETY: `c` holds m rows of n.
        unsafe {
            finish(
                cpu,
                y.at(0),
                [
                    gemm.m,
                    gemm.n,
                    if gemm.n == 1 { self.y_step } else { gemm.n },
                ],
                gemm.epilogue,
            )
        };
    }
}

struct DotRows<'a> {
    dots: &'a Dots<'a>,
    rows: *const f32,
    count: usize,
    y: *mut f32,
    add: bool,
}

impl Kernel for DotRows<'_> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        for i in 0..self.count {
            // SAFETY: `Gemm::run` checked the reaches; this task owns its block of y.
            unsafe {
                let dot = dot(
                    s,
                    self.rows.add(i * self.dots.row),
                    self.dots.vector.as_ptr(),
                    self.dots.k,
                );
                let y = self.y.add(i * self.dots.y_step);
                *y = if self.add { *y + dot } else { dot };
            }
        }
    }
}

/// The dot product of two runs of k floats, in four running sums.
#[inline(always)]
unsafe fn dot<S: Simd>(s: S, a: *const f32, b: *const f32, k: usize) -> f32 {
    let mut sums = [s.zero(); 4];
    let step = 4 * S::LANES;
    let mut p = 0;
    // SAFETY: all offsets stay below k.
    unsafe {
        while p + step <= k {
            for (v, sum) in sums.iter_mut().enumerate() {
                let at = p + v * S::LANES;
                *sum = s.fma(s.load(a.add(at)), s.load(b.add(at)), *sum);
            }
            p += step;
        }
        while p + 2 * S::LANES <= k {
            for (v, sum) in sums[..2].iter_mut().enumerate() {
                let at = p + v * S::LANES;
                *sum = s.fma(s.load(a.add(at)), s.load(b.add(at)), *sum);
            }
            p += 2 * S::LANES;
        }
        while p < k {
            let len = S::LANES.min(k - p);
            sums[2] = s.fma(
                s.load_part(a.add(p), len),
                s.load_part(b.add(p), len),
                sums[2],
            );
            p += len;
        }
    }
    s.sum(s.add(s.add(sums[0], sums[1]), s.add(sums[2], sums[3])))
}
