//! Errors of the library as exceptions of Python.

use pyo3::PyErr;
use pyo3::exceptions::{PyFileNotFoundError, PyRuntimeError, PyValueError};
use regimen::nn::OptionError;
use regimen::train::TrainError;

/// What is wrong with an argument.
pub(crate) fn value(text: impl Into<String>) -> PyErr {
    PyValueError::new_err(text.into())
}

/// Faults of options, one a line.
pub(crate) fn options(errors: Vec<OptionError>) -> PyErr {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    value(lines.join("\n"))
}

/// A fault of a model: the exception of the Python code that was traced, where there was one.
pub(crate) fn traced(text: String) -> PyErr {
    crate::foreign::raised().unwrap_or_else(|| value(text))
}

/// A training that cannot go on: Keras tells wrong arguments, shapes and data by ValueError.
pub(crate) fn train(error: TrainError) -> PyErr {
    if let Some(raised) = crate::foreign::raised() {
        return raised;
    }
    match error {
        TrainError::Engine(_) | TrainError::Gradient(_) | TrainError::Callback { .. } => {
            PyRuntimeError::new_err(error.to_string())
        }
        _ => value(error.to_string()),
    }
}

/// A file that cannot be read or written.
pub(crate) fn file(path: &std::path::Path, text: String) -> PyErr {
    match path.exists() {
        true => value(text),
        false => PyFileNotFoundError::new_err(text),
    }
}
