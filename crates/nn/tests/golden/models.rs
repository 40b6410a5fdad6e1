//! The model configs of the golden files, and what they are read as.
#![allow(dead_code)] // each test file uses a part

use std::path::PathBuf;

use regimen_nn::model::{Description, InputInfo, from_keras};
use regimen_nn::{Model, Object, OptionError};
use serde_json::Value as Json;

use crate::golden::file;

/// Every model config of the golden files.
pub fn configs() -> Vec<(String, Json)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/models");
    let names = std::fs::read_dir(&folder)
        .expect("a folder")
        .filter_map(|e| e.ok()?.file_name().into_string().ok());
    let mut files: Vec<String> = names
        .filter(|n| n.ends_with(".json"))
        .map(|n| format!("models/{n}"))
        .collect();
    files.push("summary/summary.json".to_string());
    files.sort();
    let mut found = vec![];
    for name in files {
        let whole = file(&name);
        let cases = whole["cases"]
            .as_array()
            .cloned()
            .unwrap_or_else(|| vec![whole.clone()]);
        found.extend(
            cases
                .iter()
                .map(|c| (format!("{name} {}", c["name"]), c["model"].clone())),
        );
    }
    assert!(found.len() > 40, "{}", found.len());
    found
}

pub fn read(config: &Json) -> Result<Model, Vec<OptionError>> {
    let object = Object::read(config).map_err(|message| {
        vec![OptionError {
            path: String::new(),
            message,
        }]
    })?;
    from_keras(&object, "model")
}

/// What a model is, or the text of its faults.
pub fn described(model: &Model) -> Result<Description, String> {
    let five = vec![InputInfo {
        shape: vec![Some(5)],
        dtype: regimen_graph::DType::F32,
    }];
    let inputs = model.declared_inputs().unwrap_or(five);
    model.describe(&inputs).map_err(|e| e.to_string())
}

pub fn shown(errors: &[OptionError]) -> String {
    errors.iter().map(|e| format!("{e}\n")).collect()
}
