//! Every level against f64: sweeps over the bit patterns of f32 and the edges of each function.

use super::*;

struct Map<'a, const F: u8> {
    x: &'a [f32],
    y: &'a mut [f32],
}

impl<const F: u8> Kernel for Map<'_, F> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        for (x, y) in self.x.chunks(S::LANES).zip(self.y.chunks_mut(S::LANES)) {
            // SAFETY: both chunks hold `len` floats.
            unsafe {
                let v = s.load_part(x.as_ptr(), x.len());
                let r = match F {
                    b'e' => math::exp(s, v),
                    b'h' => math::exp_share(s, v),
                    b'l' => math::log(s, v),
                    b't' => math::tanh(s, v),
                    b's' => math::sigmoid(s, v),
                    b'm' => math::expm1(s, v),
                    b'p' => math::log1p(s, v),
                    b'+' => math::softplus(s, v),
                    b'r' => math::erf(s, v),
                    b'i' => math::sin_cos_turns(s, v).0,
                    b'c' => math::sin_cos_turns(s, v).1,
                    _ => s.round(v),
                };
                s.store_part(y.as_mut_ptr(), x.len(), r);
            }
        }
    }
}

/// Distance of `got` from the exact value in units of the last place of the exact value's f32 neighbours.
fn ulps(got: f32, exact: f64) -> f64 {
    let nearest = exact as f32;
    if (nearest.is_nan() && got.is_nan()) || nearest == got {
        return 0.0;
    }
    if !got.is_finite() || !nearest.is_finite() {
        let edge = (got.is_infinite() && exact.abs() > 3.402_82e38)
            || (nearest.is_infinite() && got.abs() > 3.402_82e38);
        return if edge { 1.0 } else { f64::INFINITY };
    }
    let exponent = nearest.abs().max(f32::MIN_POSITIVE).to_bits() >> 23;
    (f64::from(got) - exact).abs() / 2f64.powi(exponent as i32 - 150)
}

fn sweep() -> Vec<f32> {
    let mut xs: Vec<f32> = (0..=u32::MAX / 5003)
        .map(|i| f32::from_bits(i.wrapping_mul(5003)))
        .collect();
    for edge in [
        0.0f32,
        f32::MIN_POSITIVE,
        1.0,
        0.625,
        0.927_734_4,
        0.3466,
        88.72284,
        87.33655,
        103.97,
        104.0,
        4.0,
    ] {
        for delta in -40..40 {
            let near = f32::from_bits(edge.to_bits().wrapping_add_signed(delta));
            xs.extend([near, -near]);
        }
    }
    xs.extend((0..200_000).map(|i| (i as f32 - 100_000.0) * 1.1e-3));
    xs.extend([
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
        f32::MAX,
        f32::MIN,
        1e-45,
        -1e-45,
    ]);
    xs
}

fn check<const F: u8>(name: &str, xs: &[f32], exact: impl Fn(f64) -> f64, limit: f64) {
    for level in Level::available() {
        let mut ys = vec![0.0; xs.len()];
        level.dispatch(Map::<F> { x: xs, y: &mut ys });
        let worst = xs
            .iter()
            .zip(&ys)
            .map(|(&x, &y)| (ulps(y, exact(f64::from(x))), x, y));
        let (error, x, y) = worst.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
        assert!(
            error <= limit,
            "{name} at {level:?}: {name}({x:e}) = {y:e}, {error:.3} ulp off"
        );
    }
}

#[test]
fn functions_stay_within_two_ulp() {
    let xs = sweep();
    check::<b'e'>("exp", &xs, f64::exp, 2.0);
    check::<b'l'>("log", &xs, f64::ln, 2.0);
    check::<b't'>("tanh", &xs, f64::tanh, 2.0);
    check::<b's'>("sigmoid", &xs, |x| 1.0 / (1.0 + (-x).exp()), 2.0);
    check::<b'm'>("expm1", &xs, f64::exp_m1, 2.0);
    check::<b'p'>("log1p", &xs, f64::ln_1p, 2.0);
    check::<b'+'>(
        "softplus",
        &xs,
        |x| x.max(0.0) + (-x.abs()).exp().ln_1p(),
        2.5,
    );
    check::<b'r'>("erf", &xs, libm::erf, 2.0);
    check::<b'n'>("round", &xs, f64::round_ties_even, 0.0);
    let shares: Vec<f32> = xs
        .iter()
        .copied()
        .filter(|&x| x <= 1.0 || x.is_nan())
        .collect();
    let least = f64::from(-87.336_54_f32);
    let normal = |x: f64| if x < least { 0.0 } else { x.exp() };
    check::<b'h'>("exp_share", &shares, normal, 2.0);
}

#[test]
fn turns_are_accurate_to_the_circle() {
    let xs: Vec<f32> = (0..1 << 20).map(|i| i as f32 / (1 << 20) as f32).collect();
    for level in Level::available() {
        let (mut sin, mut cos) = (vec![0.0; xs.len()], vec![0.0; xs.len()]);
        level.dispatch(Map::<b'i'> {
            x: &xs,
            y: &mut sin,
        });
        level.dispatch(Map::<b'c'> {
            x: &xs,
            y: &mut cos,
        });
        for ((&x, &s), &c) in xs.iter().zip(&sin).zip(&cos) {
            let (es, ec) = (f64::from(x) * std::f64::consts::TAU).sin_cos();
            assert!(
                (f64::from(s) - es).abs() < 1.5e-7 && (f64::from(c) - ec).abs() < 1.5e-7,
                "{level:?} {x}: {s} {c}"
            );
        }
    }
}

struct Transpose<'a>(&'a [f32], &'a mut [f32], usize, usize);

impl Kernel for Transpose<'_> {
    type Out = usize;
    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> usize {
        let Transpose(src, dst, rows, cols) = self;
        // SAFETY: src holds 16 rows of 20, dst 16 rows of 16.
        unsafe {
            s.transpose(
                src.as_ptr(),
                20,
                rows.min(S::LANES),
                cols.min(S::LANES),
                dst.as_mut_ptr(),
                16,
            )
        };
        S::LANES
    }
}

#[test]
fn blocks_are_transposed() {
    let src: Vec<f32> = (0..320).map(|i| i as f32 + 1.0).collect();
    for level in Level::available() {
        for (rows, cols) in [(16, 16), (8, 8), (3, 7), (7, 3), (1, 1), (13, 10)] {
            let mut dst = vec![-1.0; 256];
            let lanes = level.dispatch(Transpose(&src, &mut dst, rows, cols));
            let (rows, cols) = (rows.min(lanes), cols.min(lanes));
            for c in 0..cols {
                for r in 0..lanes {
                    let expected = if r < rows { src[r * 20 + c] } else { 0.0 };
                    assert_eq!(
                        dst[c * 16 + r],
                        expected,
                        "{level:?} {rows}x{cols} at {r},{c}"
                    );
                }
            }
            assert!(dst[cols * 16..].iter().all(|&x| x == -1.0));
        }
    }
}

struct Words([i32; 16], [i32; 16], [f32; 64], [[i32; 16]; 2]);

impl Kernel for &mut Words {
    type Out = usize;
    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> usize {
        let Words(a, b, quads, products) = self;
        // SAFETY: every array holds as many vectors as are read and written.
        unsafe {
            let load = |p: &[i32; 16]| s.bits(s.load(p.as_ptr().cast()));
            let halves = s.mul_wide(load(a), load(b));
            for (to, half) in products.iter_mut().zip(halves) {
                s.store(to.as_mut_ptr().cast(), s.of_bits(half));
            }
            let lane = |w: f32| s.add(s.splat(w), s.to_float(load(a)));
            let words = [lane(0.25), lane(0.5), lane(0.75), lane(0.875)];
            s.quads(words, quads.as_mut_ptr());
        }
        S::LANES
    }
}

#[test]
fn products_have_two_halves_and_words_stand_in_quads() {
    for level in Level::available() {
        let a: [i32; 16] = std::array::from_fn(|i| (i as i32 + 1).wrapping_mul(0x0012_3457));
        let b = a.map(|x| !x.rotate_left(9));
        let mut words = Words(a, b, [0.0; 64], [[0; 16]; 2]);
        let lanes = level.dispatch(&mut words);
        for i in 0..lanes {
            let product = u64::from(a[i] as u32) * u64::from(b[i] as u32);
            let found = [words.3[0][i] as u32, words.3[1][i] as u32];
            assert_eq!(found, [(product >> 32) as u32, product as u32], "{level:?}");
            let quad = [0.25, 0.5, 0.75, 0.875].map(|w| a[i] as f32 + w);
            assert_eq!(words.2[4 * i..4 * i + 4], quad, "{level:?}");
        }
    }
}

#[test]
fn a_level_the_machine_has_is_detected() {
    assert!(Level::available().contains(&Level::detect()));
    assert!(Level::Portable.is_available());
    assert!(Level::detect().lanes() >= 8);
}
