//! Models of files.

use std::path::PathBuf;

use pyo3::prelude::*;
use regimen::graph::{DType, Tensor};
use regimen::nn::model::to_keras;
use regimen::save::{LoadOptions, ModelFile, without_learnt};
use regimen::train::CompileOptions;
use serde_json::{Value as Json, json};

use crate::{arrays, describe, fault};

/// A config in JSON, weights by path, what it was compiled with (JSON, or none), what its optimizer kept, notes.
type Opened<'py> = (
    String,
    Vec<(String, Bound<'py, PyAny>)>,
    Option<String>,
    Vec<Bound<'py, PyAny>>,
    Vec<String>,
);

/// Reads a model of any format that holds one.
#[pyfunction]
pub(crate) fn open_model(py: Python<'_>, path: PathBuf) -> PyResult<Opened<'_>> {
    let refused = |text: String| fault::file(&path, text);
    let file = ModelFile::open(&path).map_err(|e| refused(e.to_string()))?;
    let model = file.model().map_err(|e| refused(e.to_string()))?;
    let inputs = model.declared_inputs().unwrap_or_default();
    let description = model
        .describe(&inputs)
        .map_err(|e| refused(e.to_string()))?;
    let loaded = match &file {
        ModelFile::Json { .. } => vec![],
        file => {
            let read =
                py.detach(|| file.load(&model, &description.weights, &LoadOptions::default()));
            let read = read.map_err(|e| refused(e.to_string()))?.weights;
            let each = read
                .into_iter()
                .map(|(path, t)| Ok((path, arrays::array(py, t)?)));
            each.collect::<PyResult<Vec<_>>>()?
        }
    };
    let mut notes = file.notes();
    let compile = compile_of(&file, &model.output_names(), &mut notes);
    let kept = match compile {
        Some(_) => file.optimizer(&description.weights),
        None => Ok(vec![]),
    };
    let kept = kept.map_err(|e| refused(e.to_string()))?.into_iter();
    let kept = kept.map(|t| arrays::array(py, narrow(t)));
    let mut config = to_keras(&model);
    without_learnt(&mut config);
    Ok((
        config.to_string(),
        loaded,
        compile.map(|c| c.to_string()),
        kept.collect::<PyResult<Vec<_>>>()?,
        notes,
    ))
}

/// What the optimizer of a file kept, for a model of this config; none where the file has none.
#[pyfunction]
pub(crate) fn read_optimizer<'py>(
    py: Python<'py>,
    path: PathBuf,
    config: &str,
    inputs: &str,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let refused = |text: String| fault::file(&path, text);
    let file = ModelFile::open(&path).map_err(|e| refused(e.to_string()))?;
    let description = describe::described(&describe::model(config)?, inputs)?;
    let kept = file.optimizer(&description.weights);
    let kept = kept.map_err(|e| refused(e.to_string()))?.into_iter();
    kept.map(|t| arrays::array(py, narrow(t))).collect()
}

/// The config in a file of a model, and what it was compiled with (JSON, or none), as they stand there.
#[pyfunction]
pub(crate) fn file_config(path: PathBuf) -> PyResult<(String, Option<String>)> {
    let file = ModelFile::open(&path).map_err(|e| fault::file(&path, e.to_string()))?;
    let config = file.config().map(Json::to_string).unwrap_or_default();
    let compile = file.compile();
    Ok((config, (!compile.is_null()).then(|| compile.to_string())))
}

fn compile_of(file: &ModelFile, outputs: &[&str], notes: &mut Vec<String>) -> Option<Json> {
    let compile = file.compile();
    if compile.is_null() || compile.as_object().is_some_and(|map| map.is_empty()) {
        return None;
    }
    let version = file
        .version()
        .and_then(|v| regimen::nn::dialect::Version::parse(v).ok());
    let version = version.unwrap_or(regimen::nn::dialect::Version::ONE);
    match CompileOptions::from_keras(&compile, version, outputs) {
        Ok(options) => Some(json!({
            "optimizer": { "class_name": options.optimizer.class_name, "config": options.optimizer.config },
            "loss": compile["loss"],
            "loss_weights": compile["loss_weights"],
            "metrics": compile["metrics"],
            "weighted_metrics": compile["weighted_metrics"],
            "version": file.version(),
        })),
        Err(errors) => {
            let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
            notes.push(format!("the model is not compiled: {}", all.join("; ")));
            None
        }
    }
}

/// Counts of steps as int32, the whole numbers that the package hands over.
pub(crate) fn narrow(tensor: Tensor) -> Tensor {
    match tensor.dtype() {
        DType::F32 => tensor,
        _ => Tensor::from_f64(DType::I32, tensor.shape.clone(), &tensor.to_f64()),
    }
}
