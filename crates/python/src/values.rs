//! First values of weights.

use pyo3::prelude::*;
use pyo3::types::PyAny;
use regimen::nn::initializers::Initializer;
use regimen::nn::{Object, OptionValue};
use serde_json::Value as Json;

use crate::{arrays, fault};

/// What an initializer draws for a shape. `seed` and `name` tell one draw from another.
#[pyfunction]
pub(crate) fn sample<'py>(
    py: Python<'py>,
    initializer: &str,
    shape: Vec<usize>,
    seed: u64,
    name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let json: Json = serde_json::from_str(initializer).map_err(|e| fault::value(e.to_string()))?;
    let known = Initializer::read(&json).map_err(fault::value)?;
    let tensor = py.detach(|| known.sample(&shape, seed, name));
    arrays::array(py, tensor.map_err(fault::value)?)
}

/// An object of a config in JSON.
pub(crate) fn object(text: &str) -> PyResult<Object> {
    Object::read(&json(text)?).map_err(fault::value)
}

/// JSON that the package wrote.
pub(crate) fn json(text: &str) -> PyResult<Json> {
    serde_json::from_str(text).map_err(|e| fault::value(e.to_string()))
}
