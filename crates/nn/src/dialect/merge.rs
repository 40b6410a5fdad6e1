//! Keras 1's Merge, which is a layer of its own for each mode today.

use serde_json::Value as Json;

use super::{Door, Refusal};
use crate::{Object, OptionError};

/// Modes with today's classes.
const MODES: [(&str, &str); 7] = [
    ("sum", "Add"),
    ("mul", "Multiply"),
    ("concat", "Concatenate"),
    ("ave", "Average"),
    ("max", "Maximum"),
    ("dot", "Dot"),
    ("cos", "Dot"),
];

impl Door {
    /// The layer of its mode.
    pub(super) fn update_merge(&mut self, object: &mut Object, path: &str) -> Refusal {
        let config = &mut object.config;
        let branches = config.get("layers").and_then(Json::as_array);
        if branches.is_some_and(|list| !list.is_empty()) {
            return refuse(
                path,
                "Merge of models in a Sequential is no more; write a functional model, whose branches feed Concatenate or Add",
            );
        }
        let mode = match config.get("mode") {
            None => "sum",
            Some(mode) => mode.as_str().unwrap_or_default(),
        }
        .to_string();
        let Some((_, class)) = MODES.iter().find(|(name, _)| *name == mode) else {
            return refuse(path, &unknown(config));
        };
        let kept: &[&str] = match *class {
            "Concatenate" => &["name", "trainable", "concat_axis"],
            "Dot" => &["name", "trainable", "dot_axes"],
            _ => &["name", "trainable"],
        };
        config.retain(|key, _| kept.contains(&key.as_str()));
        if mode == "cos" {
            config.insert("normalize".to_string(), true.into());
        }
        object.class_name = (*class).to_string();
        self.note(format!("`Merge` with mode {mode:?} is `{class}` today"));
        Ok(())
    }
}

/// A function, which Keras wrote with its kind beside it or as `module.name`; else a mode that never was.
fn unknown(config: &serde_json::Map<String, Json>) -> String {
    let mode = config.get("mode").unwrap_or(&Json::Null);
    let kind = config.get("mode_type").and_then(Json::as_str);
    let is_function = matches!(kind, Some("lambda" | "function"))
        || mode.as_str().is_none_or(|m| m.contains(['.', '<']));
    if is_function {
        return "Merge with a function as its mode cannot be read; use Add, Multiply, Concatenate, Average, Maximum or Dot"
            .to_string();
    }
    let modes: Vec<String> = MODES.iter().map(|(m, _)| format!("{m:?}")).collect();
    format!(
        "`mode` of Merge: found {mode}, expected one of {}",
        modes.join(", ")
    )
}

fn refuse(path: &str, message: &str) -> Refusal {
    Err(OptionError {
        path: path.to_string(),
        message: message.to_string(),
    })
}
