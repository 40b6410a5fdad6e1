//! Wiring of functional models: by names in run files, by `inbound_nodes` in Keras's configs.

use serde_json::{Map, Value as Json};

use super::{LayerEntry, ReadLayer, check_names, first_output, functional_model, push, read_layer};
use crate::model::{CallSpec, Functional, Model, TensorRef, sequential::input_node};
use crate::{Object, OptionError, config::nearest};

/// Wires the layers of a run file by their names.
pub(super) fn wire(
    name: &str,
    entries: &[LayerEntry],
    nodes: Vec<ReadLayer>,
    outputs: &[String],
    path: &str,
) -> Result<Model, Vec<OptionError>> {
    let mut model = Functional::new().named(name);
    let mut errors = vec![];
    let mut inputs = vec![];
    if nodes.first().is_some_and(|n| n.input.is_none()) && entries[0].inbound.is_empty() {
        model
            .layers
            .push(input_node("input_layer", nodes[0].declares.clone()));
        inputs.push(first_output(0, 0));
    }
    let mut placed = vec![];
    for read in nodes {
        let is_input = read.input.is_some();
        let layer = push(&mut model, read);
        if is_input {
            inputs.push(first_output(layer, 0));
        }
        placed.push(layer);
    }
    let find = |model: &Functional, name: &str| model.layers.iter().position(|l| l.name == name);
    for (i, entry) in entries.iter().enumerate() {
        let layer = placed[i];
        if model.layers[layer].input.is_some() {
            continue;
        }
        let mut feeds = vec![];
        if entry.inbound.is_empty() {
            feeds.push(first_output(if layer == 0 { 0 } else { layer - 1 }, 0));
        }
        for inbound in &entry.inbound {
            match find(&model, inbound) {
                Some(from) if from != layer => feeds.push(first_output(from, 0)),
                _ => errors.push(unknown(&model, inbound, &format!("{path}[{i}].inbound"))),
            }
        }
        model.layers[layer].calls.push(CallSpec {
            inputs: feeds,
            ..CallSpec::default()
        });
    }
    let mut results = vec![];
    for output in outputs {
        match find(&model, output) {
            Some(layer) => results.push(first_output(layer, 0)),
            None => errors.push(unknown(&model, output, path)),
        }
    }
    if outputs.is_empty() {
        results.push(first_output(model.layers.len() - 1, 0));
    }
    finish(model, inputs, results, errors, path)
}

fn unknown(model: &Functional, name: &str, path: &str) -> OptionError {
    let hint = match nearest(name, model.layers.iter().map(|l| l.name.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "give layers a `name` to refer to".to_string(),
    };
    OptionError {
        path: path.to_string(),
        message: format!("there is no layer called `{name}`: {hint}"),
    }
}

fn finish(
    model: Functional,
    inputs: Vec<TensorRef>,
    outputs: Vec<TensorRef>,
    mut errors: Vec<OptionError>,
    path: &str,
) -> Result<Model, Vec<OptionError>> {
    // A call that could not be read has its own error.
    let whole = errors.is_empty();
    for t in inputs.iter().chain(&outputs) {
        if whole && t.call >= model.layers[t.layer].calls.len() {
            let name = &model.layers[t.layer].name;
            errors.push(OptionError {
                path: path.to_string(),
                message: format!("there is no call {} of `{name}`, counted from 0", t.call),
            });
        }
    }
    if errors.is_empty() {
        let model = functional_model(model, inputs, outputs);
        check_names(&model, path)?;
        let ordered = model.order().len();
        let calls: usize = model.layers.iter().map(|l| l.calls.len()).sum();
        if ordered == calls {
            return Ok(model);
        }
        let order = model.order();
        let stuck = model
            .layers
            .iter()
            .enumerate()
            .find(|(l, n)| (0..n.calls.len()).any(|c| !order.contains(&(*l, c))));
        let name = stuck.map_or("", |(_, n)| n.name.as_str());
        let message =
            format!("the layers feed each other in a circle, or from nowhere, at `{name}`");
        errors.push(OptionError {
            path: path.to_string(),
            message,
        });
    }
    Err(errors)
}

/// A functional model from Keras's config.
pub(super) fn functional(
    name: &str,
    config: &Map<String, Json>,
    list: &[Json],
    path: &str,
) -> Result<Model, Vec<OptionError>> {
    let mut model = Functional::new().named(name);
    let mut errors = vec![];
    for (i, value) in list.iter().enumerate() {
        let place = format!("{path}.layers[{i}]");
        let read = match Object::read(value) {
            Err(message) => Err(vec![OptionError {
                path: place.clone(),
                message,
            }]),
            Ok(object) => {
                // Keras 2 keeps the name beside the config.
                let mut object = object;
                if let Some(name) = value
                    .get("name")
                    .filter(|_| !object.config.contains_key("name"))
                {
                    object.config.insert("name".to_string(), name.clone());
                }
                read_layer(&object, &place)
            }
        };
        match read {
            Ok(read) => {
                push(&mut model, read);
            }
            Err(more) => errors.extend(more),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    for (i, value) in list.iter().enumerate() {
        let place = format!("{path}.layers[{i}].inbound_nodes");
        let Some(Json::Array(nodes)) = value.get("inbound_nodes") else {
            continue;
        };
        for node in nodes {
            match call(&model, node) {
                Ok(call) if model.layers[i].input.is_none() => model.layers[i].calls.push(call),
                Ok(_) => {}
                Err(message) => errors.push(OptionError {
                    path: place.clone(),
                    message,
                }),
            }
        }
    }
    let mut ends = |key: &str| match config.get(key).map(|v| references(&model, v)) {
        Some(Ok(list)) if !list.is_empty() => list,
        Some(Err(message)) => {
            errors.push(OptionError {
                path: format!("{path}.{key}"),
                message,
            });
            vec![]
        }
        _ => {
            errors.push(OptionError {
                path: path.to_string(),
                message: format!("a functional model needs `{key}`"),
            });
            vec![]
        }
    };
    let (inputs, outputs) = (ends("input_layers"), ends("output_layers"));
    finish(model, inputs, outputs, errors, path)
}

/// `["name", call, tensor]`, or nested lists and objects of them.
fn references(model: &Functional, value: &Json) -> Result<Vec<TensorRef>, String> {
    match value {
        Json::Array(parts) => match parts.as_slice() {
            [Json::String(name), call, tensor, ..] => {
                Ok(vec![reference(model, name, call, tensor)?])
            }
            _ => parts
                .iter()
                .map(|p| references(model, p))
                .collect::<Result<Vec<_>, _>>()
                .map(|l| l.concat()),
        },
        Json::Object(map) => map
            .values()
            .map(|p| references(model, p))
            .collect::<Result<Vec<_>, _>>()
            .map(|l| l.concat()),
        other => Err(format!("found {other}, expected [\"layer\", 0, 0]")),
    }
}

fn reference(
    model: &Functional,
    name: &str,
    call: &Json,
    tensor: &Json,
) -> Result<TensorRef, String> {
    let layer = model.layers.iter().position(|l| l.name == name);
    let number = |v: &Json| v.as_u64().map(|n| n as usize);
    match (layer, number(call), number(tensor)) {
        (Some(layer), Some(call), Some(tensor)) => Ok(TensorRef {
            layer,
            call,
            tensor,
        }),
        (None, ..) => Err(unknown(model, name, "").message),
        _ => Err(format!(
            "`{name}`: expected whole numbers for the call and the tensor"
        )),
    }
}

/// One entry of `inbound_nodes`: Keras 3's `{ args, kwargs }` or Keras 2's `[[name, call, tensor, kwargs], ...]`.
fn call(model: &Functional, node: &Json) -> Result<CallSpec, String> {
    let mut spec = CallSpec::default();
    match node {
        Json::Object(node) => {
            let args = node.get("args").cloned().unwrap_or(Json::Array(vec![]));
            keras_tensors(model, &args, &mut spec.inputs)?;
            let Some(Json::Object(kwargs)) = node.get("kwargs") else {
                return Ok(spec);
            };
            for (key, value) in kwargs {
                let mut found = vec![];
                keras_tensors(model, value, &mut found)?;
                match found.len() {
                    // `mask: null` and plain values.
                    0 if value.is_null() => {}
                    0 => {
                        spec.kwargs.insert(key.clone(), value.clone());
                    }
                    1 if !value.is_array() => spec.tensors.push((key.clone(), found[0])),
                    _ => spec.tensors.extend(
                        found
                            .iter()
                            .enumerate()
                            .map(|(i, t)| (format!("{key}.{i}"), *t)),
                    ),
                }
            }
            Ok(spec)
        }
        Json::Array(parts) => {
            for part in parts {
                let Json::Array(items) = part else {
                    return Err(format!("found {part}, expected [\"layer\", 0, 0, {{}}]"));
                };
                let [Json::String(name), call, tensor, rest @ ..] = items.as_slice() else {
                    return Err(format!("found {part}, expected [\"layer\", 0, 0, {{}}]"));
                };
                spec.inputs.push(reference(model, name, call, tensor)?);
                for (key, value) in rest.first().and_then(Json::as_object).into_iter().flatten() {
                    match references(model, value) {
                        Ok(list) if list.len() == 1 => spec.tensors.push((key.clone(), list[0])),
                        _ if value.is_null() => {}
                        _ => {
                            spec.kwargs.insert(key.clone(), value.clone());
                        }
                    }
                }
            }
            Ok(spec)
        }
        other => Err(format!("found {other}, expected a call")),
    }
}

/// Collects `{ class_name: "__keras_tensor__", config: { keras_history: [name, call, tensor] } }`, in order.
fn keras_tensors(
    model: &Functional,
    value: &Json,
    found: &mut Vec<TensorRef>,
) -> Result<(), String> {
    match value {
        Json::Object(map)
            if map.get("class_name").and_then(Json::as_str) == Some("__keras_tensor__") =>
        {
            let history = map
                .get("config")
                .and_then(|c| c.get("keras_history"))
                .and_then(Json::as_array);
            match history.map(Vec::as_slice) {
                Some([Json::String(name), call, tensor]) => {
                    found.push(reference(model, name, call, tensor)?)
                }
                _ => return Err("a tensor without `keras_history`".to_string()),
            }
            Ok(())
        }
        Json::Array(items) => items
            .iter()
            .try_for_each(|v| keras_tensors(model, v, found)),
        Json::Object(map) => map
            .values()
            .try_for_each(|v| keras_tensors(model, v, found)),
        _ => Ok(()),
    }
}
