//! SIMD levels picked at run time, and the vector operations that kernels are written in.
//!
//! A kernel is written once, generic over [`Simd`], and compiled once per level: [`Level::dispatch`] enters a
//! function that carries the level's `#[target_feature]`s, and everything below it is `#[inline(always)]`, so the
//! intrinsics melt into it. A `Simd` value is a token: it exists only where the machine has the features, which is
//! what makes its methods safe to call.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
pub mod math;
mod portable;

#[cfg(target_arch = "x86_64")]
pub use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub use avx512::Avx512;
pub use portable::Portable;

/// Lanes of the widest level.
pub(crate) const MOST_LANES: usize = 16;

/// An instruction set that kernels are compiled for, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Plain Rust on arrays of eight floats: every machine.
    Portable,
    /// AVX2 with FMA, eight lanes.
    Avx2,
    /// AVX-512 (F, BW, DQ, VL), sixteen lanes.
    Avx512,
}

impl Level {
    /// The strongest level this machine has.
    pub fn detect() -> Level {
        [Level::Avx512, Level::Avx2]
            .into_iter()
            .find(|level| level.is_available())
            .unwrap_or(Level::Portable)
    }

    /// Every level this machine has, weakest first.
    pub fn available() -> Vec<Level> {
        [Level::Portable, Level::Avx2, Level::Avx512]
            .into_iter()
            .filter(|level| level.is_available())
            .collect()
    }

    /// Whether this machine can run the level.
    #[cfg(target_arch = "x86_64")]
    pub fn is_available(self) -> bool {
        match self {
            Level::Portable => true,
            Level::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            Level::Avx512 => {
                Level::Avx2.is_available()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
        }
    }

    /// Whether this machine can run the level.
    #[cfg(not(target_arch = "x86_64"))]
    pub fn is_available(self) -> bool {
        self == Level::Portable
    }

    /// Runs the kernel at this level; a level that the machine lacks runs as [`Level::Portable`].
    #[inline]
    #[cfg(target_arch = "x86_64")]
    pub fn dispatch<K: Kernel>(self, kernel: K) -> K::Out {
        match self {
            // SAFETY: the guard saw the features.
            Level::Avx512 if self.is_available() => unsafe { Avx512::new() }.call(kernel),
            // SAFETY: the guard saw the features.
            Level::Avx2 if self.is_available() => unsafe { Avx2::new() }.call(kernel),
            _ => Portable.call(kernel),
        }
    }

    /// Runs the kernel at this level; a level that the machine lacks runs as [`Level::Portable`].
    #[inline]
    #[cfg(not(target_arch = "x86_64"))]
    pub fn dispatch<K: Kernel>(self, kernel: K) -> K::Out {
        Portable.call(kernel)
    }

    /// Floats in one vector at this level.
    pub fn lanes(self) -> usize {
        struct Lanes;
        impl Kernel for Lanes {
            type Out = usize;
            #[inline(always)]
            fn run<S: Simd>(self, _: S) -> usize {
                S::LANES
            }
        }
        self.dispatch(Lanes)
    }
}

/// Work written once for every level. Mark `run` and all it calls with a vector in hand `#[inline(always)]`, and keep
/// closures out of it: a function left standing alone would be compiled without the level's features.
pub trait Kernel {
    /// What the work returns.
    type Out;
    /// The work, at the level that `simd` stands for.
    fn run<S: Simd>(self, simd: S) -> Self::Out;
}

/// The vector operations of one level. Comparisons with NaN are false; `max(a, b)` is `a > b ? a : b` and `min(a, b)`
/// is `a < b ? a : b`, so a NaN in either operand yields `b`.
#[allow(
    missing_docs,
    reason = "one-line lane-wise operations whose names say all"
)]
pub trait Simd: Copy + Send + Sync + 'static {
    /// f32 lanes of a vector.
    const LANES: usize;
    /// Rows of the tallest matrix-product tile that the registers hold with two vectors of columns.
    const ROWS: usize;
    /// A vector of f32.
    type F: Copy;
    /// A vector of i32.
    type I: Copy;
    /// One truth value per lane.
    type M: Copy;

    /// Runs a kernel behind a call that carries the level's features: keeps large bodies apart.
    fn call<K: Kernel>(self, kernel: K) -> K::Out;

    fn splat(self, x: f32) -> Self::F;
    /// Reads `LANES` floats.
    ///
    /// # Safety
    /// `p` is readable for `LANES` floats; no alignment is needed.
    unsafe fn load(self, p: *const f32) -> Self::F;
    /// Writes `LANES` floats.
    ///
    /// # Safety
    /// `p` is writable for `LANES` floats; no alignment is needed.
    unsafe fn store(self, p: *mut f32, v: Self::F);
    /// Reads `n <= LANES` floats, zeros behind them.
    ///
    /// # Safety
    /// `p` is readable for `n` floats.
    unsafe fn load_part(self, p: *const f32, n: usize) -> Self::F;
    /// Writes the first `n <= LANES` floats.
    ///
    /// # Safety
    /// `p` is writable for `n` floats.
    unsafe fn store_part(self, p: *mut f32, n: usize, v: Self::F);

    fn add(self, a: Self::F, b: Self::F) -> Self::F;
    fn sub(self, a: Self::F, b: Self::F) -> Self::F;
    fn mul(self, a: Self::F, b: Self::F) -> Self::F;
    fn div(self, a: Self::F, b: Self::F) -> Self::F;
    /// `a * b + c`, rounded once where the level has FMA.
    fn fma(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    /// `c - a * b`, rounded once where the level has FMA.
    fn fnma(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    fn max(self, a: Self::F, b: Self::F) -> Self::F;
    fn min(self, a: Self::F, b: Self::F) -> Self::F;
    fn sqrt(self, a: Self::F) -> Self::F;
    fn floor(self, a: Self::F) -> Self::F;
    fn ceil(self, a: Self::F) -> Self::F;
    fn trunc(self, a: Self::F) -> Self::F;
    /// To the nearest whole number, halves to even.
    fn round(self, a: Self::F) -> Self::F;
    /// Bitwise and.
    fn and(self, a: Self::F, b: Self::F) -> Self::F;
    /// Bitwise or.
    fn or(self, a: Self::F, b: Self::F) -> Self::F;
    /// Bitwise exclusive or.
    fn xor(self, a: Self::F, b: Self::F) -> Self::F;

    fn lt(self, a: Self::F, b: Self::F) -> Self::M;
    fn le(self, a: Self::F, b: Self::F) -> Self::M;
    fn eq(self, a: Self::F, b: Self::F) -> Self::M;
    fn mask_and(self, a: Self::M, b: Self::M) -> Self::M;
    fn mask_or(self, a: Self::M, b: Self::M) -> Self::M;
    fn mask_not(self, a: Self::M) -> Self::M;
    /// `m ? a : b`.
    fn select(self, m: Self::M, a: Self::F, b: Self::F) -> Self::F;

    fn int(self, x: i32) -> Self::I;
    /// Nearest i32; lanes out of range are unspecified.
    fn to_int(self, a: Self::F) -> Self::I;
    fn to_float(self, a: Self::I) -> Self::F;
    /// The bits of the floats.
    fn bits(self, a: Self::F) -> Self::I;
    /// Floats of these bits.
    fn of_bits(self, a: Self::I) -> Self::F;
    fn int_add(self, a: Self::I, b: Self::I) -> Self::I;
    fn int_sub(self, a: Self::I, b: Self::I) -> Self::I;
    fn int_and(self, a: Self::I, b: Self::I) -> Self::I;
    fn int_xor(self, a: Self::I, b: Self::I) -> Self::I;
    fn int_eq(self, a: Self::I, b: Self::I) -> Self::M;
    fn int_shl(self, a: Self::I, by: i32) -> Self::I;
    /// Arithmetic shift to the right.
    fn int_shr(self, a: Self::I, by: i32) -> Self::I;

    /// The upper and lower halves of the products of unsigned numbers.
    fn mul_wide(self, a: Self::I, b: Self::I) -> [Self::I; 2];
    /// Writes lane 0 of each of four vectors, then lane 1 of each, and so on.
    ///
    /// # Safety
    /// `out` is writable for `4 * LANES` floats.
    unsafe fn quads(self, x: [Self::F; 4], out: *mut f32);

    /// All lanes added, in an order fixed per level.
    fn sum(self, a: Self::F) -> f32;

    /// Writes the transpose of a `rows` x `cols` block (both at most `LANES`): `cols` rows of a full vector each,
    /// zeros behind the `rows` values.
    ///
    /// # Safety
    /// `src` is readable at `r * src_row + 0..cols` for each row `r`, `dst` writable at `c * dst_row + 0..LANES`
    /// for each column `c`.
    unsafe fn transpose(
        self,
        src: *const f32,
        src_row: usize,
        rows: usize,
        cols: usize,
        dst: *mut f32,
        dst_row: usize,
    );

    #[inline(always)]
    fn zero(self) -> Self::F {
        self.splat(0.0)
    }
    #[inline(always)]
    fn neg(self, a: Self::F) -> Self::F {
        self.xor(a, self.splat(-0.0))
    }
    #[inline(always)]
    fn abs(self, a: Self::F) -> Self::F {
        self.and(a, self.of_bits(self.int(0x7fff_ffff)))
    }
    /// The magnitude of `a` with the sign of `b`.
    #[inline(always)]
    fn copy_sign(self, a: Self::F, b: Self::F) -> Self::F {
        self.or(self.abs(a), self.and(b, self.splat(-0.0)))
    }
    #[inline(always)]
    fn is_nan(self, a: Self::F) -> Self::M {
        self.mask_not(self.eq(a, a))
    }
    /// `a * 2^n` for whole `n` in -252..=254, rounded once.
    #[inline(always)]
    fn scale(self, a: Self::F, n: Self::F) -> Self::F {
        let n = self.to_int(n);
        let half = self.int_shr(n, 1);
        let a = self.mul(a, power_of_two(self, half));
        self.mul(a, power_of_two(self, self.int_sub(n, half)))
    }
}

/// Asks for the line of memory at an address, which may be anywhere, without waiting for it.
#[inline(always)]
pub fn prefetch<T>(p: *const T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: every x86-64 machine has the instruction, and it reads nothing.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(p.cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = p;
}

/// `2^n` for whole `n` in the normal range.
#[inline(always)]
fn power_of_two<S: Simd>(s: S, n: S::I) -> S::F {
    s.of_bits(s.int_shl(s.int_add(n, s.int(127)), 23))
}

#[cfg(test)]
mod tests;
