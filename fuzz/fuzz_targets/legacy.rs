//! Any bytes as a `.h5` file of a model. A model and its weights, or a message.
#![no_main]

use regimen_save::{LoadOptions, ModelFile};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let path = std::env::temp_dir().join(format!("regimen-fuzz-{}.h5", std::process::id()));
    if std::fs::write(&path, bytes).is_err() {
        return;
    }
    let Ok(file) = ModelFile::open(&path) else { return };
    let Ok(model) = file.model() else { return };
    let Some(inputs) = model.declared_inputs() else { return };
    let Ok(description) = model.describe(&inputs) else { return };
    let _ = file.load(&model, &description.weights, &LoadOptions::default());
    let _ = file.optimizer(&description.weights);
});
