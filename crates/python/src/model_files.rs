//! Files of models whose weights Python holds: each weight is read where it lies, or asked for when it is written, so that no
//! second copy of all is made.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyAny;
use regimen::graph::Tensor;
use regimen::nn::model::InputInfo;
use regimen::nn::{Model, WeightInfo};
use regimen::save::{
    FileConfig, LoadOptions, OptimizerVariable, SHARD, Saving, WeightSource, load_weights, save,
};
use regimen::train::{Elements, LentArray};
use serde_json::Value as Json;

use crate::arguments::compiled;
use crate::runner::Runner;
use crate::{arrays, describe, fault, rows, values};

/// Elements that are handed over at once.
const PART: usize = 1 << 14;

/// A function of Python that says where the weight of a path is: in an array, or in a runner by a path there.
struct Asked {
    give: Py<PyAny>,
    /// Sizes of the weights.
    shapes: BTreeMap<String, Vec<usize>>,
    raised: Mutex<Option<PyErr>>,
}

/// Where a weight is.
enum Place {
    Array(Arc<dyn LentArray>),
    Runner(Py<Runner>, String),
}

impl Asked {
    fn place(&self, path: &str) -> PyResult<Place> {
        Python::attach(|py| {
            let told = self.give.bind(py).call1((path,))?;
            match told.extract::<(Py<Runner>, String)>() {
                Ok((runner, there)) => Ok(Place::Runner(runner, there)),
                Err(_) => Ok(Place::Array(rows::lent(&told, path)?)),
            }
        })
    }

    fn each(&self, path: &str, each: &mut dyn FnMut(&Tensor)) -> PyResult<bool> {
        let place = self.place(path)?;
        let given = match &place {
            Place::Runner(runner, there) => runner.get().weight_parts(there, each),
            Place::Array(array) => match array.elements() {
                Elements::F32(all) => {
                    for part in all.chunks(PART) {
                        if let Some(part) = Tensor::f32([part.len()], part.to_vec()) {
                            each(&part);
                        }
                    }
                    Ok(true)
                }
                other => Err(fault::value(format!(
                    "{path}: {}, expected float32",
                    other.dtype()
                ))),
            },
        };
        // Without the interpreter its memory would only be given back with the next call.
        Python::attach(|_| drop(place));
        given
    }
}

impl WeightSource for Asked {
    fn weight(&self, path: &str) -> Option<Tensor> {
        let mut all = vec![];
        let found = self.parts(path, &mut |part| {
            all.extend_from_slice(part.as_f32().unwrap_or_default());
            Ok(())
        });
        let shape = self.shapes.get(path)?.clone();
        found.ok().filter(|found| *found)?;
        Tensor::f32(shape, all)
    }

    fn parts(
        &self,
        path: &str,
        each: &mut dyn FnMut(&Tensor) -> io::Result<()>,
    ) -> io::Result<bool> {
        let mut written = Ok(());
        let given = self.each(path, &mut |part| {
            if written.is_ok() {
                written = each(part);
            }
        });
        match given {
            Ok(found) => written.map(|()| found),
            Err(error) => {
                *self.raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                Ok(false)
            }
        }
    }
}

/// The config of a file, where a text of one is given.
pub(crate) fn given(text: Option<&str>) -> PyResult<Option<Json>> {
    let text = text.filter(|text| !text.is_empty());
    text.map(values::json).transpose()
}

/// What goes into a file: the config that is given, none for an empty text, else the library's own.
pub(crate) fn file_config<'g>(text: Option<&str>, given: Option<&'g Json>) -> FileConfig<'g> {
    match (given, text) {
        (Some(config), _) => FileConfig::Given(config),
        (None, Some(_)) => FileConfig::Left,
        (None, None) => FileConfig::Ours,
    }
}

/// Writes a model of this config, or its weights, in the format that the name says. `weight` gives the array of a path, or a runner
/// and the path there;
/// `file_config` is the config of the file where the library does not know the model's, an empty one leaves it out; `kept` are the
/// variables of its optimizer in Keras's order, `shard` the bytes of a shard of `.weights.json` at most,
/// `file_compile` what the file says that it was compiled with, where only the program can say it.
#[pyfunction]
#[pyo3(signature = (path, config, inputs, weight, file_config=None, compile=None, version=None, kept=vec![], shard=None, file_compile=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn save_model(
    py: Python<'_>,
    path: PathBuf,
    config: &str,
    inputs: &str,
    weight: Py<PyAny>,
    file_config: Option<&str>,
    compile: Option<&str>,
    version: Option<&str>,
    kept: Vec<Bound<'_, PyAny>>,
    shard: Option<u64>,
    file_compile: Option<&str>,
) -> PyResult<()> {
    let model = describe::model(config)?;
    let inputs = sizes(&model, inputs)?;
    let described = model.describe_untied(&inputs);
    let description = described.map_err(|e| fault::traced(e.to_string()))?;
    let given = given(file_config)?;
    let config = self::file_config(file_config, given.as_ref());
    let compile = match (file_compile, compile) {
        (Some(text), _) => values::json(text)?,
        (None, Some(text)) => compiled(text, version, &model.output_names())?.to_keras(),
        (None, None) => Json::Null,
    };
    let class = compile["optimizer"]["class_name"].as_str();
    let kept = arrays::tensors(&kept, "optimizer")?;
    let kept: Vec<OptimizerVariable> = kept.into_iter().map(OptimizerVariable::Value).collect();
    let shape = |w: &WeightInfo| (w.path.clone(), w.shape.clone());
    let asked = Asked {
        give: weight,
        shapes: description.weights.iter().map(shape).collect(),
        raised: Mutex::new(None),
    };
    let saved = py.detach(|| {
        let saving = Saving {
            model: &model,
            inputs: &inputs,
            description: &description,
            weight: &asked,
            config,
            compile: &compile,
            optimizer: (class.unwrap_or_default(), &kept),
            shard: shard.unwrap_or(SHARD),
        };
        save(&path, &saving)
    });
    let raised = asked.raised.into_inner();
    match (saved, raised.unwrap_or_else(PoisonError::into_inner)) {
        (_, Some(raised)) => Err(raised),
        (Err(error), None) => Err(fault::value(error.to_string())),
        (Ok(()), None) => Ok(()),
    }
}

/// The inputs that a model states, else those given: texts have no type that the engine knows.
fn sizes(model: &Model, inputs: &str) -> PyResult<Vec<InputInfo>> {
    match model.declared_inputs() {
        Some(declared) => Ok(declared),
        None => describe::infos(inputs),
    }
}

/// Weights of a file, by path, and what was skipped.
type Read<'py> = (Vec<(String, Bound<'py, PyAny>)>, Vec<String>);

/// Reads weights for a model of this config.
#[pyfunction]
pub(crate) fn read_weights<'py>(
    py: Python<'py>,
    path: PathBuf,
    config: &str,
    inputs: &str,
    skip_mismatch: bool,
    by_name: bool,
) -> PyResult<Read<'py>> {
    let model = describe::model(config)?;
    let inputs = sizes(&model, inputs)?;
    let described = model.describe(&inputs);
    let description = described.map_err(|e| fault::traced(e.to_string()))?;
    let options = LoadOptions {
        skip_mismatch,
        by_name,
        backend: None,
    };
    let read = py.detach(|| load_weights(&path, &model, &description.weights, &options));
    let read = read.map_err(|e| fault::file(&path, e.to_string()))?;
    let each = read.weights.into_iter();
    let each = each.map(|(path, value)| Ok((path, arrays::array(py, value)?)));
    Ok((each.collect::<PyResult<_>>()?, read.skipped))
}
