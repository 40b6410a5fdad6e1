//! What can be said before training: of a run file, of a model as Keras writes it, of a spec.

use std::path::Path;

use regimen::cpu::{CpuEngine, CpuOptions};
use regimen::doctor::Facts;
use regimen::doctor::spec::{self, Spec};
use regimen::run::RunSpec;
use regimen::save::ModelFile;
use regimen::train::run::{self, RunOptions};
use serde_json::Value;

use super::{Found, Told};
use crate::{memory, train};

/// The findings of a file that describes a run or a model; `None` for a file that is none of these.
pub(super) fn found(path: &Path, text: &str, told: &Told) -> Option<Result<Vec<Found>, String>> {
    let of_run = |path: &Path| match told.is_nothing() {
        true => of_run(path),
        false => Err(format!(
            "{}: a run file's data tell their samples and classes themselves; the options for them are for logs and specs",
            path.display()
        )),
    };
    if path.extension().is_some_and(|e| e == "toml") {
        return Some(of_run(path));
    }
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    let holds = |key: &str| value.get(key).is_some_and(Value::is_object);
    let shown = path.display();
    if holds("model") && holds("data") && path != Path::new("-") {
        return Some(of_run(path));
    }
    let read = match &value {
        _ if spec::is_spec(&value) => spec::of_json(&value),
        _ if value.get("class_name").is_some() && value.get("config").is_some() => {
            let whole = spec::of_model(&value, &Value::Null, &Value::Null);
            whole.ok_or_else(|| {
                "this describes no model with layers: `config.layers` is missing".to_owned()
            })
        }
        _ => return None,
    };
    Some(
        read.map_err(|e| format!("{shown}: line 1: {e}"))
            .map(|mut spec| {
                told.add_to(&mut spec.data);
                vec![Found::before(&spec.facts(), vec![])]
            }),
    )
}

/// Whether a file is a model as Keras saves it, in a zip or in HDF5.
pub(super) fn is_binary_model(path: &Path) -> bool {
    path.extension().is_none_or(|e| e != "json")
        && path != Path::new("-")
        && ModelFile::is_meant(path)
}

/// A `.keras` or `.h5` file: its layers, and what it was compiled with.
pub(super) fn of_model(path: &Path, told: &Told) -> Result<Vec<Found>, String> {
    let file = ModelFile::open(path).map_err(|e| e.to_string())?;
    let config = file.config().cloned().unwrap_or_default();
    let whole = spec::of_model(&config, &file.compile(), &Value::Null);
    let mut spec = whole.ok_or_else(|| {
        format!(
            "{}: describes no model with layers: `config.layers` is missing",
            path.display()
        )
    })?;
    told.add_to(&mut spec.data);
    // A model that cannot be built here is told of beside what its layers say.
    let faults = match file.model() {
        Ok(model) => {
            let inputs = model.declared_inputs();
            let described = inputs.map(|inputs| model.describe(&inputs));
            let fault = described.and_then(Result::err);
            fault.map(|e| format!("{}: {e}", path.display()))
        }
        Err(error) => Some(error.to_string()),
    };
    Ok(vec![Found::before(
        &spec.facts(),
        faults.into_iter().collect(),
    )])
}

/// A run file: what its layers and options say alone, and, where they can be read, its data.
fn of_run(path: &Path) -> Result<Vec<Found>, String> {
    let (spec, map) = RunSpec::from_path(path).map_err(|e| e.to_string())?;
    let max_memory = memory::available();
    let engine = CpuEngine::new(CpuOptions {
        memory_limit: max_memory,
        ..CpuOptions::default()
    });
    let options = RunOptions {
        data_dir: train::data_dir(),
        max_memory,
        ..RunOptions::default()
    };
    match run::beginning(&spec, &map, path, &engine, &options) {
        Ok(events) => Ok(vec![Found::before(&Facts::from_events(&events), vec![])]),
        Err(error) => match on_paper(&spec) {
            // The layers alone may tell why the run cannot begin.
            Some(paper) => Ok(vec![Found::before(&paper.facts(), vec![error.to_string()])]),
            None => Err(error.to_string()),
        },
    }
}

/// The layers of a run file, without data. `None` where they say nothing.
fn on_paper(spec: &RunSpec) -> Option<Spec> {
    let value = serde_json::to_value(spec).ok()?;
    let part = |key: &str| value.get(key).cloned().unwrap_or_default();
    let mut paper = spec::of_model(&part("model"), &part("compile"), &part("fit"))?;
    // Sizes of rows come from the data, which are not there.
    paper
        .told
        .shape_faults
        .retain(|fault| fault.id != "wrong_input_shape");
    let says = !regimen::doctor::diagnose(&paper.facts()).is_empty();
    says.then_some(paper)
}
