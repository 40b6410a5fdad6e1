//! What the package gives a runner: rows, functions of batches, options of `compile` and `fit`.

use std::sync::{Arc, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyList};
use regimen::nn::dialect::Version;
use regimen::train::{
    Arrays, CompileOptions, FitOptions, Shuffle, Stream, TrainError, ValidationFreq,
};

use crate::callback::Raised;
use crate::{fault, rows, values};

/// Inputs, targets, weights: None, an array for all targets, or a list with one for each.
pub(crate) type Data<'py> = (
    Vec<Bound<'py, PyAny>>,
    Vec<Bound<'py, PyAny>>,
    Option<Bound<'py, PyAny>>,
);

/// The arrays of a call, read in place.
pub(crate) fn data(given: &Data<'_>) -> PyResult<Arrays> {
    let (x, y, weights) = given;
    let weights = match weights {
        None => vec![],
        Some(weights) => match weights.cast::<PyList>() {
            Ok(each) => each.iter().collect(),
            Err(_) => vec![weights.clone()],
        },
    };
    Ok(Arrays {
        lent: rows::rows(x, y, &weights)?,
        ..Arrays::default()
    })
}

/// Batches of a function of Python; an exception of it is kept.
pub(crate) fn streamed(give: Py<PyAny>, raised: Raised) -> Stream {
    Stream::new(move |epoch, batch| {
        let given = Python::attach(|py| {
            let told = give.bind(py).call1((epoch, batch))?;
            data(&told.extract()?)
        });
        given.map_err(|error| {
            let text = error.to_string();
            *raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            TrainError::Arguments(text)
        })
    })
}

/// Compile options as the package gives them.
pub(crate) fn compiled(
    text: &str,
    version: Option<&str>,
    outputs: &[&str],
) -> PyResult<CompileOptions> {
    let version = match version {
        Some(text) => Version::parse(text).map_err(fault::value)?,
        None => Version::new(3, 15, 0),
    };
    let options = CompileOptions::from_keras(&values::json(text)?, version, outputs);
    options.map_err(fault::options)
}

/// Options of `fit` by their names there.
pub(crate) fn fit_options(given: &Bound<'_, PyDict>) -> PyResult<FitOptions> {
    let mut options = FitOptions::default();
    for (key, value) in given {
        let key: String = key.extract()?;
        match key.as_str() {
            "epochs" => options.epochs = value.extract()?,
            "batch_size" => options.batch_size = value.extract()?,
            "validation_split" => options.validation_split = value.extract()?,
            "validation_freq" => {
                options.validation_freq = match value.extract::<usize>() {
                    Ok(every) => ValidationFreq::Every(every),
                    Err(_) => ValidationFreq::At(value.extract()?),
                }
            }
            "validation_batch_size" => options.validation_batch_size = value.extract()?,
            "validation_steps" => options.validation_steps = value.extract()?,
            "initial_epoch" => options.initial_epoch = value.extract()?,
            "steps_per_epoch" => options.steps_per_epoch = value.extract()?,
            "stream_pass" => options.stream_pass = value.extract()?,
            "class_weight" => options.class_weight = value.extract()?,
            "probe" => options.probe = value.extract()?,
            "shuffle" => {
                options.shuffle = match value.extract::<bool>() {
                    Ok(shuffle) => shuffle.into(),
                    Err(_) => Shuffle::Batch,
                }
            }
            key => return Err(fault::value(format!("fit: there is no argument `{key}`"))),
        }
    }
    options.interrupt = Arc::default();
    Ok(options)
}
