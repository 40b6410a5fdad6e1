//! The sizes that old layers wrote of their input, several times over.
//!
//! Keras 1 wrote `input_dim` and `input_length` beside `batch_input_shape`, `null` where they were not known, and in every
//! layer, not the first one alone. A layer inside another one takes its input from there, so that there they say nothing.

use serde_json::{Map, Value as Json, json};

use super::names::RECURRENT;
use super::{Door, Refusal};
use crate::{Object, OptionError, layers};

const SHAPES: [&str; 2] = ["batch_input_shape", "input_shape"];
const SIZES: [&str; 2] = ["input_dim", "input_length"];

impl Door {
    /// At most one of `batch_input_shape`, `input_shape` and `input_dim` is left, in this order.
    pub(super) fn update_shapes(&mut self, object: &mut Object, path: &str) -> Refusal {
        let class = object.class_name.as_str();
        let config = &mut object.config;
        if class == "InputLayer" {
            return Ok(());
        }
        drop_nulls(class, config);
        if SHAPES.iter().any(|key| config.contains_key(*key)) {
            if config.contains_key("batch_input_shape") {
                config.shift_remove("input_shape");
            }
            drop_sizes(class, config);
            return Ok(());
        }
        // Of Keras 1's TimeDistributedDense a Dense is left.
        let sequences = RECURRENT.contains(&class)
            || class == "Conv1D"
            || (class == "Dense" && config.contains_key("input_length"));
        if !sequences {
            return Ok(());
        }
        let length = config.shift_remove("input_length");
        let Some(size) = config.shift_remove("input_dim") else {
            return match length {
                None => Ok(()),
                Some(_) => Err(OptionError {
                    path: format!("{path}.input_length"),
                    message: format!(
                        "`input_length` of {class} needs `input_dim`; write input_shape = [length, features]"
                    ),
                }),
            };
        };
        let shape = json!([length.unwrap_or(Json::Null), size]);
        config.insert("input_shape".to_string(), shape);
        self.note(format!(
            "{class}: `input_dim` and `input_length` are `input_shape` today"
        ));
        Ok(())
    }

    /// Takes the sizes out of a layer inside another one.
    pub(super) fn drop_inner_shapes(&mut self, object: &mut Object) {
        let class = object.class_name.as_str();
        let config = &mut object.config;
        drop_nulls(class, config);
        let before = config.len();
        SHAPES.iter().for_each(|key| _ = config.shift_remove(*key));
        drop_sizes(class, config);
        if config.len() < before {
            self.note(format!(
                "{class} inside another layer: the shape of its input has no effect"
            ));
        }
    }
}

fn drop_nulls(class: &str, config: &mut Map<String, Json>) {
    let given = |key: &str| SHAPES.contains(&key) || SIZES.contains(&key);
    config.retain(|key, value| !value.is_null() || !given(key) || is_own(class, key));
}

fn drop_sizes(class: &str, config: &mut Map<String, Json>) {
    config.retain(|key, _| !SIZES.contains(&key.as_str()) || is_own(class, key));
}

/// To an Embedding `input_dim` is the number of its ids.
fn is_own(class: &str, key: &str) -> bool {
    layers::find(class).is_some_and(|def| def.has_option(key))
}
