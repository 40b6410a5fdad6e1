//! Shapes, weights and summary of a model that is still a config.

use pyo3::prelude::*;
use regimen::graph::DType;
use regimen::nn::model::{Description, InputInfo, Model, from_keras};
use regimen::nn::summary::{SummaryOptions, summary_with};
use serde_json::{Value as Json, json};

use crate::{fault, values};

/// A model from its config, as `to_json` writes it.
pub(crate) fn model(config: &str) -> PyResult<Model> {
    from_keras(&values::object(config)?, "").map_err(fault::options)
}

/// `[[shape, dtype], ...]` of inputs, without the batch axis.
pub(crate) fn infos(inputs: &str) -> PyResult<Vec<InputInfo>> {
    let json = values::json(inputs)?;
    let one = |value: &Json| {
        let shape = value[0].as_array()?.iter();
        let shape = shape.map(|size| size.as_u64().and_then(|n| usize::try_from(n).ok()));
        let dtype = DType::from_name(value[1].as_str()?)?;
        Some(InputInfo {
            shape: shape.collect(),
            dtype,
        })
    };
    let all = json.as_array().map(Vec::as_slice).unwrap_or_default();
    let all: Option<Vec<InputInfo>> = all.iter().map(one).collect();
    all.ok_or_else(|| fault::value(format!("inputs: {inputs}: expected [[sizes, type], ...]")))
}

pub(crate) fn described(model: &Model, inputs: &str) -> PyResult<Description> {
    let infos = infos(inputs)?;
    let infos = match infos.is_empty() {
        true => model.declared_inputs().unwrap_or_default(),
        false => infos,
    };
    model
        .describe(&infos)
        .map_err(|e| fault::traced(e.to_string()))
}

/// What a model has and gives: `{outputs, layers: {path: shapes}, weights}` as JSON. Without `inputs` the model says what
/// it takes.
#[pyfunction]
pub(crate) fn describe(config: &str, inputs: &str) -> PyResult<String> {
    let model = model(config)?;
    let description = described(&model, inputs)?;
    let shape = |dims: &Vec<Option<usize>>| json!(dims);
    let weights = description.weights.iter().map(|w| {
        json!({
            "path": w.path,
            "layer": w.layer,
            "shape": w.shape,
            "initializer": { "class_name": w.initializer.0.class_name, "config": w.initializer.0.config },
            "trainable": w.trainable,
        })
    });
    let shapes = description.shapes.iter();
    let layers = shapes.map(|(path, all)| (path.clone(), all.iter().map(shape).collect::<Json>()));
    let told = json!({
        "outputs": description.outputs,
        "output_names": model.output_names(),
        "layers": Json::Object(layers.collect()),
        "weights": weights.collect::<Json>(),
        "states": description.states.len(),
    });
    Ok(told.to_string())
}

/// The table that `summary()` prints. `options` are those of Keras: `line_length`, `positions`, `expand_nested`,
/// `show_trainable`, `layer_range`.
#[pyfunction]
#[pyo3(signature = (config, inputs, optimizer_params=None, line_length=None, positions=None, expand_nested=false, show_trainable=false, layer_range=None))]
#[allow(clippy::too_many_arguments)]
pub(crate) fn summary(
    config: &str,
    inputs: &str,
    optimizer_params: Option<u64>,
    line_length: Option<usize>,
    positions: Option<Vec<f64>>,
    expand_nested: bool,
    show_trainable: bool,
    layer_range: Option<(String, String)>,
) -> PyResult<String> {
    let model = model(config)?;
    let known = !model.inputs.is_empty() && (inputs != "[]" || model.declared_inputs().is_some());
    let description = match known {
        true => Some(described(&model, inputs)?),
        false => None,
    };
    let options = SummaryOptions {
        optimizer_params,
        line_length,
        positions,
        expand_nested,
        show_trainable,
        layer_range,
        ..SummaryOptions::default()
    };
    summary_with(&model, description.as_ref(), &options).map_err(|e| fault::value(e.to_string()))
}
