//! The AVX-512 level: sixteen lanes, masks in mask registers.

use super::{Kernel, Simd};
use std::arch::x86_64::*;

/// Proof that the machine has AVX-512 F, BW, DQ and VL, AVX2 and FMA.
#[derive(Clone, Copy, Debug)]
pub struct Avx512(());

impl Avx512 {
    /// The token.
    ///
    /// # Safety
    /// The machine has the features.
    #[inline(always)]
    pub unsafe fn new() -> Self {
        Avx512(())
    }
}

#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2")]
fn call<K: Kernel>(simd: Avx512, kernel: K) -> K::Out {
    kernel.run(simd)
}

const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
const DOWN: i32 = _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC;
const UP: i32 = _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC;
const ZERO: i32 = _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC;

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

#[inline(always)]
fn first(n: usize) -> __mmask16 {
    ((1u32 << n) - 1) as __mmask16
}

impl Simd for Avx512 {
    const LANES: usize = 16;
    const ROWS: usize = 12;
    type F = __m512;
    type I = __m512i;
    type M = __mmask16;

    #[inline(always)]
    fn call<K: Kernel>(self, kernel: K) -> K::Out {
        // SAFETY: the token proves the features.
        unsafe { call(self, kernel) }
    }

    #[inline(always)]
    unsafe fn load(self, p: *const f32) -> __m512 {
        // SAFETY: the caller's.
        unsafe { _mm512_loadu_ps(p) }
    }
    #[inline(always)]
    unsafe fn store(self, p: *mut f32, v: __m512) {
        // SAFETY: the caller's.
        unsafe { _mm512_storeu_ps(p, v) }
    }
    #[inline(always)]
    unsafe fn load_part(self, p: *const f32, n: usize) -> __m512 {
        // SAFETY: the caller's; lanes outside the mask are not touched.
        unsafe { _mm512_maskz_loadu_ps(first(n), p) }
    }
    #[inline(always)]
    unsafe fn store_part(self, p: *mut f32, n: usize, v: __m512) {
        // SAFETY: the caller's; lanes outside the mask are not touched.
        unsafe { _mm512_mask_storeu_ps(p, first(n), v) }
    }

    lanewise! {
        splat(x: f32) -> __m512 = _mm512_set1_ps(x);
        add(a: __m512, b: __m512) -> __m512 = _mm512_add_ps(a, b);
        sub(a: __m512, b: __m512) -> __m512 = _mm512_sub_ps(a, b);
        mul(a: __m512, b: __m512) -> __m512 = _mm512_mul_ps(a, b);
        div(a: __m512, b: __m512) -> __m512 = _mm512_div_ps(a, b);
        fma(a: __m512, b: __m512, c: __m512) -> __m512 = _mm512_fmadd_ps(a, b, c);
        fnma(a: __m512, b: __m512, c: __m512) -> __m512 = _mm512_fnmadd_ps(a, b, c);
        max(a: __m512, b: __m512) -> __m512 = _mm512_max_ps(a, b);
        min(a: __m512, b: __m512) -> __m512 = _mm512_min_ps(a, b);
        sqrt(a: __m512) -> __m512 = _mm512_sqrt_ps(a);
        floor(a: __m512) -> __m512 = _mm512_roundscale_ps::<DOWN>(a);
        ceil(a: __m512) -> __m512 = _mm512_roundscale_ps::<UP>(a);
        trunc(a: __m512) -> __m512 = _mm512_roundscale_ps::<ZERO>(a);
        round(a: __m512) -> __m512 = _mm512_roundscale_ps::<NEAREST>(a);
        and(a: __m512, b: __m512) -> __m512 = _mm512_and_ps(a, b);
        or(a: __m512, b: __m512) -> __m512 = _mm512_or_ps(a, b);
        xor(a: __m512, b: __m512) -> __m512 = _mm512_xor_ps(a, b);
        lt(a: __m512, b: __m512) -> __mmask16 = _mm512_cmp_ps_mask::<_CMP_LT_OQ>(a, b);
        le(a: __m512, b: __m512) -> __mmask16 = _mm512_cmp_ps_mask::<_CMP_LE_OQ>(a, b);
        eq(a: __m512, b: __m512) -> __mmask16 = _mm512_cmp_ps_mask::<_CMP_EQ_OQ>(a, b);
        select(m: __mmask16, a: __m512, b: __m512) -> __m512 = _mm512_mask_blend_ps(m, b, a);
        int(x: i32) -> __m512i = _mm512_set1_epi32(x);
        to_int(a: __m512) -> __m512i = _mm512_cvtps_epi32(a);
        to_float(a: __m512i) -> __m512 = _mm512_cvtepi32_ps(a);
        bits(a: __m512) -> __m512i = _mm512_castps_si512(a);
        of_bits(a: __m512i) -> __m512 = _mm512_castsi512_ps(a);
        int_add(a: __m512i, b: __m512i) -> __m512i = _mm512_add_epi32(a, b);
        int_sub(a: __m512i, b: __m512i) -> __m512i = _mm512_sub_epi32(a, b);
        int_and(a: __m512i, b: __m512i) -> __m512i = _mm512_and_si512(a, b);
        int_xor(a: __m512i, b: __m512i) -> __m512i = _mm512_xor_si512(a, b);
        int_eq(a: __m512i, b: __m512i) -> __mmask16 = _mm512_cmpeq_epi32_mask(a, b);
        int_shl(a: __m512i, by: i32) -> __m512i = _mm512_sll_epi32(a, _mm_cvtsi32_si128(by));
        int_shr(a: __m512i, by: i32) -> __m512i = _mm512_sra_epi32(a, _mm_cvtsi32_si128(by));
        sum(a: __m512) -> f32 = _mm512_reduce_add_ps(a);
        scale(a: __m512, n: __m512) -> __m512 = _mm512_scalef_ps(a, n);
    }

    #[inline(always)]
    fn mask_and(self, a: __mmask16, b: __mmask16) -> __mmask16 {
        a & b
    }
    #[inline(always)]
    fn mask_or(self, a: __mmask16, b: __mmask16) -> __mmask16 {
        a | b
    }
    #[inline(always)]
    fn mask_not(self, a: __mmask16) -> __mmask16 {
        !a
    }

    #[inline(always)]
    fn mul_wide(self, a: __m512i, b: __m512i) -> [__m512i; 2] {
        // SAFETY: the token proves the features.
        unsafe { mul_wide(a, b) }
    }

    #[inline(always)]
    unsafe fn quads(self, x: [__m512; 4], out: *mut f32) {
        // SAFETY: the token proves the features.
        let quads = unsafe { quads(x) };
        for (i, four) in quads.into_iter().enumerate() {
            // SAFETY: the caller's.
            unsafe { _mm512_storeu_ps(out.add(16 * i), four) };
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
        let mut r = [self.zero(); 16];
        let mask = first(cols);
        for (i, row) in r.iter_mut().enumerate().take(rows) {
            // SAFETY: the caller's; lanes outside the mask are not touched.
            *row = unsafe { _mm512_maskz_loadu_ps(mask, src.add(i * src_row)) };
        }
        // SAFETY: the token proves the features.
        let t = unsafe { transpose_16(r) };
        for (j, row) in t.iter().enumerate().take(cols) {
            // SAFETY: the caller's.
            unsafe { _mm512_storeu_ps(dst.add(j * dst_row), *row) };
        }
    }
}

/// Products of the even and the odd lanes, put together again.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2")]
fn mul_wide(a: __m512i, b: __m512i) -> [__m512i; 2] {
    let even = _mm512_mul_epu32(a, b);
    let odd = _mm512_mul_epu32(_mm512_srli_epi64::<32>(a), _mm512_srli_epi64::<32>(b));
    [
        _mm512_mask_blend_epi32(0xaaaa, _mm512_srli_epi64::<32>(even), odd),
        _mm512_mask_blend_epi32(0xaaaa, even, _mm512_slli_epi64::<32>(odd)),
    ]
}

/// Four vectors as four lanes of each: 4x4 blocks, then a transpose of the quarters of vectors.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2")]
fn quads([a, b, c, d]: [__m512; 4]) -> [__m512; 4] {
    let (ab, cd) = (_mm512_unpacklo_ps(a, b), _mm512_unpacklo_ps(c, d));
    let (ab2, cd2) = (_mm512_unpackhi_ps(a, b), _mm512_unpackhi_ps(c, d));
    // Lanes 0, 4, 8, 12 of each; 1, 5, ..; 2, 6, ..; 3, 7, ..
    let r = [
        _mm512_shuffle_ps::<0x44>(ab, cd),
        _mm512_shuffle_ps::<0xee>(ab, cd),
        _mm512_shuffle_ps::<0x44>(ab2, cd2),
        _mm512_shuffle_ps::<0xee>(ab2, cd2),
    ];
    let low = [
        _mm512_shuffle_f32x4::<0x44>(r[0], r[1]),
        _mm512_shuffle_f32x4::<0x44>(r[2], r[3]),
    ];
    let high = [
        _mm512_shuffle_f32x4::<0xee>(r[0], r[1]),
        _mm512_shuffle_f32x4::<0xee>(r[2], r[3]),
    ];
    [
        _mm512_shuffle_f32x4::<0x88>(low[0], low[1]),
        _mm512_shuffle_f32x4::<0xdd>(low[0], low[1]),
        _mm512_shuffle_f32x4::<0x88>(high[0], high[1]),
        _mm512_shuffle_f32x4::<0xdd>(high[0], high[1]),
    ]
}

/// Transposes sixteen vectors: 2x2 blocks, 4x4 blocks, then quarters of vectors twice.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,bmi2")]
fn transpose_16(r: [__m512; 16]) -> [__m512; 16] {
    let mut a = r;
    for i in 0..8 {
        a[2 * i] = _mm512_unpacklo_ps(r[2 * i], r[2 * i + 1]);
        a[2 * i + 1] = _mm512_unpackhi_ps(r[2 * i], r[2 * i + 1]);
    }
    let mut b = a;
    for i in 0..4 {
        let q = 4 * i;
        b[q] = _mm512_shuffle_ps::<0x44>(a[q], a[q + 2]);
        b[q + 1] = _mm512_shuffle_ps::<0xee>(a[q], a[q + 2]);
        b[q + 2] = _mm512_shuffle_ps::<0x44>(a[q + 1], a[q + 3]);
        b[q + 3] = _mm512_shuffle_ps::<0xee>(a[q + 1], a[q + 3]);
    }
    let mut c = b;
    for j in 0..4 {
        c[j] = _mm512_shuffle_f32x4::<0x88>(b[j], b[4 + j]);
        c[4 + j] = _mm512_shuffle_f32x4::<0xdd>(b[j], b[4 + j]);
        c[8 + j] = _mm512_shuffle_f32x4::<0x88>(b[8 + j], b[12 + j]);
        c[12 + j] = _mm512_shuffle_f32x4::<0xdd>(b[8 + j], b[12 + j]);
    }
    let mut d = c;
    for j in 0..4 {
        d[j] = _mm512_shuffle_f32x4::<0x88>(c[j], c[8 + j]);
        d[8 + j] = _mm512_shuffle_f32x4::<0xdd>(c[j], c[8 + j]);
        d[4 + j] = _mm512_shuffle_f32x4::<0x88>(c[4 + j], c[12 + j]);
        d[12 + j] = _mm512_shuffle_f32x4::<0xdd>(c[4 + j], c[12 + j]);
    }
    d
}
