//! Packing: copies of blocks in the order in which the register kernel reads them. When it pays: `tile`, `around`.

use super::tile::strip_rows;
use crate::simd::Simd;

/// Packs `[k, width]` of B, at most two vectors wide: k rows of two vectors, zeros behind the columns.
///
/// # Safety
/// `b` is readable over the block, `out` writable for k rows of two vectors.
#[inline(always)]
pub(super) unsafe fn right<S: Simd>(
    s: S,
    b: *const f32,
    (row, col): (usize, usize),
    size: [usize; 2],
    out: *mut f32,
) {
    let [k, width] = size;
    let first = width.min(S::LANES);
    let second = width - first;
    if col == 1 {
        for p in 0..k {
            // SAFETY: row p of the block, row p of the output.
            unsafe {
                let (from, to) = (b.add(p * row), out.add(p * 2 * S::LANES));
                s.store(to, s.load_part(from, first));
                if second > 0 {
                    s.store(to.add(S::LANES), s.load_part(from.add(S::LANES), second));
                }
            }
        }
        return;
    }
    let mut p = 0;
    while p < k {
        let len = S::LANES.min(k - p);
        // SAFETY: `len` elements of each column, `len` rows of the output.
        unsafe {
            let to = out.add(p * 2 * S::LANES);
            s.transpose(b.add(p * row), col, first, len, to, 2 * S::LANES);
            if second > 0 {
                let from = b.add(S::LANES * col + p * row);
                s.transpose(from, col, second, len, to.add(S::LANES), 2 * S::LANES);
            }
        }
        p += len;
    }
}

/// Packs `[m, k]` of a transposed A, element (i, p) at `i + p * col`: strips of rows, each k times its rows.
///
/// # Safety
/// `a` is readable over the block, `out` writable for m * k floats.
#[inline(always)]
pub(super) unsafe fn left<S: Simd>(
    s: S,
    a: *const f32,
    col: usize,
    size: [usize; 2],
    out: *mut f32,
) {
    let [m, k] = size;
    // Some rows of memory at a time: a whole strip would come back for pieces of lines that have left the cache.
    let mut start = 0;
    while start < k {
        let end = (start + 32).min(k);
        let mut i = 0;
        while i < m {
            let rows = strip_rows::<S>(m - i);
            for p in start..end {
                // SAFETY: `rows` elements of column p, no more than a vector.
                unsafe {
                    let v = s.load_part(a.add(i + p * col), rows);
                    let to = out.add(i * k + p * rows);
                    // What follows in this strip is written later.
                    if p * rows + S::LANES <= k * rows {
                        s.store(to, v);
                    } else {
                        s.store_part(to, rows, v);
                    }
                }
            }
            i += rows;
        }
        start = end;
    }
}
