//! Random numbers from a counter: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
//! 1, 2, 3", SC 2011). Number i of a draw is word `i % 4` of the block at counter `(i / 4, upper...)`, so it depends on
//! key, counter and i alone.
//!
//! AMD EPYC with AVX2, one thread: 100,000 uniform numbers 4 times as fast as block by block ([`philox`], the plain form).

use super::{Cpu, Shared, block_range};
use crate::simd::{Kernel, MOST_LANES, Simd, math};

const MULTIPLIERS: [u32; 2] = [0xd251_1f53, 0xcd9e_8d57];
const BUMPS: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];
/// Numbers of a task.
const TASK: usize = 1 << 13;

/// Where the numbers of a draw come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// The key of Philox: the seed.
    pub key: [u32; 2],
    /// The upper three words of the counter.
    pub upper: [u32; 3],
}

/// Which distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distribution {
    /// [0, 1) in steps of 2^-24.
    Uniform,
    /// Mean 0, deviation 1, by Box and Muller.
    Normal,
    /// 1 with this probability, else 0.
    Bernoulli(f64),
}

/// The four words at `counter` under `key`: the plain form.
pub fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let (mut c, mut key) = (counter, key);
    for _ in 0..10 {
        let a = u64::from(MULTIPLIERS[0]) * u64::from(c[0]);
        let b = u64::from(MULTIPLIERS[1]) * u64::from(c[2]);
        c = [
            (b >> 32) as u32 ^ c[1] ^ key[0],
            b as u32,
            (a >> 32) as u32 ^ c[3] ^ key[1],
            a as u32,
        ];
        key = [key[0].wrapping_add(BUMPS[0]), key[1].wrapping_add(BUMPS[1])];
    }
    c
}

/// Vectors of counters that go through their rounds beside each other: a round waits for the one before it.
const BESIDE: usize = 2;

/// Philox on vectors of counters.
#[inline(always)]
fn blocks<S: Simd, const N: usize>(
    s: S,
    mut counters: [[S::I; 4]; N],
    mut key: [u32; 2],
) -> [[S::I; 4]; N] {
    let [first, second] = MULTIPLIERS.map(|m| s.int(m as i32));
    for _ in 0..10 {
        let with = key.map(|k| s.int(k as i32));
        for c in &mut counters {
            let [a_high, a_low] = s.mul_wide(c[0], first);
            let [b_high, b_low] = s.mul_wide(c[2], second);
            *c = [
                s.int_xor(s.int_xor(b_high, c[1]), with[0]),
                b_low,
                s.int_xor(s.int_xor(a_high, c[3]), with[1]),
                a_low,
            ];
        }
        key = [key[0].wrapping_add(BUMPS[0]), key[1].wrapping_add(BUMPS[1])];
    }
    counters
}

/// Fills `out` with the stream's numbers from `first` on.
///
/// # Panics
/// `first` is not the first number of a block of Philox, of which each makes four.
pub fn fill(
    cpu: Cpu<'_>,
    stream: Stream,
    distribution: Distribution,
    first: usize,
    out: &mut [f32],
) {
    assert!(first.is_multiple_of(4), "{first} is within a block of four");
    let len = out.len();
    let shared = Shared::new(out);
    cpu.team.run(len.div_ceil(TASK), &|task| {
        let range = block_range(task, TASK, len);
        // SAFETY: each task owns its range.
        let out = unsafe { shared.part(range.start, range.len()) };
        cpu.level.dispatch(Fill {
            stream,
            distribution,
            first: ((first + range.start) / 4) as u32,
            out,
        });
    });
}

struct Fill<'a> {
    stream: Stream,
    distribution: Distribution,
    /// Block of the first number.
    first: u32,
    out: &'a mut [f32],
}

impl Kernel for Fill<'_> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let upper = self.stream.upper.map(|u| s.int(u as i32));
        // Distance of each lane's counter from the first's.
        let mut steps = [0i32; MOST_LANES];
        for (i, step) in steps.iter_mut().enumerate() {
            *step = i as i32;
        }
        // SAFETY: a vector of whole numbers.
        let steps = s.bits(unsafe { s.load(steps.as_ptr().cast()) });
        let mut first = self.first as i32;
        let (key, distribution) = (self.stream.key, self.distribution);
        let mut wide = self.out.chunks_exact_mut(4 * S::LANES * BESIDE);
        for out in &mut wide {
            let mut counters = [[steps, upper[0], upper[1], upper[2]]; BESIDE];
            for counter in &mut counters {
                counter[0] = s.int_add(s.int(first), steps);
                first = first.wrapping_add(S::LANES as i32);
            }
            let words = blocks(s, counters, key);
            for (out, words) in out.chunks_exact_mut(4 * S::LANES).zip(words) {
                let numbers = distribution.of_words(s, words);
                // SAFETY: four vectors.
                unsafe { s.quads(numbers, out.as_mut_ptr()) };
            }
        }
        for out in wide.into_remainder().chunks_mut(4 * S::LANES) {
            let low = s.int_add(s.int(first), steps);
            first = first.wrapping_add(S::LANES as i32);
            let [words] = blocks(s, [[low, upper[0], upper[1], upper[2]]], key);
            let numbers = distribution.of_words(s, words);
            let mut rest = [0.0f32; 4 * MOST_LANES];
            // SAFETY: memory for a whole chunk, of which what is needed is copied.
            unsafe { s.quads(numbers, rest.as_mut_ptr()) };
            out.copy_from_slice(&rest[..out.len()]);
        }
    }
}

impl Distribution {
    /// Numbers of this distribution from four words.
    #[inline(always)]
    fn of_words<S: Simd>(self, s: S, words: [S::I; 4]) -> [S::F; 4] {
        let mut numbers = [s.zero(); 4];
        for (number, word) in numbers.iter_mut().zip(words) {
            // The upper 24 bits: as whole numbers with a sign they are exact floats.
            let steps = s.int_and(s.int_shr(word, 8), s.int(0x00ff_ffff));
            *number = s.to_float(steps);
        }
        self.of_steps(s, numbers)
    }

    /// Numbers of this distribution from four words' whole numbers below 2^24.
    #[inline(always)]
    fn of_steps<S: Simd>(self, s: S, [a, b, c, d]: [S::F; 4]) -> [S::F; 4] {
        let step = s.splat(1.0 / 16_777_216.0);
        let unit = [
            s.mul(a, step),
            s.mul(b, step),
            s.mul(c, step),
            s.mul(d, step),
        ];
        match self {
            Distribution::Uniform => unit,
            Distribution::Normal => {
                let [a, b, c, d] = unit;
                let ([a, b], [c, d]) = (normal(s, a, b), normal(s, c, d));
                [a, b, c, d]
            }
            Distribution::Bernoulli(p) => {
                // The number of the 2^24 steps that lie below p, up to 2^24 exact.
                let below = s.splat((p * 16_777_216.0).ceil() as f32);
                let (one, zero) = (s.splat(1.0), s.zero());
                [
                    s.select(s.lt(a, below), one, zero),
                    s.select(s.lt(b, below), one, zero),
                    s.select(s.lt(c, below), one, zero),
                    s.select(s.lt(d, below), one, zero),
                ]
            }
        }
    }
}

/// Two uniform numbers as two normal ones.
#[inline(always)]
fn normal<S: Simd>(s: S, a: S::F, b: S::F) -> [S::F; 2] {
    // One step up, so that the logarithm is finite.
    let u = s.add(a, s.splat(1.0 / 16_777_216.0));
    let radius = s.sqrt(s.mul(s.splat(-2.0), math::log(s, u)));
    let (sin, cos) = math::sin_cos_turns(s, b);
    [s.mul(radius, cos), s.mul(radius, sin)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::{assert_close, on_every_cpu};

    /// The known answers of the authors' Random123 (kat_vectors, philox4x32 10).
    #[test]
    fn known_answers() {
        let ones = u32::MAX;
        assert_eq!(
            philox([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            philox([ones; 4], [ones; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        let counter = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
        assert_eq!(
            philox(counter, [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    const STREAM: Stream = Stream {
        key: [7, 9],
        upper: [3, 4, 5],
    };

    fn drawn(distribution: Distribution, len: usize) -> impl Fn(Cpu<'_>) -> Vec<f32> {
        move |cpu| {
            let mut out = vec![f32::NAN; len];
            let (head, tail) = out.split_at_mut((len / 3).next_multiple_of(4).min(len));
            fill(cpu, STREAM, distribution, 0, head);
            fill(cpu, STREAM, distribution, head.len(), tail);
            out
        }
    }

    #[test]
    fn draws_are_what_the_plain_form_says() {
        for len in [1, 5, 64, 20_003] {
            let word = |i: usize| philox([(i / 4) as u32, 3, 4, 5], [7, 9])[i % 4] >> 8;
            let unit = |i: usize| f64::from(word(i)) / 16_777_216.0;
            let uniform: Vec<f64> = (0..len).map(unit).collect();
            on_every_cpu(drawn(Distribution::Uniform, len), |_, x| {
                assert_close(x, &uniform, 0.0, "uniform")
            });
            let kept: Vec<f64> = (0..len).map(|i| f64::from(unit(i) < 0.3)).collect();
            on_every_cpu(drawn(Distribution::Bernoulli(0.3), len), |_, x| {
                assert_close(x, &kept, 0.0, "bernoulli")
            });
            let normal: Vec<f64> = (0..len)
                .map(|i| {
                    let (u, v) = (
                        unit(i & !1) + 1.0 / 16_777_216.0,
                        unit(i | 1) * std::f64::consts::TAU,
                    );
                    (-2.0 * u.ln()).sqrt() * if i % 2 == 0 { v.cos() } else { v.sin() }
                })
                .collect();
            on_every_cpu(drawn(Distribution::Normal, len), |_, x| {
                assert_close(x, &normal, 2e-6, "normal")
            });
        }
    }

    #[test]
    fn certain_draws_are_certain() {
        on_every_cpu(drawn(Distribution::Bernoulli(1.0), 100), |_, x| {
            assert!(x.iter().all(|&v| v == 1.0))
        });
        on_every_cpu(drawn(Distribution::Bernoulli(0.0), 100), |_, x| {
            assert!(x.iter().all(|&v| v == 0.0))
        });
    }

    #[test]
    fn moments_of_the_normal() {
        let n = 200_000;
        on_every_cpu(drawn(Distribution::Normal, n), |_, x| {
            let moment = |p: i32| x.iter().map(|&v| f64::from(v).powi(p)).sum::<f64>() / n as f64;
            assert!(
                moment(1).abs() < 0.01
                    && (moment(2) - 1.0).abs() < 0.015
                    && (moment(4) - 3.0).abs() < 0.1
            );
        });
    }
}
