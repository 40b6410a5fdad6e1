//! What a model of a file was compiled with, as Keras 3 has it, and its optimizer's variables.

use regimen_graph::Tensor;
use regimen_nn::Object;
use regimen_nn::dialect::Version;
use regimen_nn::optimizers::{self, LearningRate};
use regimen_save::ModelFile;
use serde_json::Value as Json;

use crate::CompileOptions;
use crate::compile_config::compile_config;

/// From here on `.keras` files say what Keras of today reads.
const KERAS_3: Version = Version::new(3, 0, 0);

fn version(file: &ModelFile) -> Result<Version, String> {
    file.version().map_or(Ok(Version::ONE), Version::parse)
}

/// The config, null where there is none, and what the user should know of it. Options of old are brought up to date; Python
/// code in it is not taken over.
pub(super) fn compile_of(file: &ModelFile, outputs: &[&str]) -> (Json, Option<String>) {
    let compile = file.compile();
    // Keras writes an empty config for a model that was not compiled.
    if compile.is_null() || compile.as_object().is_some_and(|map| map.is_empty()) {
        return (Json::Null, None);
    }
    let left = |why: &str| {
        let text =
            format!("{why}; the model is taken as one that was not compiled: compile it again");
        (Json::Null, Some(text))
    };
    if holds_code(&compile) {
        return left("what it was compiled with holds Python code, which is never taken over");
    }
    if let Err(why) = regimen_save::check_foreign(&compile) {
        return left(&format!(
            "it was compiled with something that is not Keras's own ({why})"
        ));
    }
    if compile["optimizer"].is_null() {
        return left("it was compiled without an optimizer");
    }
    let today = version(file).is_ok_and(|v| v >= KERAS_3);
    if today && matches!(file, ModelFile::Keras(_)) {
        return (compile, None);
    }
    match translated(file, &compile, outputs) {
        Ok(options) => (compile_config(&options), None),
        Err(why) => left(&format!(
            "what it was compiled with cannot be brought up to date ({why})"
        )),
    }
}

fn translated(
    file: &ModelFile,
    compile: &Json,
    outputs: &[&str],
) -> Result<CompileOptions, String> {
    let options = CompileOptions::from_keras(compile, version(file)?, outputs);
    options.map_err(|faults| {
        let all = faults.iter().map(ToString::to_string);
        all.collect::<Vec<_>>().join("; ")
    })
}

fn holds_code(json: &Json) -> bool {
    match json {
        Json::Array(all) => all.iter().any(holds_code),
        Json::Object(map) => {
            let class = map.get("class_name").and_then(Json::as_str);
            class == Some("__lambda__") || map.values().any(holds_code)
        }
        _ => false,
    }
}

/// The optimizer's variables as Keras 3 has them: the learning rate, which Keras 2 did not count among them, is the second.
/// None where it is not known.
pub(super) fn with_rate(mut slots: Vec<Tensor>, file: &ModelFile, compile: &Json) -> Vec<Tensor> {
    let old = version(file).is_ok_and(|v| v < KERAS_3);
    if !old || slots.is_empty() {
        return slots;
    }
    let object = Object::read(&compile["optimizer"]);
    let optimizer = object.ok().and_then(|o| optimizers::read(&o, "").ok());
    let rules = optimizer.as_ref().map(|o| o.rules()).unwrap_or_default();
    match rules.first().map(|rule| rule.common().learning_rate) {
        Some(LearningRate::Fixed(rate)) => {
            slots.insert(1, Tensor::scalar(rate as f32));
            slots
        }
        Some(_) => slots,
        None => vec![],
    }
}
