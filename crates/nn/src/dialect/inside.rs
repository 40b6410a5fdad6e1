//! Where objects stand inside other ones: layers in wrappers, cells in RNNs, optimizers in optimizers.

use serde_json::{Map, Value as Json};

/// Options that hold a layer, or a list of them.
const LAYERS: [&str; 4] = ["layer", "backward_layer", "cell", "cells"];

/// The layers in a layer's config, each with its path below it.
pub(super) fn layers(config: &Map<String, Json>) -> Vec<(String, &Json)> {
    let mut found = vec![];
    for key in LAYERS {
        match config.get(key) {
            Some(Json::Array(list)) => {
                let numbered = list.iter().enumerate();
                found.extend(numbered.map(|(i, layer)| (format!("{key}[{i}]"), layer)));
            }
            Some(layer) => found.push((key.to_string(), layer)),
            None => {}
        }
    }
    found
}

/// The same, to be changed.
pub(super) fn layers_mut(config: &mut Map<String, Json>) -> Vec<(String, &mut Json)> {
    let mut found = vec![];
    for (key, value) in config.iter_mut() {
        match value {
            _ if !LAYERS.contains(&key.as_str()) => {}
            Json::Array(list) => {
                let numbered = list.iter_mut().enumerate();
                found.extend(numbered.map(|(i, layer)| (format!("{key}[{i}]"), layer)));
            }
            layer => found.push((key.clone(), layer)),
        }
    }
    found
}

/// The optimizers in an optimizer's config: of LossScaleOptimizer, and of MultiOptimizer's map.
pub(super) fn optimizers(config: &Map<String, Json>) -> Vec<&Json> {
    let mut found: Vec<&Json> = config.get("inner_optimizer").into_iter().collect();
    let map = config.get("optimizer_map");
    let map = map.map(|map| map.get("config").unwrap_or(map));
    found.extend(map.and_then(|map| map.get("default_optimizer")));
    let by_pattern = map.and_then(|map| map.get("optimizer_map"));
    found.extend(
        by_pattern
            .and_then(Json::as_object)
            .into_iter()
            .flatten()
            .map(|(_, o)| o),
    );
    found
}

/// The same, each with its path, to be changed.
pub(super) fn optimizers_mut(config: &mut Map<String, Json>) -> Vec<(String, &mut Json)> {
    let mut found = vec![];
    for (key, value) in config.iter_mut() {
        if key == "inner_optimizer" {
            found.push((key.clone(), value));
        } else if key == "optimizer_map"
            && let Some(map) = options_mut(value)
        {
            for (inner, value) in map.iter_mut() {
                let path = format!("{key}.{inner}");
                if inner == "default_optimizer" {
                    found.push((path, value));
                } else if let Json::Object(by_pattern) = value {
                    let each = by_pattern.iter_mut();
                    found.extend(each.map(|(pattern, o)| (format!("{path}.{pattern}"), o)));
                }
            }
        }
    }
    found
}

/// The options of an object, long or short.
fn options_mut(object: &mut Json) -> Option<&mut Map<String, Json>> {
    if object.get("config").is_some() {
        return object.get_mut("config")?.as_object_mut();
    }
    object.as_object_mut()
}

/// Writes an object back to where it stood, with what Keras keeps beside `config`.
pub(super) fn put_back(value: &mut Json, object: crate::Object) {
    match value {
        Json::Object(map) => {
            if !map.contains_key("config") {
                map.retain(|key, _| ["module", "registered_name"].contains(&key.as_str()));
            }
            map.insert("class_name".to_string(), object.class_name.into());
            map.insert("config".to_string(), Json::Object(object.config));
        }
        // A name alone: an object where it got options.
        _ if object.config.is_empty() => *value = object.class_name.into(),
        _ => *value = serde_json::json!({"class_name": object.class_name, "config": object.config}),
    }
}
