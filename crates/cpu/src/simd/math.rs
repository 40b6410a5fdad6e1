//! Elementary functions on vectors, within 2 ulp of the exact value (the tests sweep them against f64).
//!
//! Range reductions and polynomials follow Cephes (`expf`, `logf`, `tanhf`, `sinf`; S. Moshier, netlib.org/cephes), erf
//! N. Juffa's two-branch form. Subnormal arguments and results, infinities and NaN behave as in C's libm.

use super::Simd;

/// ln 2 as a short head, exact when multiplied by an exponent, and a tail.
const LN2_HEAD: f32 = 0.693_359_4;
const LN2_TAIL: f32 = -2.121_944_4e-4;

/// Horner's rule, highest coefficient first.
#[inline(always)]
fn poly<S: Simd, const N: usize>(s: S, x: S::F, coefficients: [f32; N]) -> S::F {
    let mut y = s.splat(coefficients[0]);
    for &c in &coefficients[1..] {
        y = s.fma(y, x, s.splat(c));
    }
    y
}

/// Splits `x` as `n ln 2 + r`: returns `n` and `e^r - 1`.
#[inline(always)]
fn exp_parts<S: Simd>(s: S, x: S::F) -> (S::F, S::F) {
    let n = s.round(s.mul(x, s.splat(std::f32::consts::LOG2_E)));
    let r = s.fnma(n, s.splat(LN2_HEAD), x);
    let r = s.fnma(n, s.splat(LN2_TAIL), r);
    let p = poly(
        s,
        r,
        [
            1.987_569_1e-4,
            1.398_199_9e-3,
            8.333_452e-3,
            4.166_579_6e-2,
            1.666_666_5e-1,
            0.5,
        ],
    );
    (n, s.fma(p, s.mul(r, r), r))
}

/// `e^x`.
#[inline(always)]
pub fn exp<S: Simd>(s: S, x: S::F) -> S::F {
    let x = s.min(s.splat(89.0), s.max(s.splat(-104.0), x));
    let (n, p) = exp_parts(s, x);
    s.scale(s.add(p, s.splat(1.0)), n)
}

/// `e^x` for `x` up to 1, zero where that is below the normal numbers: a third less work than [`exp`].
#[inline(always)]
pub fn exp_share<S: Simd>(s: S, x: S::F) -> S::F {
    let (n, p) = exp_parts(s, x);
    let power = super::power_of_two(s, s.to_int(n));
    let y = s.fma(power, p, power);
    // 2^-126 and what is above it; NaN stays.
    s.select(s.lt(x, s.splat(-87.336_54)), s.zero(), y)
}

/// `e^x - 1`, exact near zero.
#[inline(always)]
pub fn expm1<S: Simd>(s: S, x: S::F) -> S::F {
    let inside = s.min(s.splat(89.0), s.max(s.splat(-20.0), x));
    let (n, p) = exp_parts(s, inside);
    // Half of 2^n stays finite for every n that occurs.
    let half = s.scale(s.splat(0.5), n);
    let sum = s.fma(half, p, s.sub(half, s.splat(0.5)));
    s.select(s.eq(n, s.zero()), p, s.add(sum, sum))
}

/// The exponent `k` and `m - 1`, where `x = m 2^k`, `m` in `[sqrt(1/2), sqrt(2))`, for positive normal `x`.
#[inline(always)]
fn log_parts<S: Simd>(s: S, x: S::F) -> (S::F, S::F) {
    let bits = s.bits(x);
    let k = s.int_shr(s.int_sub(bits, s.int(0x3f35_04f3)), 23);
    let m = s.of_bits(s.int_sub(bits, s.int_shl(k, 23)));
    (s.to_float(k), s.sub(m, s.splat(1.0)))
}

/// `ln(1 + f) + k ln 2 + c` for small `f` and a correction `c` far below it.
#[inline(always)]
fn log_sum<S: Simd>(s: S, f: S::F, k: S::F, c: S::F) -> S::F {
    let p = poly(
        s,
        f,
        [
            7.037_683_6e-2,
            -1.151_461e-1,
            1.167_699_9e-1,
            -1.242_014_1e-1,
            1.424_932_3e-1,
            -1.666_805_8e-1,
            2.000_071_5e-1,
            -2.499_999_4e-1,
            0.333_333_3,
        ],
    );
    let z = s.mul(f, f);
    let y = s.fma(k, s.splat(LN2_TAIL), c);
    let y = s.fma(s.mul(p, f), z, y);
    let y = s.fnma(s.splat(0.5), z, y);
    s.fma(k, s.splat(LN2_HEAD), s.add(f, y))
}

/// `y`, with the logarithm's values at the edges of its domain, which lies where `x >= 0`.
#[inline(always)]
fn log_edges<S: Simd>(s: S, x: S::F, y: S::F) -> S::F {
    let y = s.select(s.lt(x, s.splat(f32::INFINITY)), y, x);
    let y = s.select(s.eq(x, s.zero()), s.splat(f32::NEG_INFINITY), y);
    s.select(s.lt(x, s.zero()), s.splat(f32::NAN), y)
}

/// The natural logarithm.
#[inline(always)]
pub fn log<S: Simd>(s: S, x: S::F) -> S::F {
    let tiny = s.lt(x, s.splat(f32::MIN_POSITIVE));
    let normal = s.select(tiny, s.mul(x, s.splat(33_554_432.0)), x);
    let (k, f) = log_parts(s, normal);
    let k = s.sub(k, s.select(tiny, s.splat(25.0), s.zero()));
    log_edges(s, x, log_sum(s, f, k, s.zero()))
}

/// `ln(1 + x)`, exact near zero.
#[inline(always)]
pub fn log1p<S: Simd>(s: S, x: S::F) -> S::F {
    let one = s.splat(1.0);
    let u = s.add(x, one);
    let (k, f) = log_parts(s, u);
    // What rounding 1 + x lost, relative to it.
    let lost = s.select(
        s.lt(one, x),
        s.sub(one, s.sub(u, x)),
        s.sub(x, s.sub(u, one)),
    );
    let near = s.eq(k, s.zero());
    let c = s.select(near, s.zero(), s.div(lost, u));
    let y = log_sum(s, s.select(near, x, f), k, c);
    log_edges(s, u, y)
}

/// The hyperbolic tangent.
#[inline(always)]
pub fn tanh<S: Simd>(s: S, x: S::F) -> S::F {
    let z = s.mul(x, x);
    let p = poly(
        s,
        z,
        [
            -5.704_988_7e-3,
            0.020_639_09,
            -5.373_971_6e-2,
            1.333_144_2e-1,
            -0.333_332_8,
        ],
    );
    let near = s.fma(s.mul(p, z), x, x);
    let a = s.abs(x);
    let e = exp(s, s.add(a, a));
    let far = s.sub(s.splat(1.0), s.div(s.splat(2.0), s.add(e, s.splat(1.0))));
    s.select(s.lt(a, s.splat(0.625)), near, s.copy_sign(far, x))
}

/// `1 / (1 + e^-x)`, exact in both tails.
#[inline(always)]
pub fn sigmoid<S: Simd>(s: S, x: S::F) -> S::F {
    let one = s.splat(1.0);
    let e = exp(s, s.neg(s.abs(x)));
    let negative = s.lt(x, s.zero());
    let d = s.add(e, one);
    let y = s.div(s.select(negative, e, one), d);
    // Gives back what rounding `d` lost; `1 / d` is `y` or `1 - y`.
    let lost = s.sub(e, s.sub(d, one));
    s.fnma(s.mul(y, lost), s.select(negative, s.sub(one, y), y), y)
}

/// `ln(1 + e^x)`.
#[inline(always)]
pub fn softplus<S: Simd>(s: S, x: S::F) -> S::F {
    let tail = log1p(s, exp(s, s.neg(s.abs(x))));
    s.add(s.max(s.zero(), x), tail)
}

/// The error function.
#[inline(always)]
pub fn erf<S: Simd>(s: S, x: S::F) -> S::F {
    let t = s.abs(x);
    let z = s.mul(x, x);
    let q = poly(
        s,
        t,
        [
            -1.728_534_7e-5,
            3.831_971_3e-4,
            -3.883_964_4e-3,
            2.425_462_2e-2,
            -1.067_778_8e-1,
            -0.634_846_7,
            -1.287_175_1e-1,
        ],
    );
    let far = s.sub(s.splat(1.0), exp(s, s.fma(q, t, s.neg(t))));
    let p = poly(
        s,
        z,
        [
            -5.967_617e-4,
            4.991_194_2e-3,
            -2.676_813_5e-2,
            1.128_199_25e-1,
            -3.761_253_4e-1,
            1.283_791_7e-1,
        ],
    );
    // Beyond 4 the polynomial leaves its range, and erf is 1 to the last bit.
    let far = s.select(s.lt(s.splat(4.0), t), s.splat(1.0), far);
    let y = s.select(
        s.lt(s.splat(0.927_734_4), t),
        s.copy_sign(far, x),
        s.fma(p, x, x),
    );
    s.select(s.is_nan(x), x, y)
}

/// Sine and cosine of `turns` full turns, for `turns` in `[0, 1)`.
#[inline(always)]
pub fn sin_cos_turns<S: Simd>(s: S, turns: S::F) -> (S::F, S::F) {
    let quarter = s.round(s.mul(turns, s.splat(4.0)));
    let t = s.mul(
        s.fnma(quarter, s.splat(0.25), turns),
        s.splat(std::f32::consts::TAU),
    );
    let z = s.mul(t, t);
    let sin = poly(s, z, [-1.951_529_6e-4, 8.332_161e-3, -1.666_665_5e-1]);
    let sin = s.fma(s.mul(sin, z), t, t);
    let cos = poly(s, z, [2.443_315_7e-5, -1.388_731_6e-3, 4.166_664_6e-2]);
    let cos = s.fma(s.mul(cos, z), z, s.fnma(s.splat(0.5), z, s.splat(1.0)));
    let q = s.int_and(s.to_int(quarter), s.int(3));
    let odd = s.int_eq(s.int_and(q, s.int(1)), s.int(1));
    let upper = s.int_eq(s.int_and(q, s.int(2)), s.int(2));
    let (a, b) = (s.select(odd, cos, sin), s.select(odd, s.neg(sin), cos));
    (s.select(upper, s.neg(a), a), s.select(upper, s.neg(b), b))
}
