//! Keras's config of a model, as `model.to_json()` writes it.

use serde_json::{Map, Value as Json, json};

use super::operation::MODULE;
use crate::inner_layer::OWN_MODE;
use crate::model::{LayerNode, Model, ModelKind, TensorRef};
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
            // Keras writes a single one without a list around it.
            let end = |t: &TensorRef| {
                let node = &model.layers[t.layer];
                // A functional model starts with a node of its own.
                let inner = node.layer.model().map(|inner| inner.kind);
                let own = usize::from(inner == Some(ModelKind::Functional));
                json!([node.name, t.call + own, t.tensor])
            };
            let ends = |list: &[TensorRef]| match list {
                [one] => end(one),
                many => many.iter().map(end).collect(),
            };
            config.insert("input_layers".into(), ends(&model.inputs));
            let outputs = match model.output_keys.as_slice() {
                [] => ends(&model.outputs),
                keys => {
                    let keyed = keys.iter().zip(&model.outputs);
                    Json::Object(keyed.map(|(key, t)| (key.clone(), end(t))).collect())
                }
            };
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
    let mut config = Map::new();
    config.insert("name".into(), node.name.as_str().into());
    if node.layer.class_name() != "InputLayer" {
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
    let class = node.layer.class_name();
    if is_operation(node.layer.as_ref()) {
        config.shift_remove("trainable");
        config.shift_remove("dtype");
        return json!({"module": MODULE, "class_name": class, "config": config, "registered_name": class});
    }
    json!({"module": "keras.layers", "class_name": class, "config": config, "registered_name": null})
}

/// Whether a layer is one of `keras.ops` among the layers.
fn is_operation(layer: &dyn crate::Layer) -> bool {
    layer.module() == MODULE
}

fn call(model: &Model, called: &LayerNode, call: &crate::model::CallSpec) -> Json {
    let tensor = |t: &TensorRef| {
        json!({"class_name": "__keras_tensor__", "config": {
            "keras_history": [model.layers[t.layer].name, t.call, t.tensor]}})
    };
    let inputs: Vec<Json> = call.inputs.iter().map(tensor).collect();
    // Merging layers and models take one list, others positional tensors.
    let merges = inputs.len() > 1 && call.tensors.is_empty();
    let list_call = |class: &str| {
        matches!(
            class,
            "Add"
                | "Concatenate"
                | "Subtract"
                | "Multiply"
                | "Average"
                | "Maximum"
                | "Minimum"
                | "Dot"
                | "Attention"
                | "AdditiveAttention"
                | "HashedCrossing"
        )
    };
    let layer = called.layer.as_ref();
    let lists = list_call(layer.class_name()) || layer.model().is_some();
    let takes_list = lists && !is_operation(layer);
    let args = if merges && takes_list {
        json!([inputs])
    } else {
        let mut args = inputs;
        for (place, value) in &call.plain {
            args.insert((*place).min(args.len()), value.clone());
        }
        Json::Array(args)
    };
    let mut kwargs = call.kwargs.clone();
    if let Some(training) = kwargs.remove(OWN_MODE) {
        kwargs.insert("training".to_owned(), training);
    }
    for (name, t) in &call.tensors {
        match name.split_once('.') {
            Some((list, _)) => {
                let entry = kwargs
                    .entry(list.to_string())
                    .or_insert_with(|| Json::Array(vec![]));
                if let Json::Array(items) = entry {
                    items.push(tensor(t));
                }
            }
            None => {
                kwargs.insert(name.clone(), tensor(t));
            }
        }
    }
    json!({"args": args, "kwargs": kwargs})
}
