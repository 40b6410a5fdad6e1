//! Short rows, a vector of them at a time: lane i has row i, from its first number to its last. What it is
//! worth: `reduce`, `scan`.

use crate::simd::{MOST_LANES, Simd};

/// Room for a vector per column.
pub(super) type Turned = [f32; MOST_LANES * MOST_LANES];

/// Nothing yet.
pub(super) const EMPTY: Turned = [0.0; MOST_LANES * MOST_LANES];

/// Rows up to a vector of them, of `axis` numbers each, which lie one after the other: gives `each` the numbers of one column
/// after the other, with the column. Lanes beyond the rows hold zeros.
///
/// # Panics
/// `x` is not as long as the rows, or there are more rows than lanes.
#[inline(always)]
pub(super) fn by_columns<S: Simd>(
    s: S,
    x: &[f32],
    axis: usize,
    turned: &mut Turned,
    mut each: impl FnMut(usize, S::F),
) {
    let rows = x.len() / axis;
    assert!(rows <= S::LANES && rows * axis == x.len(), "rows of {axis}");
    for first in (0..axis).step_by(S::LANES) {
        let columns = S::LANES.min(axis - first);
        // SAFETY: rows and columns of x; the block has room for a vector per column.
        unsafe {
            let to = turned.as_mut_ptr();
            s.transpose(x.as_ptr().add(first), axis, rows, columns, to, S::LANES);
            for i in 0..columns {
                each(first + i, s.load(to.add(i * S::LANES)));
            }
        }
    }
}
