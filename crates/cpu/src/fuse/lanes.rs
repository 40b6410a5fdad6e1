//! The steps of a float group as vector operations. What groups are worth: `mod`; the plain way of a single step is the op's oracle.

use std::marker::PhantomData;

use regimen_graph::ops::{BinaryKind, CompareKind, UnaryKind};

use crate::simd::{Kernel, Simd, math};

/// A block to read: consecutive floats, or one vector of equal ones.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub(super) data: *const f32,
    /// 1 to step through the block, 0 to read the same vector again.
    pub(super) step: usize,
}

/// One elementwise function of up to three vectors.
trait Lane {
    const ARGS: usize;
    fn apply<S: Simd>(s: S, a: S::F, b: S::F, c: S::F) -> S::F;
}

struct Sweep<L> {
    n: usize,
    to: *mut f32,
    from: [Block; 3],
    lane: PhantomData<L>,
}

impl<L: Lane> Kernel for Sweep<L> {
    type Out = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let whole = self.n / (2 * S::LANES) * (2 * S::LANES);
        let mut from = self.from.map(|block| block.data);
        let step = self.from.map(|block| block.step * S::LANES);
        let mut i = 0;
        while i < whole {
            // SAFETY: by the contract of `unary` and its sisters: two vectors on all sides.
            unsafe {
                for half in 0..2 {
                    let [x, y, z] = Self::load(s, from);
                    s.store(self.to.add(i + half * S::LANES), L::apply(s, x, y, z));
                    for k in 0..L::ARGS {
                        from[k] = from[k].add(step[k]);
                    }
                }
            }
            i += 2 * S::LANES;
        }
        while i < self.n {
            let rest = (self.n - i).min(S::LANES);
            // SAFETY: as above, so many floats.
            unsafe {
                let [x, y, z] = Self::load_part(s, from, rest);
                s.store_part(self.to.add(i), rest, L::apply(s, x, y, z));
                for k in 0..L::ARGS {
                    from[k] = from[k].wrapping_add(step[k]);
                }
            }
            i += S::LANES;
        }
    }
}

impl<L: Lane> Sweep<L> {
    /// A vector of each argument; zeros for those that the function lacks.
    ///
    /// # Safety
    /// Each argument is readable for a vector.
    #[inline(always)]
    unsafe fn load<S: Simd>(s: S, from: [*const f32; 3]) -> [S::F; 3] {
        let mut args = [s.zero(); 3];
        for k in 0..L::ARGS {
            // SAFETY: the caller's.
            args[k] = unsafe { s.load(from[k]) };
        }
        args
    }

    /// The first numbers of a vector of each argument.
    ///
    /// # Safety
    /// Each argument is readable for so many floats.
    #[inline(always)]
    unsafe fn load_part<S: Simd>(s: S, from: [*const f32; 3], n: usize) -> [S::F; 3] {
        let mut args = [s.zero(); 3];
        for k in 0..L::ARGS {
            // SAFETY: the caller's.
            args[k] = unsafe { s.load_part(from[k], n) };
        }
        args
    }
}

macro_rules! lanes {
    ($($name:ident($n:literal) |$s:ident, $a:ident, $b:ident, $c:ident| $body:expr;)*) => { $(
        struct $name;
        impl Lane for $name {
            const ARGS: usize = $n;
            #[inline(always)]
            #[allow(unused_variables, reason = "functions of fewer arguments leave some out")]
            fn apply<S: Simd>($s: S, $a: S::F, $b: S::F, $c: S::F) -> S::F {
                $body
            }
        }
    )* };
}

#[inline(always)]
fn truth<S: Simd>(s: S, m: S::M) -> S::F {
    s.select(m, s.splat(1.0), s.zero())
}

#[inline(always)]
fn is_true<S: Simd>(s: S, a: S::F) -> S::M {
    s.mask_not(s.eq(a, s.zero()))
}

/// `a`, clamped to `low..=high`; 0 for NaN; without its fraction; the only zero is +0, as for integers.
#[inline(always)]
fn whole<S: Simd>(s: S, a: S::F, low: f32, high: f32) -> S::F {
    let inside = s.min(s.max(a, s.splat(low)), s.splat(high));
    s.select(s.is_nan(a), s.zero(), s.add(s.trunc(inside), s.zero()))
}

lanes! {
    Neg(1) |s, a, b, c| s.neg(a);
    Exp(1) |s, a, b, c| math::exp(s, a);
    Log(1) |s, a, b, c| math::log(s, a);
    Log1p(1) |s, a, b, c| math::log1p(s, a);
    Expm1(1) |s, a, b, c| math::expm1(s, a);
    Tanh(1) |s, a, b, c| math::tanh(s, a);
    Sigmoid(1) |s, a, b, c| math::sigmoid(s, a);
    Relu(1) |s, a, b, c| s.max(s.zero(), a);
    Softplus(1) |s, a, b, c| math::softplus(s, a);
    Sqrt(1) |s, a, b, c| s.sqrt(a);
    Rsqrt(1) |s, a, b, c| s.div(s.splat(1.0), s.sqrt(a));
    Recip(1) |s, a, b, c| s.div(s.splat(1.0), a);
    Square(1) |s, a, b, c| s.mul(a, a);
    Abs(1) |s, a, b, c| s.abs(a);
    Sign(1) |s, a, b, c| {
        let down = s.select(s.lt(a, s.zero()), s.splat(-1.0), a);
        s.select(s.lt(s.zero(), a), s.splat(1.0), down)
    };
    Floor(1) |s, a, b, c| s.floor(a);
    Ceil(1) |s, a, b, c| s.ceil(a);
    Round(1) |s, a, b, c| s.round(a);
    Erf(1) |s, a, b, c| math::erf(s, a);
    Not(1) |s, a, b, c| truth(s, s.eq(a, s.zero()));
    IsFinite(1) |s, a, b, c| truth(s, s.lt(s.abs(a), s.splat(f32::INFINITY)));
    Copy(1) |s, a, b, c| a;
    Flush(1) |s, a, b, c| s.select(s.lt(s.abs(a), s.splat(f32::MIN_POSITIVE)), s.zero(), a);
    Truth(1) |s, a, b, c| truth(s, is_true(s, a));
    ToI32(1) |s, a, b, c| whole(s, a, -2_147_483_648.0, 2_147_483_648.0);
    ToI64(1) |s, a, b, c| whole(s, a, -9_223_372_036_854_775_808.0, 9_223_372_036_854_775_808.0);
    ToU8(1) |s, a, b, c| whole(s, a, 0.0, 255.0);
    Add(2) |s, a, b, c| s.add(a, b);
    Sub(2) |s, a, b, c| s.sub(a, b);
    Mul(2) |s, a, b, c| s.mul(a, b);
    Div(2) |s, a, b, c| s.div(a, b);
    Max(2) |s, a, b, c| s.select(s.is_nan(a), a, s.max(a, b));
    Min(2) |s, a, b, c| s.select(s.is_nan(a), a, s.min(a, b));
    Rem(2) |s, a, b, c| s.sub(a, s.mul(s.floor(s.div(a, b)), b));
    And(2) |s, a, b, c| truth(s, s.mask_and(is_true(s, a), is_true(s, b)));
    Or(2) |s, a, b, c| truth(s, s.mask_or(is_true(s, a), is_true(s, b)));
    Eq(2) |s, a, b, c| truth(s, s.eq(a, b));
    Ne(2) |s, a, b, c| truth(s, s.mask_not(s.eq(a, b)));
    Lt(2) |s, a, b, c| truth(s, s.lt(a, b));
    Le(2) |s, a, b, c| truth(s, s.le(a, b));
    Gt(2) |s, a, b, c| truth(s, s.lt(b, a));
    Ge(2) |s, a, b, c| truth(s, s.le(b, a));
    Select(3) |s, a, b, c| s.select(is_true(s, a), b, c);
}

#[inline(always)]
fn sweep<S: Simd, L: Lane>(s: S, n: usize, to: *mut f32, from: [Block; 3]) {
    s.call(Sweep::<L> {
        n,
        to,
        from,
        lane: PhantomData,
    });
}

/// Functions that have no vector form here: one element at a time.
///
/// # Safety
/// As for [`unary`].
unsafe fn each(n: usize, to: *mut f32, from: [Block; 3], f: impl Fn(f32, f32) -> f32) {
    for i in 0..n {
        // SAFETY: the caller's.
        unsafe {
            *to.add(i) = f(
                *from[0].data.add(i * from[0].step),
                *from[1].data.add(i * from[1].step),
            )
        }
    }
}

/// A function of one block.
///
/// # Safety
/// `to` is writable and each stepping block readable for `n` floats, each other block for one vector.
#[inline(always)]
pub(super) unsafe fn unary<S: Simd>(
    s: S,
    kind: UnaryKind,
    n: usize,
    to: *mut f32,
    from: [Block; 3],
) {
    match kind {
        UnaryKind::Neg => sweep::<S, Neg>(s, n, to, from),
        UnaryKind::Exp => sweep::<S, Exp>(s, n, to, from),
        UnaryKind::Log => sweep::<S, Log>(s, n, to, from),
        UnaryKind::Log1p => sweep::<S, Log1p>(s, n, to, from),
        UnaryKind::Expm1 => sweep::<S, Expm1>(s, n, to, from),
        UnaryKind::Tanh => sweep::<S, Tanh>(s, n, to, from),
        UnaryKind::Sigmoid => sweep::<S, Sigmoid>(s, n, to, from),
        UnaryKind::Relu => sweep::<S, Relu>(s, n, to, from),
        UnaryKind::Softplus => sweep::<S, Softplus>(s, n, to, from),
        UnaryKind::Sqrt => sweep::<S, Sqrt>(s, n, to, from),
        UnaryKind::Rsqrt => sweep::<S, Rsqrt>(s, n, to, from),
        UnaryKind::Recip => sweep::<S, Recip>(s, n, to, from),
        UnaryKind::Square => sweep::<S, Square>(s, n, to, from),
        UnaryKind::Abs => sweep::<S, Abs>(s, n, to, from),
        UnaryKind::Sign => sweep::<S, Sign>(s, n, to, from),
        UnaryKind::Floor => sweep::<S, Floor>(s, n, to, from),
        UnaryKind::Ceil => sweep::<S, Ceil>(s, n, to, from),
        UnaryKind::Round => sweep::<S, Round>(s, n, to, from),
        UnaryKind::Erf => sweep::<S, Erf>(s, n, to, from),
        // SAFETY: the caller's.
        UnaryKind::Sin => unsafe { each(n, to, from, |x, _| x.sin()) },
        // SAFETY: the caller's.
        UnaryKind::Cos => unsafe { each(n, to, from, |x, _| x.cos()) },
        UnaryKind::Not => sweep::<S, Not>(s, n, to, from),
        UnaryKind::IsFinite => sweep::<S, IsFinite>(s, n, to, from),
        UnaryKind::StopGradient => sweep::<S, Copy>(s, n, to, from),
    }
}

/// A function of two blocks.
///
/// # Safety
/// As for [`unary`].
#[inline(always)]
pub(super) unsafe fn binary<S: Simd>(
    s: S,
    kind: BinaryKind,
    n: usize,
    to: *mut f32,
    from: [Block; 3],
) {
    match kind {
        BinaryKind::Add => sweep::<S, Add>(s, n, to, from),
        BinaryKind::Sub => sweep::<S, Sub>(s, n, to, from),
        BinaryKind::Mul => sweep::<S, Mul>(s, n, to, from),
        BinaryKind::Div => sweep::<S, Div>(s, n, to, from),
        // SAFETY: the caller's. By way of f64, the f32 result is rounded once.
        BinaryKind::Pow => unsafe {
            each(n, to, from, |x, y| f64::from(x).powf(f64::from(y)) as f32)
        },
        BinaryKind::Max => sweep::<S, Max>(s, n, to, from),
        BinaryKind::Min => sweep::<S, Min>(s, n, to, from),
        BinaryKind::Rem => sweep::<S, Rem>(s, n, to, from),
        BinaryKind::And => sweep::<S, And>(s, n, to, from),
        BinaryKind::Or => sweep::<S, Or>(s, n, to, from),
    }
}

/// A comparison of two blocks.
///
/// # Safety
/// As for [`unary`].
#[inline(always)]
pub(super) unsafe fn compare<S: Simd>(
    s: S,
    kind: CompareKind,
    n: usize,
    to: *mut f32,
    from: [Block; 3],
) {
    match kind {
        CompareKind::Eq => sweep::<S, Eq>(s, n, to, from),
        CompareKind::Ne => sweep::<S, Ne>(s, n, to, from),
        CompareKind::Lt => sweep::<S, Lt>(s, n, to, from),
        CompareKind::Le => sweep::<S, Le>(s, n, to, from),
        CompareKind::Gt => sweep::<S, Gt>(s, n, to, from),
        CompareKind::Ge => sweep::<S, Ge>(s, n, to, from),
    }
}

/// `a ? b : c`.
///
/// # Safety
/// As for [`unary`].
#[inline(always)]
pub(super) unsafe fn select<S: Simd>(s: S, n: usize, to: *mut f32, from: [Block; 3]) {
    sweep::<S, Select>(s, n, to, from);
}

/// Zero for subnormal numbers.
///
/// # Safety
/// As for [`unary`].
#[inline(always)]
pub(super) unsafe fn flush<S: Simd>(s: S, n: usize, to: *mut f32, from: [Block; 3]) {
    sweep::<S, Flush>(s, n, to, from);
}

/// Rounds to the values of a type, or copies.
///
/// # Safety
/// As for [`unary`].
#[inline(always)]
pub(super) unsafe fn cast<S: Simd>(
    s: S,
    to_type: regimen_graph::DType,
    n: usize,
    to: *mut f32,
    from: [Block; 3],
) {
    use regimen_graph::{DType, bf16_to_f32, f32_to_bf16};
    match to_type {
        DType::F32 | DType::F64 => sweep::<S, Copy>(s, n, to, from),
        // SAFETY: the caller's.
        DType::BF16 => unsafe { each(n, to, from, |x, _| bf16_to_f32(f32_to_bf16(x))) },
        DType::Bool => sweep::<S, Truth>(s, n, to, from),
        DType::I32 => sweep::<S, ToI32>(s, n, to, from),
        DType::I64 => sweep::<S, ToI64>(s, n, to, from),
        DType::U8 => sweep::<S, ToU8>(s, n, to, from),
    }
}
