//! The most arithmetic that the processor can do: multiply-adds whose operands never leave the registers, on all threads at once.
//!
//! A yardstick for kernels that none of them can move. Two multiply-adds a cycle with a latency of four or five need ten that
//! wait for nothing; there are twelve.

use std::hint::black_box;
use std::time::Instant;

use crate::simd::{Kernel, Level, Simd};
use crate::team::Team;

/// Sums that are carried beside each other.
const SUMS: usize = 12;
/// Multiply-adds to each sum in a round: some tenths of a millisecond.
const STEPS: usize = 1 << 15;
/// Rounds of which the fastest counts.
const ROUNDS: usize = 15;

struct MultiplyAdds;

impl Kernel for MultiplyAdds {
    type Out = f32;
    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> f32 {
        let (factor, more) = (s.splat(black_box(0.999)), s.splat(black_box(0.001)));
        let mut sums = [s.splat(black_box(1.0)); SUMS];
        for _ in 0..STEPS {
            for sum in &mut sums {
                *sum = s.fma(*sum, factor, more);
            }
        }
        sums.into_iter().map(|sum| s.sum(sum)).sum()
    }
}

/// Floating-point operations a nanosecond of the whole team.
pub(crate) fn flops(level: Level, team: &Team) -> f64 {
    let operations = 2 * team.threads() * SUMS * STEPS * level.lanes();
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        team.run(team.threads(), &|_| {
            black_box(level.dispatch(MultiplyAdds));
        });
        best = best.min(start.elapsed().as_nanos() as f64);
    }
    operations as f64 / best
}
