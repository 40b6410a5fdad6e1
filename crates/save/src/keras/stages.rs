//! What the layers of a Pipeline are built for: Keras builds them when it opens a file where it says so, and else in the middle of
//! the first prediction, which its JAX backend refuses.

use regimen_nn::model::Description;
use serde_json::{Value as Json, json};

/// Adds `build_config` to the layers of every Pipeline of a model, at any depth; `scope` is the path of the model.
pub(super) fn with_built_stages(model: &mut Json, description: &Description, scope: &str) {
    let Some(layers) = model["config"]["layers"].as_array_mut() else {
        return;
    };
    let below = |name: &str| match scope {
        "" => name.to_owned(),
        scope => format!("{scope}/{name}"),
    };
    let shape_of = |path: &str| description.shapes.get(path)?.first().map(|s| json!(s));
    // What stands before the first layer of a stack that declares no input.
    let mut before = shape_of(&below("input_layer"));
    for entry in layers {
        let name = entry["config"]["name"].as_str().unwrap_or_default();
        let path = below(name);
        match entry["class_name"].as_str() {
            Some("Functional" | "Sequential") => with_built_stages(entry, description, &path),
            Some("Pipeline") => {
                let fed = entry.pointer("/inbound_nodes/0/args/0/config/shape");
                let mut shape = fed.cloned().or_else(|| before.clone());
                let stages = entry["config"]["layers"].as_array_mut();
                for stage in stages.into_iter().flatten() {
                    let Some(known) = shape else { break };
                    let own = stage["config"]["name"].as_str().unwrap_or_default();
                    shape = shape_of(&format!("{path}/{own}"));
                    stage["build_config"] = json!({ "input_shape": known });
                }
            }
            _ => {}
        }
        before = shape_of(&path);
    }
}
