//! Arrays of NumPy, read where they lie: a batch at a time instead of a copy of all.

use std::sync::Arc;

use numpy::{
    PyArrayDescrMethods, PyArrayDyn, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods,
};
use pyo3::prelude::*;
use pyo3::types::PyAny;
use regimen::train::{Elements, Lent, LentArray};

use crate::arrays;

/// Types of elements that are taken as they are.
#[derive(Debug, Clone, Copy)]
enum Kind {
    F32,
    I32,
    Bool,
}

/// An array of NumPy: what keeps it, and where its elements lie, row after row.
#[derive(Debug)]
struct Lying {
    _held: Py<PyAny>,
    shape: Vec<usize>,
    from: *const u8,
    kind: Kind,
}

// SAFETY: the pointer is read from alone, by copying elements out, and what it points to lives as long as `_held` does.
#[allow(unsafe_code)]
unsafe impl Send for Lying {}
// SAFETY: as for `Send`. A program that writes into an array while it is trained on gets a mixture of old and new numbers, as
// with every library that shares memory with NumPy.
#[allow(unsafe_code)]
unsafe impl Sync for Lying {}

impl LentArray for Lying {
    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn elements(&self) -> Elements<'_> {
        match self.kind {
            Kind::F32 => Elements::F32(self.slice()),
            Kind::I32 => Elements::I32(self.slice()),
            Kind::Bool => Elements::Bool(self.slice()),
        }
    }
}

impl Lying {
    #[allow(unsafe_code)]
    fn slice<T>(&self) -> &[T] {
        let count = self.shape.iter().product();
        if count == 0 {
            return &[];
        }
        // SAFETY: `lying` has made sure that the array is in one piece, row after row, aligned, of elements of this kind, and
        // holds as many as its sizes say; `_held` keeps it.
        unsafe { std::slice::from_raw_parts(self.from.cast::<T>(), count) }
    }
}

/// An array where it lies; none where its elements lie otherwise than row after row, or are of another type.
fn lying(array: &Bound<'_, PyAny>) -> Option<Lying> {
    let untyped = array.cast::<PyUntypedArray>().ok()?;
    let dtype = untyped.dtype();
    let (kind, from, align): (Kind, *const u8, usize) = match (dtype.kind(), dtype.itemsize()) {
        (b'f', 4) => {
            let typed = array.cast::<PyArrayDyn<f32>>().ok()?;
            (Kind::F32, typed.data().cast(), align_of::<f32>())
        }
        (b'i', 4) => {
            let typed = array.cast::<PyArrayDyn<i32>>().ok()?;
            (Kind::I32, typed.data().cast(), align_of::<i32>())
        }
        (b'b', 1) => {
            let typed = array.cast::<PyArrayDyn<bool>>().ok()?;
            (Kind::Bool, typed.data().cast(), 1)
        }
        _ => return None,
    };
    let aligned = from.align_offset(align) == 0;
    (untyped.is_c_contiguous() && aligned).then(|| Lying {
        _held: array.clone().unbind(),
        shape: untyped.shape().to_vec(),
        from,
        kind,
    })
}

/// An array where it lies, or a copy of it.
pub(crate) fn lent(array: &Bound<'_, PyAny>, what: &str) -> PyResult<Arc<dyn LentArray>> {
    match lying(array) {
        Some(lying) => Ok(Arc::new(lying)),
        None => Ok(Arc::new(arrays::tensor(array, what)?)),
    }
}

fn all_lent(given: &[Bound<'_, PyAny>], what: &str) -> PyResult<Vec<Arc<dyn LentArray>>> {
    let each = given.iter().enumerate();
    each.map(|(i, array)| lent(array, &format!("{what}[{i}]")))
        .collect()
}

/// Inputs, targets and weights of rows, where they lie.
pub(crate) fn rows(
    x: &[Bound<'_, PyAny>],
    y: &[Bound<'_, PyAny>],
    sample_weight: &[Bound<'_, PyAny>],
) -> PyResult<Lent> {
    Ok(Lent {
        x: all_lent(x, "x")?,
        y: all_lent(y, "y")?,
        sample_weight: all_lent(sample_weight, "sample_weight")?,
    })
}
