//! The AVX2 + FMA level: eight lanes, masks as vectors of all-ones or all-zeros.

use super::{Kernel, Simd};
use std::arch::x86_64::*;

/// Proof that the machine has AVX2 and FMA.
#[derive(Clone, Copy, Debug)]
pub struct Avx2(());

impl Avx2 {
    /// The token.
    ///
    /// # Safety
    /// The machine has the features.
    #[inline(always)]
    pub unsafe fn new() -> Self {
        Avx2(())
    }
}

#[inline(never)]
#[target_feature(enable = "avx2,fma")]
fn call<K: Kernel>(simd: Avx2, kernel: K) -> K::Out {
    kernel.run(simd)
}

const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;

/// Methods that are one expression of intrinsics.
macro_rules! lanewise {
    ($($name:ident($($arg:ident: $ty:ty),*) -> $out:ty = $body:expr;)*) => {$(
        #[inline(always)]
        fn $name(self, $($arg: $ty),*) -> $out {
            // SAFETY: the token proves the features.
            unsafe { $body }
        }
    )*};
}

static WINDOW: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];

/// A mask whose first `n <= 8` lanes are set.
#[inline(always)]
fn first(n: usize) -> __m256i {
    debug_assert!(n <= 8);
    // SAFETY: `8 - n + 8 <= 16`; only called with the features, through the token's methods.
    unsafe { _mm256_loadu_si256(WINDOW.as_ptr().add(8 - n).cast()) }
}

impl Simd for Avx2 {
    const LANES: usize = 8;
    const ROWS: usize = 6;
    type F = __m256;
    type I = __m256i;
    type M = __m256;

    #[inline(always)]
    fn call<K: Kernel>(self, kernel: K) -> K::Out {
        // SAFETY: the token proves the features.
        unsafe { call(self, kernel) }
    }

    #[inline(always)]
    unsafe fn load(self, p: *const f32) -> __m256 {
        // SAFETY: the caller's.
        unsafe { _mm256_loadu_ps(p) }
    }
    #[inline(always)]
    unsafe fn store(self, p: *mut f32, v: __m256) {
        // SAFETY: the caller's.
        unsafe { _mm256_storeu_ps(p, v) }
    }
    #[inline(always)]
    unsafe fn load_part(self, p: *const f32, n: usize) -> __m256 {
        // SAFETY: the caller's; lanes outside the mask are not touched.
        unsafe { _mm256_maskload_ps(p, first(n)) }
    }
    #[inline(always)]
    unsafe fn store_part(self, p: *mut f32, n: usize, v: __m256) {
        // A masked store takes some 40 cycles on AMD's machines: the rest is stored by fours, twos and ones.
        // SAFETY: the caller's; no more than `n` floats are written.
        unsafe {
            let (mut p, mut rest) = (p, _mm256_castps256_ps128(v));
            if n >= 8 {
                return _mm256_storeu_ps(p, v);
            }
            if n & 4 != 0 {
                _mm_storeu_ps(p, rest);
                (p, rest) = (p.add(4), _mm256_extractf128_ps::<1>(v));
            }
            if n & 2 != 0 {
                _mm_storel_pd(p.cast(), _mm_castps_pd(rest));
                (p, rest) = (p.add(2), _mm_movehl_ps(rest, rest));
            }
            if n & 1 != 0 {
                _mm_store_ss(p, rest);
            }
        }
    }

    lanewise! {
        splat(x: f32) -> __m256 = _mm256_set1_ps(x);
        add(a: __m256, b: __m256) -> __m256 = _mm256_add_ps(a, b);
        sub(a: __m256, b: __m256) -> __m256 = _mm256_sub_ps(a, b);
        mul(a: __m256, b: __m256) -> __m256 = _mm256_mul_ps(a, b);
        div(a: __m256, b: __m256) -> __m256 = _mm256_div_ps(a, b);
        fma(a: __m256, b: __m256, c: __m256) -> __m256 = _mm256_fmadd_ps(a, b, c);
        fnma(a: __m256, b: __m256, c: __m256) -> __m256 = _mm256_fnmadd_ps(a, b, c);
        max(a: __m256, b: __m256) -> __m256 = _mm256_max_ps(a, b);
        min(a: __m256, b: __m256) -> __m256 = _mm256_min_ps(a, b);
        sqrt(a: __m256) -> __m256 = _mm256_sqrt_ps(a);
        floor(a: __m256) -> __m256 = _mm256_floor_ps(a);
        ceil(a: __m256) -> __m256 = _mm256_ceil_ps(a);
        trunc(a: __m256) -> __m256 = _mm256_round_ps::<{ _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC }>(a);
        round(a: __m256) -> __m256 = _mm256_round_ps::<NEAREST>(a);
        and(a: __m256, b: __m256) -> __m256 = _mm256_and_ps(a, b);
        or(a: __m256, b: __m256) -> __m256 = _mm256_or_ps(a, b);
        xor(a: __m256, b: __m256) -> __m256 = _mm256_xor_ps(a, b);
        lt(a: __m256, b: __m256) -> __m256 = _mm256_cmp_ps::<_CMP_LT_OQ>(a, b);
        le(a: __m256, b: __m256) -> __m256 = _mm256_cmp_ps::<_CMP_LE_OQ>(a, b);
        eq(a: __m256, b: __m256) -> __m256 = _mm256_cmp_ps::<_CMP_EQ_OQ>(a, b);
        mask_and(a: __m256, b: __m256) -> __m256 = _mm256_and_ps(a, b);
        mask_or(a: __m256, b: __m256) -> __m256 = _mm256_or_ps(a, b);
        mask_not(a: __m256) -> __m256 = _mm256_xor_ps(a, _mm256_castsi256_ps(_mm256_set1_epi32(-1)));
        select(m: __m256, a: __m256, b: __m256) -> __m256 = _mm256_blendv_ps(b, a, m);
        int(x: i32) -> __m256i = _mm256_set1_epi32(x);
        to_int(a: __m256) -> __m256i = _mm256_cvtps_epi32(a);
        to_float(a: __m256i) -> __m256 = _mm256_cvtepi32_ps(a);
        bits(a: __m256) -> __m256i = _mm256_castps_si256(a);
        of_bits(a: __m256i) -> __m256 = _mm256_castsi256_ps(a);
        int_add(a: __m256i, b: __m256i) -> __m256i = _mm256_add_epi32(a, b);
        int_sub(a: __m256i, b: __m256i) -> __m256i = _mm256_sub_epi32(a, b);
        int_and(a: __m256i, b: __m256i) -> __m256i = _mm256_and_si256(a, b);
        int_xor(a: __m256i, b: __m256i) -> __m256i = _mm256_xor_si256(a, b);
        int_eq(a: __m256i, b: __m256i) -> __m256 = _mm256_castsi256_ps(_mm256_cmpeq_epi32(a, b));
        int_shl(a: __m256i, by: i32) -> __m256i = _mm256_sll_epi32(a, _mm_cvtsi32_si128(by));
        int_shr(a: __m256i, by: i32) -> __m256i = _mm256_sra_epi32(a, _mm_cvtsi32_si128(by));
        sum(a: __m256) -> f32 = {
            let four = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps::<1>(a));
            let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps::<1>(two, two)))
        };
    }

    #[inline(always)]
    fn mul_wide(self, a: __m256i, b: __m256i) -> [__m256i; 2] {
        // SAFETY: the token proves the features.
        unsafe { mul_wide(a, b) }
    }

    #[inline(always)]
    unsafe fn quads(self, x: [__m256; 4], out: *mut f32) {
        // SAFETY: the token proves the features.
        let quads = unsafe { quads(x) };
        for (i, four) in quads.into_iter().enumerate() {
            // SAFETY: the caller's.
            unsafe { _mm256_storeu_ps(out.add(8 * i), four) };
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
        let mut r = [self.zero(); 8];
        let mask = first(cols);
        for (i, row) in r.iter_mut().enumerate().take(rows) {
            // SAFETY: the caller's; lanes outside the mask are not touched.
            *row = unsafe { _mm256_maskload_ps(src.add(i * src_row), mask) };
        }
        // SAFETY: the token proves the features.
        let t = unsafe { transpose_8(r) };
        for (j, row) in t.iter().enumerate().take(cols) {
            // SAFETY: the caller's.
            unsafe { _mm256_storeu_ps(dst.add(j * dst_row), *row) };
        }
    }
}

/// Products of the even and the odd lanes, put together again.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn mul_wide(a: __m256i, b: __m256i) -> [__m256i; 2] {
    let even = _mm256_mul_epu32(a, b);
    let odd = _mm256_mul_epu32(_mm256_srli_epi64::<32>(a), _mm256_srli_epi64::<32>(b));
    [
        _mm256_blend_epi32::<0xaa>(_mm256_srli_epi64::<32>(even), odd),
        _mm256_blend_epi32::<0xaa>(even, _mm256_slli_epi64::<32>(odd)),
    ]
}

/// Four vectors as pairs of lanes of each: 4x4 blocks, then halves of vectors.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn quads([a, b, c, d]: [__m256; 4]) -> [__m256; 4] {
    let (ab, cd) = (_mm256_unpacklo_ps(a, b), _mm256_unpacklo_ps(c, d));
    let (ab2, cd2) = (_mm256_unpackhi_ps(a, b), _mm256_unpackhi_ps(c, d));
    let zero = _mm256_shuffle_ps::<0x44>(ab, cd);
    let one = _mm256_shuffle_ps::<0xee>(ab, cd);
    let two = _mm256_shuffle_ps::<0x44>(ab2, cd2);
    let three = _mm256_shuffle_ps::<0xee>(ab2, cd2);
    [
        _mm256_permute2f128_ps::<0x20>(zero, one),
        _mm256_permute2f128_ps::<0x20>(two, three),
        _mm256_permute2f128_ps::<0x31>(zero, one),
        _mm256_permute2f128_ps::<0x31>(two, three),
    ]
}

/// Transposes eight vectors: 2x2 blocks, 4x4 blocks, then halves of vectors.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn transpose_8(r: [__m256; 8]) -> [__m256; 8] {
    let mut a = r;
    for i in 0..4 {
        a[2 * i] = _mm256_unpacklo_ps(r[2 * i], r[2 * i + 1]);
        a[2 * i + 1] = _mm256_unpackhi_ps(r[2 * i], r[2 * i + 1]);
    }
    let mut b = a;
    for q in [0, 4] {
        b[q] = _mm256_shuffle_ps::<0x44>(a[q], a[q + 2]);
        b[q + 1] = _mm256_shuffle_ps::<0xee>(a[q], a[q + 2]);
        b[q + 2] = _mm256_shuffle_ps::<0x44>(a[q + 1], a[q + 3]);
        b[q + 3] = _mm256_shuffle_ps::<0xee>(a[q + 1], a[q + 3]);
    }
    let mut c = b;
    for j in 0..4 {
        c[j] = _mm256_permute2f128_ps::<0x20>(b[j], b[4 + j]);
        c[4 + j] = _mm256_permute2f128_ps::<0x31>(b[j], b[4 + j]);
    }
    c
}
