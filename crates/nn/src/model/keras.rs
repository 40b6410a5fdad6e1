//! Models from and to Keras's configs.
//!
//! Reads what `model.to_json()` of Keras 2 and 3 writes, and the layer lists of run files. Every fault of a
//! config is reported, with its path.

mod draft;
mod operation;
mod read_layer;
mod references;
mod unread;
mod wiring;
mod write;

pub use draft::Draft;
pub(crate) use read_layer::read_layer;
pub(crate) use references::sorted;
pub(crate) use write::says_trainable;
pub use write::to_keras;

use serde_json::Value as Json;

use crate::model::{
    CallSpec, Functional, LayerNode, Model, ModelKind, Sequential, Shared, TensorRef, free_name,
};
use crate::{Layer, Object, OptionError, config::nearest};
use draft::fault;
use read_layer::{ReadLayer, held, read_or_hold};

/// A layer of a run file: a Keras object, and what feeds it.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerEntry {
    /// Class and arguments, `name` and `trainable` among them.
    pub object: Object,
    /// Names of the layers that feed it; empty for the one before it.
    pub inbound: Vec<String>,
}

/// A model from a list of layers: see [`draft_entries`].
pub fn from_entries(
    name: &str,
    entries: &[LayerEntry],
    outputs: &[String],
    path: &str,
) -> Result<Model, Vec<OptionError>> {
    draft_entries(name, entries, outputs, path).finish()
}

/// A model from a list of layers as far as it can be read. Without any `inbound` it is Sequential; else functional, where
/// `outputs` name the output layers (default: the last).
pub fn draft_entries(name: &str, entries: &[LayerEntry], outputs: &[String], path: &str) -> Draft {
    if entries.is_empty() {
        return Draft::fault(path, "a model needs at least one layer".to_string());
    }
    let mut errors = vec![];
    let read = |(i, entry): (usize, &LayerEntry)| {
        read_or_hold(&entry.object, &format!("{path}[{i}]"), &mut errors)
    };
    let nodes: Vec<ReadLayer> = entries.iter().enumerate().map(read).collect();
    let mut draft = match entries.iter().all(|e| e.inbound.is_empty()) && outputs.is_empty() {
        true => sequential(name, nodes, path),
        false => wiring::wire(name, entries, nodes, outputs, path),
    };
    draft.errors.splice(0..0, errors);
    draft
}

fn sequential(name: &str, nodes: Vec<ReadLayer>, path: &str) -> Draft {
    let mut model = Sequential::new().named(name);
    if let Some(input) = nodes.first().and_then(|n| n.declares.clone()) {
        model = model.input_layer(input);
    }
    let (mut declared, mut settings, mut errors) = (None, vec![], vec![]);
    for (i, read) in nodes.into_iter().enumerate() {
        match read.input {
            Some(ref info) if i == 0 => {
                model = model.input_info(info.clone());
                declared = Some(read);
            }
            Some(_) => errors.push(fault(
                &format!("{path}[{i}]"),
                "an Input stands first in a Sequential model".to_string(),
            )),
            None => {
                if merges(read.layer.as_ref()) {
                    let class = read.layer.class_name();
                    errors.push(fault(
                        &format!("{path}[{i}]"),
                        format!("{class} takes a list of inputs, and a layer of a Sequential model gets one; name what feeds it (`inbound` in a run file)"),
                    ));
                }
                model = model.add_boxed(read.name.as_deref(), read.layer, read.trainable);
                settings.push((read.policy, read.lora, read.shared));
            }
        }
    }
    let mut model = model.build();
    let behind_input = model.layers.iter_mut().skip(1);
    for (node, (policy, lora, shared)) in behind_input.zip(settings) {
        (node.policy, node.lora, node.shared) = (policy, lora, shared);
    }
    let added = usize::from(declared.is_none());
    if let Some(read) = declared {
        model.layers[0].layer = read.layer;
        if let Some(name) = read.name {
            model.layers[0].name = name;
        }
    }
    if errors.is_empty() {
        errors = names_used_twice(&model, path, added);
    }
    Draft {
        model: Some(model),
        errors,
    }
}

/// Whether the layer joins any number of inputs. Identity takes them as they are.
fn merges(layer: &dyn Layer) -> bool {
    layer.arity().1 == usize::MAX && layer.class_name() != "Identity"
}

/// Faults of layers with the name of one before them. `added` layers in front do not stand in the config.
fn names_used_twice(model: &Model, path: &str, added: usize) -> Vec<OptionError> {
    let mut seen = std::collections::BTreeSet::new();
    let layers = model.layers.iter().enumerate();
    let twice = layers.filter(|(_, layer)| !seen.insert(layer.name.as_str()));
    let error = |(l, layer): (usize, &LayerNode)| {
        let path = format!("{path}[{}].name", l.saturating_sub(added));
        fault(&path, format!("two layers are called `{}`", layer.name))
    };
    twice.map(error).collect()
}

/// A model from Keras's config: see [`draft_keras`].
pub fn from_keras(object: &Object, path: &str) -> Result<Model, Vec<OptionError>> {
    draft_keras(object, path).finish()
}

/// What configs call a layer by that stands in several places: Keras, and we.
pub(crate) const SHARED: [&str; 2] = ["shared_object_id", "shared_layer"];

fn shared(entry: &Json) -> Option<Shared> {
    let [keras, ours] = SHARED.map(|key| entry.get(key).and_then(Json::as_u64));
    ours.map(Shared::Ours).or(keras.map(Shared::Keras))
}

/// Most layers of a model, those of models inside of it not counted: what more there is, is no model that somebody trains.
const MOST_LAYERS: usize = 4096;

/// A model from Keras's config, `{ class_name: Sequential | Functional | Model, config }`, as far as it can be read.
pub fn draft_keras(object: &Object, path: &str) -> Draft {
    let at = match path {
        "" => "config".to_string(),
        path => format!("{path}.config"),
    };
    let config = &object.config;
    let name = config.get("name").and_then(Json::as_str);
    let Some(Json::Array(list)) = config.get("layers") else {
        return Draft::fault(&at, format!("{} needs `layers`, a list", object.class_name));
    };
    if list.len() > MOST_LAYERS {
        let found = list.len();
        let told = format!(
            "found {found} layers, {MOST_LAYERS} at most are read: build the model from models inside of it"
        );
        return Draft::fault(&format!("{at}.layers"), told);
    }
    let mut draft = drafted(object, (name, &at), list);
    if let (Some(model), Some(Json::Object(tied))) = (&mut draft.model, config.get("tied")) {
        let each = tied.iter();
        let each =
            each.filter_map(|(path, first)| Some((path.clone(), first.as_str()?.to_owned())));
        model.tied = each.collect();
    }
    if let Some(model) = &mut draft.model {
        model.tie_shared();
        let frozen = config.get("frozen").and_then(Json::as_array);
        let frozen = frozen.into_iter().flatten().filter_map(Json::as_str);
        model.frozen = frozen.map(str::to_owned).collect();
    }
    draft
}

fn drafted(object: &Object, (name, at): (Option<&str>, &str), list: &[Json]) -> Draft {
    match object.class_name.as_str() {
        "Sequential" => {
            let mut errors = vec![];
            let read = |(i, value): (usize, &Json)| {
                let place = format!("{at}.layers[{i}]");
                match Object::read(value) {
                    Ok(object) => ReadLayer {
                        shared: shared(value),
                        ..read_or_hold(&object, &place, &mut errors)
                    },
                    Err(message) => {
                        errors.push(fault(&place, message));
                        held(&Object::named("Layer"))
                    }
                }
            };
            let nodes: Vec<ReadLayer> = list.iter().enumerate().map(read).collect();
            if nodes.is_empty() {
                return Draft::fault(at, "a model needs at least one layer".to_string());
            }
            let name = name.unwrap_or("sequential");
            let mut draft = sequential(name, nodes, &format!("{at}.layers"));
            draft.errors.splice(0..0, errors);
            draft
        }
        "Functional" | "Model" => {
            wiring::functional(name.unwrap_or("functional"), &object.config, list, at)
        }
        other => {
            let hint = nearest(other, ["Sequential", "Functional"]).unwrap_or("Sequential");
            let message = format!("there is no model class `{other}`: did you mean `{hint}`?");
            Draft::fault(at, message)
        }
    }
}

/// Adds a read layer to a functional model under construction; calls are wired later.
pub(crate) fn push(model: &mut Functional, read: ReadLayer) -> usize {
    let taken = |n: &str| model.layers.iter().any(|l| l.name == n);
    let name = read
        .name
        .clone()
        .unwrap_or_else(|| free_name(read.layer.class_name(), &taken));
    let calls = if read.input.is_some() {
        vec![CallSpec::default()]
    } else {
        vec![]
    };
    model.layers.push(LayerNode {
        name,
        layer: read.layer,
        trainable: read.trainable,
        policy: read.policy,
        lora: read.lora,
        calls,
        input: read.input,
        shared: read.shared,
    });
    model.layers.len() - 1
}

pub(crate) fn first_output(layer: usize, call: usize) -> TensorRef {
    TensorRef {
        layer,
        call,
        tensor: 0,
    }
}

pub(crate) fn functional_model(
    model: Functional,
    inputs: Vec<TensorRef>,
    outputs: Vec<TensorRef>,
) -> Model {
    Model {
        kind: ModelKind::Functional,
        ..model.build(&inputs, &outputs)
    }
}
