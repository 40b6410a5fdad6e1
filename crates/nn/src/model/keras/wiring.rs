//! Wiring of functional models: by names in run files, by `inbound_nodes` in Keras's configs.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::references::{call, form_of_ends, references};
use super::{
    Draft, LayerEntry, ReadLayer, fault, first_output, functional_model, held, names_used_twice,
    operation, push, read_or_hold, shared,
};
use crate::model::{
    CallSpec, Form, Functional, LayerNode, Model, ModelKind, TensorRef, sequential::declared_node,
};
use crate::{Object, OptionError, config::nearest};

/// Wires the layers of a run file by their names.
pub(super) fn wire(
    name: &str,
    entries: &[LayerEntry],
    nodes: Vec<ReadLayer>,
    outputs: &[String],
    path: &str,
) -> Draft {
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
        for (k, inbound) in entry.inbound.iter().enumerate() {
            match find(&model, inbound) {
                Some(from) if from != layer => feeds.push(first_output(from, 0)),
                Some(_) => errors.push(fault(
                    &format!("{path}[{i}].inbound[{k}]"),
                    format!("`{inbound}` feeds itself; name the layer before it"),
                )),
                None => errors.push(unknown(
                    &model,
                    inbound,
                    &format!("{path}[{i}].inbound[{k}]"),
                )),
            }
        }
        model.layers[layer].calls.push(CallSpec {
            inputs: feeds,
            ..CallSpec::default()
        });
    }
    let mut results = vec![];
    let outputs_path = match path.rsplit_once('.') {
        Some((above, _)) => format!("{above}.outputs"),
        None => "outputs".to_string(),
    };
    for (k, output) in outputs.iter().enumerate() {
        match find(&model, output) {
            Some(layer) => results.push(first_output(layer, 0)),
            None => errors.push(unknown(&model, output, &format!("{outputs_path}[{k}]"))),
        }
    }
    if outputs.is_empty() {
        results.push(first_output(model.layers.len() - 1, 0));
    }
    let added = placed.first().copied().unwrap_or(0);
    if results.len() < outputs.len() {
        let unfinished = functional_model(model, inputs, results);
        errors.extend(names_used_twice(&unfinished, path, added));
        let model = None;
        return Draft { model, errors };
    }
    finish(model, (inputs, results), errors, path, added)
}

pub(super) fn unknown(model: &Functional, name: &str, path: &str) -> OptionError {
    let hint = match nearest(name, model.layers.iter().map(|l| l.name.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "give layers a `name` to refer to".to_string(),
    };
    fault(path, format!("there is no layer called `{name}`: {hint}"))
}

/// The model between these inputs and outputs, with what is wrong with the whole of it where all calls could be read.
fn finish(
    model: Functional,
    (inputs, outputs): (Vec<TensorRef>, Vec<TensorRef>),
    mut errors: Vec<OptionError>,
    path: &str,
    added: usize,
) -> Draft {
    // A call that could not be read has its own error.
    let whole = errors.is_empty();
    for t in inputs.iter().chain(&outputs) {
        if whole && t.call >= model.layers[t.layer].calls.len() {
            let name = &model.layers[t.layer].name;
            let message = format!("there is no call {} of `{name}`, counted from 0", t.call);
            errors.push(fault(path, message));
        }
    }
    let model = functional_model(model, inputs, outputs);
    errors.extend(names_used_twice(&model, path, added));
    if errors.is_empty() {
        errors = match in_a_circle(&model, path) {
            Some(circle) => vec![circle],
            None => idle(&model, path, added),
        };
    }
    Draft {
        model: Some(model),
        errors,
    }
}

fn in_a_circle(model: &Model, path: &str) -> Option<OptionError> {
    let order = model.order();
    let calls: usize = model.layers.iter().map(|l| l.calls.len()).sum();
    if order.len() == calls {
        return None;
    }
    let mut layers = model.layers.iter().enumerate();
    let stuck = layers.find(|(l, n)| (0..n.calls.len()).any(|c| !order.contains(&(*l, c))));
    let name = stuck.map_or("", |(_, n)| n.name.as_str());
    let message = format!("the layers feed each other in a circle, or from nowhere, at `{name}`");
    Some(fault(path, message))
}

/// Layers on which no output depends: they would look trained and never be.
fn idle(model: &Model, path: &str, added: usize) -> Vec<OptionError> {
    let used = model.traversal().calls;
    let is_idle = |l: usize| used.iter().all(|(layer, _)| *layer != l);
    let idle = model.layers.iter().enumerate().filter(|(l, _)| is_idle(*l));
    let error = |(l, node): (usize, &LayerNode)| {
        let message = format!(
            "no output depends on `{}`: name it in `outputs`, feed it to another layer, or take it out",
            node.name
        );
        fault(&format!("{path}[{}]", l.saturating_sub(added)), message)
    };
    idle.map(error).collect()
}

/// A functional model from Keras's config.
pub(super) fn functional(
    name: &str,
    config: &Map<String, Json>,
    list: &[Json],
    path: &str,
) -> Draft {
    let mut model = Functional::new().named(name);
    let mut faults_of_layers = vec![];
    for (i, value) in list.iter().enumerate() {
        let place = format!("{path}.layers[{i}]");
        let read = ReadLayer {
            shared: shared(value),
            ..layer(value, &place, &mut faults_of_layers)
        };
        push(&mut model, read);
    }
    let mut errors = vec![];
    for (i, value) in list.iter().enumerate() {
        let place = format!("{path}.layers[{i}].inbound_nodes");
        let Some(Json::Array(nodes)) = value.get("inbound_nodes") else {
            continue;
        };
        for node in nodes {
            match call(&model, node) {
                Ok(call) if drops_numbers(&model, i, &call) => errors.push(fault(
                    &place,
                    "calls a layer with a number beside its tensors, which it does not take; write the config again as .keras".to_string(),
                )),
                Ok(call) if model.layers[i].input.is_none() => model.layers[i].calls.push(call),
                Ok(_) => {}
                Err(message) => errors.push(fault(&place, message)),
            }
        }
    }
    let mut ends = |key: &str| match config.get(key).map(|v| references(&model, v)) {
        Some(Ok(list)) if !list.is_empty() => list,
        Some(Err(message)) => {
            errors.push(fault(&format!("{path}.{key}"), message));
            vec![]
        }
        _ => {
            errors.push(fault(path, format!("a functional model needs `{key}`")));
            vec![]
        }
    };
    let (mut inputs, mut outputs) = (ends("input_layers"), ends("output_layers"));
    skip_own_nodes(&mut model, &mut inputs, &mut outputs, list);
    let known = !outputs.is_empty();
    let mut draft = finish(
        model,
        (inputs, outputs),
        errors,
        &format!("{path}.layers"),
        0,
    );
    draft.errors.splice(0..0, faults_of_layers);
    draft.model = draft.model.filter(|_| known);
    if let Some(model) = &mut draft.model {
        let today = of_today(list);
        let form = |key: &str| form_of_ends(config.get(key)?, today);
        (model.input_form, model.output_form) = (form("input_layers"), form("output_layers"));
        let keys = model.output_form.as_ref().and_then(Form::keys);
        let given = || named_outputs(config, model.outputs.len());
        model.output_keys = given().or(keys).unwrap_or_default();
    }
    draft
}

/// What a program calls the outputs, where it calls them otherwise than by their layers: no config of Keras says it.
fn named_outputs(config: &Map<String, Json>, outputs: usize) -> Option<Vec<String>> {
    let names = config.get("output_names")?.as_array()?.iter();
    let names: Vec<String> = names.filter_map(|n| Some(n.as_str()?.to_owned())).collect();
    (names.len() == outputs).then_some(names)
}

/// Whether the calls of a config are written as Keras 3 does.
fn of_today(list: &[Json]) -> bool {
    let calls = |value: &Json| value.get("inbound_nodes").and_then(Json::as_array).cloned();
    let mut all = list.iter().filter_map(calls).flatten();
    all.any(|node| node.is_object())
}

/// Whether a call has numbers that the layer would leave out.
fn drops_numbers(model: &Functional, layer: usize, call: &CallSpec) -> bool {
    let layer = &model.layers[layer].layer;
    let takes = operation::is_one(layer.as_ref()) || layer.class_name() == "ReversibleEmbedding";
    !takes && call.plain.values().any(Json::is_number)
}

/// Takes off the node that a nested model starts with in Keras, where references count it: those of Keras 2 do, and of Keras 3
/// the ends of the model where they are functional models (`get_tensor` of keras/src/models/functional.py).
fn skip_own_nodes(
    model: &mut Functional,
    inputs: &mut [TensorRef],
    outputs: &mut [TensorRef],
    list: &[Json],
) {
    let today = of_today(list);
    let kinds: Vec<Option<ModelKind>> = model
        .layers
        .iter()
        .map(|node| node.layer.model().map(|inner| inner.kind))
        .collect();
    let within = model.layers.iter_mut().flat_map(|node| &mut node.calls);
    let within = within.flat_map(|call| {
        let keywords = call.tensors.iter_mut().map(|(_, t)| t);
        call.inputs.iter_mut().chain(keywords)
    });
    let ends = inputs.iter_mut().chain(outputs);
    let mut references: Vec<&mut TensorRef> = match today {
        true => ends
            .filter(|t| kinds[t.layer] == Some(ModelKind::Functional))
            .collect(),
        false => ends
            .chain(within)
            .filter(|t| kinds[t.layer].is_some())
            .collect(),
    };
    // A nested model that was built without an input has no such node.
    let uncounted: BTreeSet<usize> = references
        .iter()
        .filter(|t| t.call == 0)
        .map(|t| t.layer)
        .collect();
    for t in &mut references {
        if !uncounted.contains(&t.layer) {
            t.call -= 1;
        }
    }
}

/// A layer of Keras's config; where it has faults, another holds its place.
fn layer(value: &Json, place: &str, errors: &mut Vec<OptionError>) -> ReadLayer {
    let read = Object::read(value);
    let mut object = match &read {
        Ok(object) => object.clone(),
        Err(_) => Object::named("Layer"),
    };
    // Keras 2 keeps the name beside the config.
    if let (Some(name), false) = (value.get("name"), object.config.contains_key("name")) {
        object.config.insert("name".to_string(), name.clone());
    }
    if let Err(message) = read {
        errors.push(fault(place, message));
        return held(&object);
    }
    if !operation::is_operation(value) {
        return read_or_hold(&object, place, errors);
    }
    operation::read(&object, place).unwrap_or_else(|more| {
        errors.extend(more);
        held(&object)
    })
}
