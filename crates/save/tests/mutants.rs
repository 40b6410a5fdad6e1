//! Ten thousand changed files of each format: each ends in weights or in a message, never in a panic.
//!
//! The changes are drawn from a fixed seed: bits turned, bytes replaced, parts cut out, doubled or moved, and numbers in
//! texts made absurd. What a change breaks is not known beforehand, so that only panics, and reads of more than the model
//! holds, can be wrong.

use std::path::{Path, PathBuf};

use regimen_graph::{Data, Tensor};
use regimen_nn::layers::{Dense, LSTM};
use regimen_nn::model::Sequential;
use regimen_nn::{Model, WeightInfo};
use regimen_save::{FileConfig, LoadOptions, ModelFile, Saving, load_weights, save};
use serde_json::json;

/// Changed files of each format.
const MUTANTS: usize = 10_000;

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

/// xorshift64*
struct Draws(u64);

impl Draws {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n.max(1)
    }
}

const NUMBERS: &[&str] = &[
    "-1",
    "0",
    "1e300",
    "18446744073709551615",
    "9223372036854775807",
    "4294967296",
    "null",
    "[]",
    "{}",
    "\"x\"",
];

/// A changed copy.
fn mutant(whole: &[u8], draws: &mut Draws) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..=draws.below(3) {
        if bytes.is_empty() {
            break;
        }
        let at = draws.below(bytes.len());
        let length = draws.below(40).min(bytes.len() - at);
        match draws.below(8) {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << draws.below(8),
            2 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][draws.below(5)],
            3 => drop(bytes.drain(at..at + length)),
            4 => {
                let part = bytes[at..at + length].to_vec();
                let to = draws.below(bytes.len());
                bytes.splice(to..to, part);
            }
            5 => bytes[at..at + length].fill(0xff),
            // A number in a text, where one is near.
            _ => {
                let digit = (at..bytes.len().min(at + 200)).find(|i| bytes[*i].is_ascii_digit());
                if let Some(from) = digit {
                    let end = (from..bytes.len()).find(|i| !bytes[*i].is_ascii_digit());
                    let number = NUMBERS[draws.below(NUMBERS.len())];
                    bytes.splice(from..end.unwrap_or(bytes.len()), number.bytes());
                }
            }
        }
    }
    bytes
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
