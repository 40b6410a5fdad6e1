//! Any JSON as a Keras model config: a model that can be described, or errors.
#![no_main]

use regimen_nn::{Object, model};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else { return };
    let Ok(object) = Object::read(&value) else { return };
    if let Ok(model) = model::from_keras(&object, "") {
        if let Some(inputs) = model.declared_inputs() {
            let _ = model.describe(&inputs);
        }
    }
});
