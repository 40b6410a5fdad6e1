//! The portable level: plain Rust on arrays of eight floats, which the compiler vectorises with what every machine of
//! the architecture has.

use super::{Kernel, Simd};
use std::array::from_fn;

/// The level that needs no features.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

const N: usize = 8;
type F = [f32; N];
type I = [i32; N];
/// All ones or all zeros per lane.
type M = [u32; N];

/// Lane-wise methods of two operands.
macro_rules! binary {
    ($($name:ident($ty:ty) -> $out:ty = |$a:ident, $b:ident| $body:expr;)*) => {$(
        #[inline(always)]
        fn $name(self, a: $ty, b: $ty) -> $out {
            let mut out = <$out>::default();
            for i in 0..N {
                let ($a, $b) = (a[i], b[i]);
                out[i] = $body;
            }
            out
        }
    )*};
}

/// Lane-wise methods of one operand.
macro_rules! unary {
    ($($name:ident($ty:ty) -> $out:ty = |$a:ident| $body:expr;)*) => {$(
        #[inline(always)]
        fn $name(self, a: $ty) -> $out {
            let mut out = <$out>::default();
            for i in 0..N {
                let $a = a[i];
                out[i] = $body;
            }
            out
        }
    )*};
}

#[inline(always)]
fn truth(x: bool) -> u32 {
    if x { u32::MAX } else { 0 }
}

/// `a * b + c`; rounded once only where the build's baseline has the instruction, for the library call is slow.
#[inline(always)]
fn fma(a: f32, b: f32, c: f32) -> f32 {
    if cfg!(any(target_feature = "fma", target_arch = "aarch64")) {
        a.mul_add(b, c)
    } else {
        a * b + c
    }
}

impl Simd for Portable {
    const LANES: usize = N;
    const ROWS: usize = 4;
    type F = F;
    type I = I;
    type M = M;

    #[inline(never)]
    fn call<K: Kernel>(self, kernel: K) -> K::Out {
        kernel.run(self)
    }

    #[inline(always)]
    fn splat(self, x: f32) -> F {
        [x; N]
    }
    #[inline(always)]
    unsafe fn load(self, p: *const f32) -> F {
        // SAFETY: the caller's.
        unsafe { p.cast::<F>().read_unaligned() }
    }
    #[inline(always)]
    unsafe fn store(self, p: *mut f32, v: F) {
        // SAFETY: the caller's.
        unsafe { p.cast::<F>().write_unaligned(v) }
    }
    #[inline(always)]
    unsafe fn load_part(self, p: *const f32, n: usize) -> F {
        let mut v = [0.0; N];
        for (i, lane) in v.iter_mut().enumerate().take(n) {
            // SAFETY: the caller's.
            *lane = unsafe { *p.add(i) };
        }
        v
    }
    #[inline(always)]
    unsafe fn store_part(self, p: *mut f32, n: usize, v: F) {
        for (i, lane) in v.iter().enumerate().take(n) {
            // SAFETY: the caller's.
            unsafe { *p.add(i) = *lane };
        }
    }

    binary! {
        add(F) -> F = |a, b| a + b;
        sub(F) -> F = |a, b| a - b;
        mul(F) -> F = |a, b| a * b;
        div(F) -> F = |a, b| a / b;
        max(F) -> F = |a, b| if a > b { a } else { b };
        min(F) -> F = |a, b| if a < b { a } else { b };
        and(F) -> F = |a, b| f32::from_bits(a.to_bits() & b.to_bits());
        or(F) -> F = |a, b| f32::from_bits(a.to_bits() | b.to_bits());
        xor(F) -> F = |a, b| f32::from_bits(a.to_bits() ^ b.to_bits());
        lt(F) -> M = |a, b| truth(a < b);
        le(F) -> M = |a, b| truth(a <= b);
        eq(F) -> M = |a, b| truth(a == b);
        mask_and(M) -> M = |a, b| a & b;
        mask_or(M) -> M = |a, b| a | b;
        int_add(I) -> I = |a, b| a.wrapping_add(b);
        int_sub(I) -> I = |a, b| a.wrapping_sub(b);
        int_and(I) -> I = |a, b| a & b;
        int_xor(I) -> I = |a, b| a ^ b;
        int_eq(I) -> M = |a, b| truth(a == b);
    }

    unary! {
        sqrt(F) -> F = |a| a.sqrt();
        floor(F) -> F = |a| a.floor();
        ceil(F) -> F = |a| a.ceil();
        trunc(F) -> F = |a| a.trunc();
        round(F) -> F = |a| round(a);
        mask_not(M) -> M = |a| !a;
        to_int(F) -> I = |a| round(a) as i32;
        to_float(I) -> F = |a| a as f32;
        bits(F) -> I = |a| a.to_bits() as i32;
        of_bits(I) -> F = |a| f32::from_bits(a as u32);
    }

    #[inline(always)]
    fn fma(self, a: F, b: F, c: F) -> F {
        from_fn(|i| fma(a[i], b[i], c[i]))
    }
    #[inline(always)]
    fn fnma(self, a: F, b: F, c: F) -> F {
        from_fn(|i| fma(-a[i], b[i], c[i]))
    }
    #[inline(always)]
    fn select(self, m: M, a: F, b: F) -> F {
        from_fn(|i| f32::from_bits((a[i].to_bits() & m[i]) | (b[i].to_bits() & !m[i])))
    }
    #[inline(always)]
    fn int(self, x: i32) -> I {
        [x; N]
    }
    #[inline(always)]
    fn int_shl(self, a: I, by: i32) -> I {
        from_fn(|i| a[i] << by)
    }
    #[inline(always)]
    fn int_shr(self, a: I, by: i32) -> I {
        from_fn(|i| a[i] >> by)
    }
    #[inline(always)]
    fn sum(self, a: F) -> f32 {
        let four: [f32; 4] = from_fn(|i| a[i] + a[i + 4]);
        (four[0] + four[2]) + (four[1] + four[3])
    }

    #[inline(always)]
    fn mul_wide(self, a: Self::I, b: Self::I) -> [Self::I; 2] {
        let mut halves = [a; 2];
        for i in 0..a.len() {
            let product = u64::from(a[i] as u32) * u64::from(b[i] as u32);
            (halves[0][i], halves[1][i]) = ((product >> 32) as i32, product as i32);
        }
        halves
    }

    #[inline(always)]
    unsafe fn quads(self, x: [Self::F; 4], out: *mut f32) {
        for i in 0..x[0].len() {
            for (w, x) in x.iter().enumerate() {
                // SAFETY: the caller's.
                unsafe { *out.add(4 * i + w) = x[i] };
            }
        }
    }

    #[inline(always)]
    unsafe fn transpose(
        self,
        src: *const f32,
        src_row: usize,
        rows: usize,
        cols: usize,
        dst: *mut f32,
        dst_row: usize,
    ) {
        for c in 0..cols {
            // SAFETY: the caller's.
            unsafe {
                let mut row = [0.0; N];
                for (r, lane) in row.iter_mut().enumerate().take(rows) {
                    *lane = *src.add(r * src_row + c);
                }
                self.store(dst.add(c * dst_row), row);
            }
        }
    }
}

/// Nearest whole number, halves to even, without a library call: adding 1.5 * 2^23 drops the fraction.
#[inline(always)]
fn round(a: f32) -> f32 {
    const BIG: f32 = 12_582_912.0;
    let whole = (a + BIG) - BIG;
    if a.abs() < 4_194_304.0 {
        whole.copysign(a)
    } else {
        a.round_ties_even()
    }
}
