//! Large arrays of NumPy, read where they lie: a batch at a time instead of one copy of all.

use numpy::{
    PyArrayDescrMethods, PyArrayDyn, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods,
};
use pyo3::prelude::*;
use pyo3::types::PyAny;
use regimen::data::{Array, DataError, ReadRows, RowType, StoredRows, Values};
use regimen::run::facts::DataProfile;
use std::sync::Arc;

/// Bytes from which on arrays are not copied.
const LARGE: usize = 16 << 20;

/// An array: what keeps it, and its elements row after row.
#[derive(Debug)]
struct Lying {
    _held: Py<PyAny>,
    from: *const u8,
    /// Elements of a row.
    row: usize,
}

/// Arrays of as many rows each.
#[derive(Debug)]
struct NumpyRows {
    rows: usize,
    types: Vec<RowType>,
    arrays: Vec<Lying>,
}

// SAFETY: the pointers are read from alone, by copying elements out, and what they point to lives as long as `_held` does.
#[allow(unsafe_code)]
unsafe impl Send for NumpyRows {}
// SAFETY: as for `Send`. A program that writes into an array while it is trained on gets a mixture of old and new numbers, as
// with every library that shares memory with NumPy.
#[allow(unsafe_code)]
unsafe impl Sync for NumpyRows {}

impl ReadRows for NumpyRows {
    fn rows(&self) -> usize {
        self.rows
    }

    fn inputs(&self) -> &[RowType] {
        &self.types
    }

    fn read(&self, rows: &[usize], out: &mut [Array]) -> Result<(), DataError> {
        for ((from, kind), to) in self.arrays.iter().zip(&self.types).zip(out) {
            to.shape.clear();
            to.shape.push(rows.len());
            to.shape.extend_from_slice(&kind.shape);
            if kind.integer != to.is_integer() {
                *to = kind.empty();
                to.shape[0] = rows.len();
            }
            match &mut to.data {
                Values::F32(held) => gather(self.slice::<f32>(from), rows, from.row, held),
                Values::I32(held) => gather(self.slice::<i32>(from), rows, from.row, held),
            }
        }
        Ok(())
    }
}

impl NumpyRows {
    #[allow(unsafe_code)]
    fn slice<T>(&self, lying: &Lying) -> &[T] {
        // SAFETY: `stored` has made sure that the array is in one piece, row after row, aligned, of elements of this type's size,
        // and holds `rows * row` of them; `_held` keeps it.
        unsafe { std::slice::from_raw_parts(lying.from.cast::<T>(), self.rows * lying.row) }
    }
}

fn gather<T: Copy>(all: &[T], rows: &[usize], row: usize, out: &mut Vec<T>) {
    out.clear();
    for &r in rows {
        out.extend_from_slice(&all[r * row..(r + 1) * row]);
    }
}

/// The arrays as rows that are read where they lie, and their smallest and largest number; none where they are small, or lie
/// otherwise than row after row.
pub(crate) fn stored(arrays: &[Bound<'_, PyAny>]) -> Option<StoredRows> {
    let mut held = NumpyRows {
        rows: 0,
        types: vec![],
        arrays: vec![],
    };
    let mut bytes = 0;
    for (i, array) in arrays.iter().enumerate() {
        let untyped = array.cast::<PyUntypedArray>().ok()?;
        let dtype = untyped.dtype();
        let integer = match (dtype.kind(), dtype.itemsize()) {
            (b'f', 4) => false,
            (b'i', 4) => true,
            _ => return None,
        };
        let (rows, shape) = untyped.shape().split_first()?;
        let from: *const u8 = match integer {
            true => array.cast::<PyArrayDyn<i32>>().ok()?.data().cast(),
            false => array.cast::<PyArrayDyn<f32>>().ok()?.data().cast(),
        };
        let aligned = from.align_offset(align_of::<f32>()) == 0;
        if !untyped.is_c_contiguous() || !aligned || (i > 0 && *rows != held.rows) {
            return None;
        }
        let row: usize = shape.iter().product();
        bytes += rows * row * size_of::<f32>();
        held.rows = *rows;
        held.types.push(RowType {
            integer,
            shape: shape.to_vec(),
        });
        held.arrays.push(Lying {
            _held: array.clone().unbind(),
            from,
            row,
        });
    }
    if bytes < LARGE {
        return None;
    }
    let rows = (0..held.rows).collect();
    Some(StoredRows::new(Arc::new(held), rows))
}

/// Adds the range of such rows to what is known of the data, some rows at a time.
pub(crate) fn with_range(profile: &mut DataProfile, stored: &StoredRows) {
    let mut arrays = stored.empty();
    let mut ends: Option<(f32, f32)> = None;
    let all: Vec<usize> = (0..stored.rows()).collect();
    for some in all.chunks(1024) {
        if stored.read(some, &mut arrays).is_err() {
            return;
        }
        let numbers = arrays.iter().filter_map(|array| match &array.data {
            Values::F32(all) => Some(all),
            Values::I32(_) => None,
        });
        for &v in numbers.flatten().filter(|v| v.is_finite()) {
            ends = Some(ends.map_or((v, v), |(low, high)| (low.min(v), high.max(v))));
        }
    }
    profile.feature_range = ends.map(|(low, high)| (f64::from(low), f64::from(high)));
}
