//! NumPy arrays in and out.

use numpy::{
    Element, PyArray, PyArrayDescrMethods, PyArrayDyn, PyArrayMethods, PyUntypedArray,
    PyUntypedArrayMethods,
};
use pyo3::prelude::*;
use pyo3::types::PyAny;
use regimen::graph::{Data, Tensor};

use crate::fault;

/// A tensor with an array's elements: floats as float32, whole numbers as int32, truth values as bool.
pub(crate) fn tensor(array: &Bound<'_, PyAny>, what: &str) -> PyResult<Tensor> {
    let untyped = array.cast::<PyUntypedArray>().map_err(|_| {
        let found = array
            .get_type()
            .name()
            .map_or_else(|_| "?".into(), |n| n.to_string());
        fault::value(format!("{what}: found {found}, expected a NumPy array"))
    })?;
    let shape = untyped.shape().to_vec();
    let dtype = untyped.dtype();
    let data = match (dtype.kind(), dtype.itemsize()) {
        (b'f', 4) => Data::F32(elements::<f32>(array)?),
        (b'i', 4) => Data::I32(elements::<i32>(array)?),
        (b'b', 1) => Data::Bool(elements::<bool>(array)?.into_iter().map(u8::from).collect()),
        (kind, size) => {
            return Err(fault::value(format!(
                "{what}: elements of {size} bytes of kind {:?} have to be converted first",
                char::from(kind)
            )));
        }
    };
    Ok(Tensor { shape, data })
}

fn elements<T: Element + Copy>(array: &Bound<'_, PyAny>) -> PyResult<Vec<T>> {
    let typed = array
        .cast::<PyArrayDyn<T>>()
        .map_err(|e| fault::value(e.to_string()))?;
    let read = typed
        .try_readonly()
        .map_err(|e| fault::value(e.to_string()))?;
    // An array in one piece may as well lie column after column.
    match read.as_slice() {
        Ok(slice) if typed.is_c_contiguous() => Ok(slice.to_vec()),
        Ok(_) | Err(_) => Ok(read.as_array().iter().copied().collect()),
    }
}

/// Tensors of a list of arrays.
pub(crate) fn tensors(arrays: &[Bound<'_, PyAny>], what: &str) -> PyResult<Vec<Tensor>> {
    let each = arrays.iter().enumerate();
    each.map(|(i, a)| tensor(a, &format!("{what}[{i}]")))
        .collect()
}

/// An array that takes over a tensor's memory.
pub(crate) fn array<'py>(py: Python<'py>, tensor: Tensor) -> PyResult<Bound<'py, PyAny>> {
    let shape = tensor.shape;
    match tensor.data {
        Data::F32(all) => shaped(py, all, &shape),
        Data::F64(all) => shaped(py, all, &shape),
        Data::I32(all) => shaped(py, all, &shape),
        Data::I64(all) => shaped(py, all, &shape),
        Data::U8(all) => shaped(py, all, &shape),
        Data::Bool(all) => shaped(py, all.into_iter().map(|x| x != 0).collect(), &shape),
        Data::BF16(all) => {
            let wide = all
                .into_iter()
                .map(|bits| f32::from_bits(u32::from(bits) << 16));
            shaped(py, wide.collect(), &shape)
        }
    }
}

fn shaped<'py, T: Element>(
    py: Python<'py>,
    all: Vec<T>,
    shape: &[usize],
) -> PyResult<Bound<'py, PyAny>> {
    let flat = PyArray::from_vec(py, all);
    Ok(flat.reshape(shape.to_vec())?.into_any())
}
