//! What Keras wants to find in a config beside what ours says: sizes and types of tensors, modules of layers.

use regimen_nn::layers;
use regimen_nn::model::Description;
use serde_json::{Map, Value as Json, json};

/// Fills in the sizes of every `__keras_tensor__` of a config, and the module of every layer, at any depth.
pub(super) fn with_shapes(config: &mut Json, description: &Description) {
    below(config, description, "");
}

/// Keras finds a layer that stands for an activation, and a model within a model, only by its module.
fn name_module(map: &mut Map<String, Json>) {
    let class = map.get("class_name").and_then(Json::as_str);
    let module = match class {
        Some("Functional") => "keras.src.models.functional",
        Some("Sequential") => "keras",
        Some(class) if layers::find(class).is_some() && !map.contains_key("module") => {
            "keras.layers"
        }
        _ => return,
    };
    if map.contains_key("config") {
        map.insert("module".to_owned(), json!(module));
        map.insert("registered_name".to_owned(), Json::Null);
    }
}

fn below(json: &mut Json, description: &Description, scope: &str) {
    match json {
        Json::Array(all) => all
            .iter_mut()
            .for_each(|item| below(item, description, scope)),
        Json::Object(map) if map.get("class_name") == Some(&json!("__keras_tensor__")) => {
            if let Some(Json::Object(tensor)) = map.get_mut("config") {
                let history = tensor.get("keras_history").cloned().unwrap_or_default();
                let layer = history[0].as_str().unwrap_or_default();
                let number = history[2].as_u64().unwrap_or(0) as usize;
                let path = match scope {
                    "" => layer.to_owned(),
                    scope => format!("{scope}/{layer}"),
                };
                let shapes = description.shapes.get(&path);
                let shape = shapes.and_then(|all| all.get(number)).cloned();
                tensor.insert("shape".to_owned(), json!(shape.unwrap_or_default()));
                tensor.insert("dtype".to_owned(), json!("float32"));
            }
        }
        Json::Object(map) => {
            name_module(map);
            // A model inside another one has layers of its own.
            let is_model = |class: &Json| class == "Functional" || class == "Sequential";
            let inner = map.get("class_name").is_some_and(is_model);
            let name = map.get("name").and_then(Json::as_str).map(str::to_owned);
            let scope = match (inner, name) {
                (true, Some(name)) if scope.is_empty() => name,
                (true, Some(name)) => format!("{scope}/{name}"),
                _ => scope.to_owned(),
            };
            let calls = map.get("inbound_nodes").cloned();
            for (_, value) in map.iter_mut().filter(|(key, _)| *key != "inbound_nodes") {
                below(value, description, &scope);
            }
            // What feeds a layer lies outside of it.
            if let Some(mut calls) = calls {
                let outside = scope.rsplit_once('/').map_or("", |(outer, _)| outer);
                let outer = if inner { outside } else { scope.as_str() };
                below(&mut calls, description, outer);
                map.insert("inbound_nodes".to_owned(), calls);
            }
        }
        _ => {}
    }
}
