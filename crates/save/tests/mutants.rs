//! Ten thousand changed files of each format: each ends in weights or in a message, never in a panic.
//!
//! The changes are drawn from a fixed seed: bits turned, bytes replaced, parts cut out, doubled or moved, and numbers in
//! texts made absurd. What a change breaks is not known beforehand, so that only panics, and reads of more than the model
//! holds, can be wrong.

mod mutating;

use std::path::{Path, PathBuf};

use mutating::{Draws, MUTANTS, mutant};
use regimen_graph::{Data, Tensor};
use regimen_nn::layers::{Dense, LSTM};
use regimen_nn::model::Sequential;
use regimen_nn::{Model, WeightInfo};
use regimen_save::{FileConfig, LoadOptions, ModelFile, Saving, load_weights, save};
use serde_json::json;

fn model() -> Model {
    let net = Sequential::new().named("net").input([3, 2]);
    net.add(LSTM::new(2usize)).add(Dense::new(2usize)).build()
}

/// A sound file of a format.
fn sound(path: &Path) -> (Model, Vec<WeightInfo>) {
    let model = model();
    let inputs = model.declared_inputs().expect("has an Input");
    let description = model.describe(&inputs).expect("is sound");
    let weight = |path: &str| {
        let info = description.weights.iter().find(|w| w.path == path)?;
        let count = info.shape.iter().product();
        Some(Tensor {
            shape: info.shape.clone(),
            data: Data::F32(vec![0.5; count]),
        })
    };
    let saving = Saving {
        model: &model,
        inputs: &inputs,
        description: &description,
        weight: &weight,
        config: FileConfig::Own,
        compile: &json!({ "optimizer": { "class_name": "Adam", "config": {} }, "loss": "mse" }),
        optimizer: ("adam", &[]),
        shard: regimen_save::SHARD,
    };
    save(path, &saving).expect("writes");
    let weights = description.weights.clone();
    (model, weights)
}

/// Reads each mutant; `read` says whether it was taken.
fn try_all(name: &str, read: impl Fn(&Path) -> bool) {
    let dir = tempfile::tempdir().expect("a folder");
    let first = dir.path().join(name);
    sound(&first);
    let shards: Vec<PathBuf> = vec![first.clone()];
    let whole = std::fs::read(&shards[0]).expect("reads");
    assert!(read(&first), "{name}: the sound file is read");
    let path = dir.path().join(format!("mutant-{name}"));
    let mut draws = Draws(0x9e37_79b9_7f4a_7c15 ^ name.len() as u64);
    let mut taken = 0;
    for _ in 0..MUTANTS {
        std::fs::write(&path, mutant(&whole, &mut draws)).expect("writes");
        taken += usize::from(read(&path));
    }
    // Elements have no checksum in most formats; but changes that hurt have to be told.
    assert!(
        taken < MUTANTS * 9 / 10,
        "{name}: {taken} of {MUTANTS} changed files were read"
    );
}

fn whole_model(path: &Path) -> bool {
    let load = || -> Option<()> {
        let file = ModelFile::open(path).ok()?;
        let model = file.model().ok()?;
        let inputs = model.declared_inputs()?;
        let description = model.describe(&inputs).ok()?;
        let loaded = file.load(&model, &description.weights, &LoadOptions::default());
        file.optimizer(&description.weights).ok()?;
        loaded.ok().map(drop)
    };
    load().is_some()
}

fn weights_alone(path: &Path) -> bool {
    let model = model();
    let inputs = model.declared_inputs().expect("has an Input");
    let weights = model.describe(&inputs).expect("is sound").weights;
    let strict = load_weights(path, &model, &weights, &LoadOptions::default()).is_ok();
    let lenient = LoadOptions {
        skip_mismatch: true,
        ..LoadOptions::default()
    };
    let _told = load_weights(path, &model, &weights, &lenient);
    strict
}

#[test]
fn keras() {
    try_all("net.keras", whole_model);
}

#[test]
fn legacy() {
    try_all("net.h5", whole_model);
}

#[test]
fn weights_h5() {
    try_all("net.weights.h5", weights_alone);
}

#[test]
fn safetensors() {
    try_all("net.safetensors", weights_alone);
}

#[test]
fn npz() {
    try_all("net.npz", weights_alone);
}

#[test]
fn sharded_map() {
    // The map alone is changed; its shard lies beside it.
    let dir = tempfile::tempdir().expect("a folder");
    let first = dir.path().join("net.weights.json");
    sound(&first);
    let whole = std::fs::read(&first).expect("reads");
    let mut draws = Draws(77);
    for _ in 0..MUTANTS {
        std::fs::write(&first, mutant(&whole, &mut draws)).expect("writes");
        let _told = weights_alone(&first);
    }
}

#[test]
fn model_in_json() {
    let dir = tempfile::tempdir().expect("a folder");
    let keras = dir.path().join("net.keras");
    sound(&keras);
    let file = ModelFile::open(&keras).expect("opens");
    let whole = file.config().expect("has a config").to_string();
    let path = dir.path().join("net.json");
    let mut draws = Draws(99);
    for _ in 0..MUTANTS {
        std::fs::write(&path, mutant(whole.as_bytes(), &mut draws)).expect("writes");
        let Ok(file) = ModelFile::open(&path) else {
            continue;
        };
        let Ok(model) = file.model() else { continue };
        if let Some(inputs) = model.declared_inputs() {
            let _described = model.describe(&inputs);
        }
    }
}

/// A model of operations, shared layers, dicts of inputs and arrays among the arguments.
fn wired() -> serde_json::Value {
    let tensor = |name: &str| json!({"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}});
    let slice = json!({"class_name": "__slice__", "config": {"start": 1, "stop": null, "step": 2}});
    let operation = |class: &str,
                     name: &str,
                     config: serde_json::Value,
                     args: serde_json::Value| {
        let mut config = config;
        config["name"] = name.into();
        json!({"module": "keras.src.ops.numpy", "class_name": class, "name": name, "config": config,
            "inbound_nodes": [{"args": args, "kwargs": {}}]})
    };
    let input = |name: &str| {
        json!({"module": "keras.layers", "class_name": "InputLayer", "name": name, "inbound_nodes": [],
            "config": {"batch_shape": [null, 4, 6], "dtype": "float32", "name": name}})
    };
    let dense = json!({"module": "keras.layers", "class_name": "Dense", "name": "d", "shared_object_id": 7,
        "config": {"name": "d", "units": 3}, "inbound_nodes": [{"args": [tensor("tile")], "kwargs": {}}]});
    let mut inner = dense.clone();
    inner["inbound_nodes"] = json!([{"args": [tensor("b")], "kwargs": {}}]);
    let model = json!({"module": "keras.src.models.functional", "class_name": "Functional", "name": "inner",
        "config": {"name": "inner", "layers": [input("b"), inner], "input_layers": {"b": ["b", 0, 0]},
            "output_layers": ["d", 0, 0]},
        "inbound_nodes": [{"args": [{"b": tensor("b")}], "kwargs": {}}]});
    let array = json!({"class_name": "__numpy__", "config": {"value": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "dtype": "float32"}});
    let layers = json!([
        input("a"),
        input("b"),
        operation("Multiply", "times", json!({}), json!([tensor("a"), array])),
        operation(
            "Reshape",
            "reshape",
            json!({"newshape": [-1, 6, 4]}),
            json!([tensor("times")])
        ),
        operation(
            "GetItem",
            "item",
            json!({}),
            json!([tensor("reshape"), [{"class_name": "__ellipsis__", "config": {}}, slice]])
        ),
        operation(
            "Tile",
            "tile",
            json!({"repeats": [1, 2, 3]}),
            json!([tensor("item")])
        ),
        dense,
        model,
        operation(
            "Mean",
            "mean",
            json!({"axis": [1, 2], "keepdims": false}),
            json!([tensor("inner")])
        ),
    ]);
    json!({"class_name": "Functional", "config": {"name": "m", "layers": layers,
        "input_layers": {"a": ["a", 0, 0], "b": ["b", 0, 0]}, "output_layers": [["d", 0, 0], {"mean": ["mean", 0, 0]}]}})
}

#[test]
fn operations_in_json() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("net.json");
    let described = |text: &[u8]| {
        std::fs::write(&path, text).expect("writes");
        let model = ModelFile::open(&path).ok()?.model().ok()?;
        let inputs = model.declared_inputs()?;
        model.describe(&inputs).ok().map(drop)
    };
    let whole = wired().to_string();
    assert!(
        described(whole.as_bytes()).is_some(),
        "the sound model is read"
    );
    let mut draws = Draws(123);
    for _ in 0..MUTANTS {
        let _told = described(&mutant(whole.as_bytes(), &mut draws));
    }
}
