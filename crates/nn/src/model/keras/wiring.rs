//! Wiring of functional models: by names in run files, by `inbound_nodes` in Keras's configs.

use serde_json::{Map, Value as Json};

use super::references::{call, references};
use super::{
    LayerEntry, ReadLayer, check_names, first_output, functional_model, operation, push, read_layer,
};
use crate::model::{CallSpec, Functional, Model, TensorRef, sequential::declared_node};
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
            .push(declared_node("input_layer", nodes[0].declares.clone()));
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

pub(super) fn unknown(model: &Functional, name: &str, path: &str) -> OptionError {
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
            return without_idle(model, path);
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

/// Refuses layers on which no output depends: they would look trained and never be.
fn without_idle(model: Model, path: &str) -> Result<Model, Vec<OptionError>> {
    let used = model.traversal().calls;
    let is_idle = |l: usize| used.iter().all(|(layer, _)| *layer != l);
    let idle = model.layers.iter().enumerate().filter(|(l, _)| is_idle(*l));
    let errors: Vec<OptionError> = idle
        .map(|(l, node)| OptionError {
            path: format!("{path}[{l}]"),
            message: format!(
                "no output depends on `{}`: name it in `outputs`, feed it to another layer, or take it out",
                node.name
            ),
        })
        .collect();
    if errors.is_empty() {
        Ok(model)
    } else {
        Err(errors)
    }
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
                if operation::is_operation(value) {
                    operation::read(&object, &place)
                } else {
                    read_layer(&object, &place)
                }
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
