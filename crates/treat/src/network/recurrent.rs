//! Recurrent layers, by themselves or inside Bidirectional.

use regimen_run::spec::LayerSpec;
use serde_json::{Map, Value, json};

const CLASSES: &[&str] = &["LSTM", "GRU", "SimpleRNN"];

/// Options of the recurrent layer that this is or holds.
pub(crate) fn options(layer: &LayerSpec) -> Option<&Map<String, Value>> {
    let class = layer.object.class_name.as_str();
    match class {
        "Bidirectional" => inside(layer.object.config.get("layer")?),
        _ => CLASSES.contains(&class).then_some(&layer.object.config),
    }
}

fn inside(held: &Value) -> Option<&Map<String, Value>> {
    let class = held.get("class_name")?.as_str()?;
    CLASSES.contains(&class).then_some(())?;
    held.get("config")?.as_object()
}

/// Whether it gives its output at every step.
pub(crate) fn gives_sequences(layer: &LayerSpec) -> bool {
    options(layer).is_some_and(|own| own.get("return_sequences") == Some(&json!(true)))
}

/// Makes it give its output at every step, or at the last alone.
pub(crate) fn set_sequences(layer: &mut LayerSpec, on: bool) {
    let config = match layer.object.class_name.as_str() {
        "Bidirectional" => {
            let held = layer.object.config.get_mut("layer");
            held.and_then(|held| held.get_mut("config"))
                .and_then(Value::as_object_mut)
        }
        _ => Some(&mut layer.object.config),
    };
    match config {
        Some(config) if on => _ = config.insert("return_sequences".to_owned(), json!(true)),
        Some(config) => _ = config.remove("return_sequences"),
        None => {}
    }
}
