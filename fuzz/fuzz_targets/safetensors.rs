//! Any bytes as a `.safetensors` file: weights of a small model, or a message.
#![no_main]

use regimen_nn::layers::Dense;
use regimen_nn::model::Sequential;
use regimen_save::{LoadOptions, load_weights};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let path = std::env::temp_dir().join(format!("regimen-fuzz-{}.safetensors", std::process::id()));
    if std::fs::write(&path, bytes).is_err() {
        return;
    }
    let model = Sequential::new().input([3]).add(Dense::new(2usize)).build();
    let weights = model.describe(&[]).expect("is sound").weights;
    for skip_mismatch in [false, true] {
        let options = LoadOptions {
            skip_mismatch,
            ..LoadOptions::default()
        };
        if let Ok(loaded) = load_weights(&path, &model, &weights, &options) {
            assert!(loaded.weights.len() <= weights.len());
        }
    }
});
