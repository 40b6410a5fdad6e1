//! Keras's config of a model, as `model.to_json()` writes it.

use serde_json::{Map, Value as Json, json};

use super::SHARED;
use super::operation::is_one as is_operation;
use crate::inner_layer::OWN_MODE;
use crate::model::{CallSpec, Form, LayerNode, Model, ModelKind, Shared, TensorRef, constants};
use crate::policy::Policy;

/// `{ module, class_name, config, registered_name }` of a model.
pub fn to_keras(model: &Model) -> Json {
    let mut config = Map::new();
    config.insert("name".into(), model.name.as_str().into());
    config.insert("trainable".into(), true.into());
    let class_name = match model.kind {
        ModelKind::Sequential => {
            config.insert("dtype".into(), Policy::Float32.write());
            // A Sequential model that takes what comes has no InputLayer in Keras either.
            let declared = model
                .layers
                .iter()
                .filter(|l| l.layer.class_name() != "InputLayer" || l.input.is_some());
            config.insert("layers".into(), declared.map(layer).collect());
            "Sequential"
        }
        ModelKind::Functional => {
            let wired = |l: &LayerNode| {
                let Json::Object(mut map) = layer(l) else {
                    return Json::Null;
                };
                map.insert("name".into(), l.name.as_str().into());
                let calls = if l.input.is_some() {
                    vec![]
                } else {
                    l.calls.iter().map(|c| call(model, l, c)).collect()
                };
                map.insert("inbound_nodes".into(), Json::Array(calls));
                Json::Object(map)
            };
            config.insert("layers".into(), model.layers.iter().map(wired).collect());
            let end = |t: &TensorRef| {
                let node = &model.layers[t.layer];
                // A functional model starts with a node of its own.
                let inner = node.layer.model().map(|inner| inner.kind);
                let own = usize::from(inner == Some(ModelKind::Functional));
                json!([node.name, t.call + own, t.tensor])
            };
            let ends = |list: &[TensorRef], form: &Option<Form>| match (form, list) {
                (Some(form), list) => form.filled(&mut list.iter().map(end)),
                // Keras writes a single one without a list around it.
                (None, [one]) => end(one),
                (None, many) => many.iter().map(end).collect(),
            };
            let inputs = ends(&model.inputs, &model.input_form);
            config.insert("input_layers".into(), inputs);
            let outputs = ends(&model.outputs, &model.output_form);
            config.insert("output_layers".into(), outputs);
            "Functional"
        }
    };
    let module = if class_name == "Sequential" {
        "keras"
    } else {
        "keras.src.models.functional"
    };
    json!({ "module": module, "class_name": class_name, "config": config, "registered_name": class_name })
}

/// Whether the config of a class says whether it is trained: Keras refuses that of the others.
pub(crate) fn says_trainable(class: &str) -> bool {
    let none = [
        "Discretization",
        "Pipeline",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "SpatialDropout3D",
    ];
    !none.contains(&class)
}

fn layer(node: &LayerNode) -> Json {
    let mut entry = entry(node);
    if let (Some(id), Json::Object(map)) = (node.shared, &mut entry) {
        let (key, id) = match id {
            Shared::Keras(id) => (SHARED[0], id),
            Shared::Ours(id) => (SHARED[1], id),
        };
        map.insert(key.into(), id.into());
    }
    entry
}

fn entry(node: &LayerNode) -> Json {
    let mut config = Map::new();
    config.insert("name".into(), node.name.as_str().into());
    let class = node.layer.class_name();
    if is_operation(node.layer.as_ref()) {
        config.extend(node.layer.config());
        let module = node.layer.module();
        return json!({"module": module, "class_name": class, "config": config, "registered_name": class});
    }
    if class != "InputLayer" {
        if says_trainable(node.layer.class_name()) {
            config.insert("trainable".into(), node.trainable.into());
        }
        if node.layer.class_name() != "Pipeline" {
            config.insert("dtype".into(), node.policy.write());
        }
    }
    config.extend(node.layer.config());
    if node.layer.model().is_some() {
        config.insert("trainable".into(), node.trainable.into());
    }
    if let Some(lora) = &node.lora {
        lora.write(&mut config);
    }
    json!({"module": "keras.layers", "class_name": class, "config": config, "registered_name": null})
}

fn call(model: &Model, called: &LayerNode, call: &CallSpec) -> Json {
    let tensor = |t: &TensorRef| {
        json!({"class_name": "__keras_tensor__", "config": {
            "keras_history": [model.layers[t.layer].name, t.call, t.tensor]}})
    };
    let mut inputs: Vec<Json> = call.inputs.iter().map(tensor).collect();
    for (place, array) in &call.constants {
        inputs.insert((*place).min(inputs.len()), constants::write(array));
    }
    let args = arguments(called, call, inputs);
    let mut kwargs = call.kwargs.clone();
    if let Some(training) = kwargs.remove(OWN_MODE) {
        kwargs.insert("training".to_owned(), training);
    }
    let arrays = call.constant_tensors.iter();
    let arrays = arrays.map(|(name, array)| (name, constants::write(array)));
    let tensors = call.tensors.iter().map(|(name, t)| (name, tensor(t)));
    for (name, written) in tensors.chain(arrays) {
        match name.split_once('.') {
            Some((list, place)) => {
                let entry = kwargs
                    .entry(list.to_string())
                    .or_insert_with(|| Json::Array(vec![]));
                if let Json::Array(items) = entry {
                    let place = place.parse().unwrap_or(items.len());
                    // Null holds the place of what is not given.
                    items.resize(items.len().max(place + 1), Json::Null);
                    items[place] = written;
                }
            }
            None => {
                kwargs.insert(name.clone(), written);
            }
        }
    }
    json!({"args": args, "kwargs": kwargs})
}

/// The positional arguments of a call, in the form that the layer takes them in.
fn arguments(called: &LayerNode, call: &CallSpec, inputs: Vec<Json>) -> Json {
    let layer = called.layer.as_ref();
    let count = inputs.len();
    let taken = layer.model().and_then(|inner| inner.input_form.as_ref());
    let form = match layer.model() {
        Some(_) => taken.map(|form| Form::List(vec![form.clone()])),
        None => call.form.clone(),
    };
    let args = match form.filter(|form| form.count() == count) {
        Some(form) => form.filled(&mut inputs.into_iter()),
        None if takes_list(layer, count) => json!([inputs]),
        None => Json::Array(inputs),
    };
    let Json::Array(mut args) = args else {
        return args;
    };
    for (place, value) in &call.plain {
        args.insert((*place).min(args.len()), value.clone());
    }
    Json::Array(args)
}

/// Whether a layer takes its tensors in one list: merging layers do, whatever their number, and models of several inputs.
fn takes_list(layer: &dyn crate::Layer, count: usize) -> bool {
    let lists = [
        "Add",
        "Concatenate",
        "Subtract",
        "Multiply",
        "Average",
        "Maximum",
        "Minimum",
        "Dot",
        "Attention",
        "AdditiveAttention",
        "HashedCrossing",
    ];
    let merges = lists.contains(&layer.class_name()) && !is_operation(layer);
    merges || layer.model().is_some() && count > 1
}
