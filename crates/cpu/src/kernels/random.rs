//! Random numbers from a counter: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
//! 1, 2, 3", SC 2011). Number i of a draw is word `i % 4` of the block at counter `(i / 4, upper...)`, so it depends on
//! key, counter and i alone.

use super::{Cpu, Shared, block_range};
use crate::simd::{Kernel, Simd, math};

const MULTIPLIERS: [u32; 2] = [0xd251_1f53, 0xcd9e_8d57];
const BUMPS: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];
/// Blocks computed side by side.
const WIDE: usize = 16;
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
    let words = blocks::<1>(counter.map(|c| [c]), key);
    words.map(|w| w[0])
}

/// Philox on N counters side by side.
#[inline(always)]
fn blocks<const N: usize>(mut c: [[u32; N]; 4], mut key: [u32; 2]) -> [[u32; N]; 4] {
    for _ in 0..10 {
        let mut next = c;
        for i in 0..N {
            let a = u64::from(MULTIPLIERS[0]) * u64::from(c[0][i]);
            let b = u64::from(MULTIPLIERS[1]) * u64::from(c[2][i]);
            next[0][i] = (b >> 32) as u32 ^ c[1][i] ^ key[0];
            next[1][i] = b as u32;
            next[2][i] = (a >> 32) as u32 ^ c[3][i] ^ key[1];
            next[3][i] = a as u32;
        }
        c = next;
        key = [key[0].wrapping_add(BUMPS[0]), key[1].wrapping_add(BUMPS[1])];
    }
    c
}

/// Fills `out` with the stream's first numbers.
pub fn fill(cpu: Cpu<'_>, stream: Stream, distribution: Distribution, out: &mut [f32]) {
    let len = out.len();
    let shared = Shared::new(out);
    cpu.team.run(len.div_ceil(TASK), &|task| {
        let range = block_range(task, TASK, len);
        // SAFETY: each task owns its range.
        let out = unsafe { shared.part(range.start, range.len()) };
        cpu.level.dispatch(Fill {
            stream,
            distribution,
            first: (range.start / 4) as u32,
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
        const STEP: f32 = 1.0 / 16_777_216.0;
        let threshold = match self.distribution {
            // The number of the 2^24 steps that lie below p.
            Distribution::Bernoulli(p) => Some((p * 16_777_216.0).ceil() as u32),
            _ => None,
        };
        let [u0, u1, u2] = self.stream.upper;
        for (n, out) in self.out.chunks_mut(4 * WIDE).enumerate() {
            let mut low = [0; WIDE];
            for (i, c) in low.iter_mut().enumerate() {
                *c = self.first.wrapping_add((n * WIDE + i) as u32);
            }
            let words = blocks([low, [u0; WIDE], [u1; WIDE], [u2; WIDE]], self.stream.key);
            let mut numbers = [[0.0f32; WIDE]; 4];
            for w in 0..4 {
                for i in 0..WIDE {
                    let steps = words[w][i] >> 8;
                    numbers[w][i] = match threshold {
                        // Whole numbers below 2^24: as signed ones, which vectors turn into floats.
                        None => steps as i32 as f32 * STEP,
                        Some(threshold) => f32::from(u8::from(steps < threshold)),
                    };
                }
            }
            if self.distribution == Distribution::Normal {
                let [a, b, c, d] = &mut numbers;
                normal(s, a, b);
                normal(s, c, d);
            }
            let [a, b, c, d] = &numbers;
            let mut quads = out.chunks_exact_mut(4);
            let mut i = 0;
            for quad in &mut quads {
                quad.copy_from_slice(&[a[i], b[i], c[i], d[i]]);
                i += 1;
            }
            for (w, x) in quads.into_remainder().iter_mut().enumerate() {
                *x = numbers[w][i];
            }
        }
    }
}

/// Two uniform numbers as two normal ones.
#[inline(always)]
fn normal<S: Simd>(s: S, a: &mut [f32; WIDE], b: &mut [f32; WIDE]) {
    for i in (0..WIDE).step_by(S::LANES) {
        // SAFETY: WIDE is a multiple of the lanes of every level.
        unsafe {
            let (pa, pb) = (a.as_mut_ptr().add(i), b.as_mut_ptr().add(i));
            // One step up, so that the logarithm is finite.
            let u = s.add(s.load(pa), s.splat(1.0 / 16_777_216.0));
            let radius = s.sqrt(s.mul(s.splat(-2.0), math::log(s, u)));
            let (sin, cos) = math::sin_cos_turns(s, s.load(pb));
            s.store(pa, s.mul(radius, cos));
            s.store(pb, s.mul(radius, sin));
        }
    }
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
            fill(cpu, STREAM, distribution, &mut out);
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
