//! What reading and writing files takes of memory, as the system counts it (`VmHWM`, Linux alone; elsewhere this says so and
//! passes): at most 1.5 times the weights, the file and 64 MiB, and of stored weights no more than one copy.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use regimen_graph::{Data, Tensor};
use regimen_nn::layers::Dense;
use regimen_nn::model::{Description, Sequential};
use regimen_nn::{Model, WeightInfo};
use regimen_save::{FileConfig, LoadOptions, ModelFile, Saving, load_weights, save};
use serde_json::{Value as Json, json};

const MIB: u64 = 1 << 20;
/// Beside one copy: buffers, the listing, pages of the program.
const SOME: u64 = 24 * MIB;

/// A model of 4 × 48 MiB of weights: so large, the allocator gives each back at once.
fn model() -> (Model, Description) {
    let mut net = Sequential::new().named("net").input([3072]);
    for units in [4096, 3072, 4096, 3072usize] {
        net = net.add(Dense::new(units));
    }
    let model = net.build();
    let description = model.describe(&[]).expect("is sound");
    (model, description)
}

fn bytes(weights: &[WeightInfo]) -> u64 {
    let counts = weights
        .iter()
        .map(|w| w.shape.iter().product::<usize>() as u64);
    4 * counts.sum::<u64>()
}

/// A number of `/proc/self/status`, in bytes.
fn status(name: &str) -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kib = line.trim_start_matches(':').trim().strip_suffix("kB")?;
    Some(kib.trim().parse::<u64>().ok()? << 10)
}

/// The most memory that `act` takes beside what this test began with; `None` where the system does not count.
fn peak<T>(begun: Option<u64>, act: impl FnOnce() -> T) -> (T, Option<u64>) {
    let reset = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let made = act();
    let most = begun.and_then(|begun| Some(status("VmHWM")?.saturating_sub(begun)));
    (made, most.filter(|_| reset))
}

fn write(path: &Path, model: &Model, description: &Description) {
    let weight = |path: &str| {
        let info = description.weights.iter().find(|w| w.path == path)?;
        Some(Tensor {
            shape: info.shape.clone(),
            data: Data::F32(vec![0.5; info.shape.iter().product()]),
        })
    };
    let saving = Saving {
        model,
        inputs: &[],
        description,
        weight: &weight,
        config: FileConfig::Own,
        compile: &Json::Null,
        optimizer: ("optimizer", &[]),
        shard: 60 * MIB,
    };
    save(path, &saving).expect("writes");
}

/// Reads a file's weights; what was read is dropped behind the measurement.
fn read(path: &Path, model: &Model, weights: &[WeightInfo]) -> Result<usize, String> {
    let name = path.to_string_lossy();
    let options = LoadOptions::default();
    let loaded = if name.ends_with("net.keras")
        || name.ends_with("net.h5")
        || name.ends_with("packed.keras")
    {
        let file = ModelFile::open(path).map_err(|e| e.to_string())?;
        file.load(model, weights, &options)
            .map_err(|e| e.to_string())?
    } else {
        load_weights(path, model, weights, &options).map_err(|e| e.to_string())?
    };
    Ok(loaded.weights.len())
}

/// The members of an archive, deflated: a small file of many weights.
fn pack(from: &Path, to: &Path) {
    let mut archive =
        zip::ZipArchive::new(File::open(from).expect("opens")).expect("is an archive");
    let mut out = zip::ZipWriter::new(File::create(to).expect("creates"));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .large_file(true);
    for k in 0..archive.len() {
        let mut member = archive.by_index(k).expect("is there");
        let name = member.name().expect("a name").into_owned();
        out.start_file(name, options).expect("begins");
        std::io::copy(&mut member, &mut out).expect("copies");
    }
    out.finish().expect("writes").flush().expect("writes");
}

/// What one test takes is not to be counted with what the other does.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn one_copy_of_the_weights_and_little_beside() {
    let _alone = ALONE.lock();
    let dir = tempfile::tempdir().expect("a folder");
    let (model, description) = model();
    let held = bytes(&description.weights);
    let begun = status("VmRSS");
    let mut files: Vec<PathBuf> = vec![];
    for name in [
        "net.keras",
        "net.h5",
        "net.weights.h5",
        "net.weights.json",
        "net.safetensors",
        "net.npz",
    ] {
        let path = dir.path().join(name);
        let ((), most) = peak(begun, || write(&path, &model, &description));
        // A weight at a time is made by this test, of 48 MiB each.
        let Some(most) = most else {
            println!("skipped: this system does not say what memory a program takes");
            return;
        };
        println!("{name}: writing takes {} MiB", most / MIB);
        assert!(
            most < 48 * MIB + SOME,
            "{name}: writing takes {} MiB",
            most / MIB
        );
        files.push(path);
    }
    for name in ["net.keras", "net.npz"] {
        let packed = dir.path().join(name.replace("net", "packed"));
        pack(&dir.path().join(name), &packed);
        files.push(packed);
    }
    for path in files {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let stored = std::fs::metadata(&path).expect("is there").len();
        let (read, most) = peak(begun, || read(&path, &model, &description.weights));
        let most = most.expect("counted when writing");
        println!(
            "{name}: {stored} bytes, {} MiB of weights, reading takes {} MiB: {read:?}",
            held / MIB,
            most / MIB
        );
        assert!(
            most <= held * 3 / 2 + stored + 64 * MIB,
            "{name}: {} MiB",
            most / MIB
        );
        if !name.starts_with("packed") {
            assert_eq!(read, Ok(8), "{name}");
            assert!(most <= held + SOME, "{name}: {} MiB", most / MIB);
        }
    }
}

fn stack(layers: Vec<Json>, shape: &[usize]) -> String {
    let batch: Vec<Json> = [Json::Null]
        .into_iter()
        .chain(shape.iter().map(|n| json!(n)))
        .collect();
    let input =
        json!({ "class_name": "InputLayer", "config": { "batch_shape": batch, "name": "i" } });
    let all: Vec<Json> = [input].into_iter().chain(layers).collect();
    json!({ "class_name": "Sequential", "config": { "name": "s", "layers": all } }).to_string()
}

/// A Dense layer as Keras writes it.
fn dense(k: usize) -> Json {
    let object = |class: &str| json!({ "module": "keras.initializers", "class_name": class, "config": {}, "registered_name": null });
    let policy = json!({ "module": "keras", "class_name": "DTypePolicy", "config": { "name": "float32" }, "registered_name": null });
    json!({
        "module": "keras.layers", "class_name": "Dense", "registered_name": null, "build_config": { "input_shape": [null, 2] },
        "config": {
            "name": format!("dense_{k}"), "trainable": true, "dtype": policy, "units": 2, "activation": "relu", "use_bias": true,
            "kernel_initializer": object("GlorotUniform"), "bias_initializer": object("Zeros"), "kernel_regularizer": null,
            "bias_regularizer": null, "kernel_constraint": null, "bias_constraint": null,
        },
    })
}

#[test]
fn configs_take_no_more_than_they_may() {
    let _alone = ALONE.lock();
    let dir = tempfile::tempdir().expect("a folder");
    let layer = |class: &str, config: Json| json!({ "class_name": class, "config": config });
    let cell = || layer("LSTMCell", json!({ "units": 2 }));
    let gru = |k: usize| {
        let inner = layer("GRU", json!({ "units": 1, "return_sequences": true }));
        layer(
            "Bidirectional",
            json!({ "name": format!("b{k}"), "layer": inner }),
        )
    };
    let cells = |k: usize| {
        let cells: Vec<Json> = (0..8).map(|_| cell()).collect();
        let stacked = layer("StackedRNNCells", json!({ "cells": cells }));
        layer(
            "RNN",
            json!({ "name": format!("r{k}"), "return_sequences": true, "cell": stacked }),
        )
    };
    let small: Vec<Json> = (0..39_000).map(|_| json!({ "a": 1 })).collect();
    let cases = [
        ("dense", stack((0..1_500).map(dense).collect(), &[2]), true),
        ("gru", stack((0..4_000).map(gru).collect(), &[3, 1]), false),
        (
            "cells",
            stack((0..1_000).map(cells).collect(), &[4, 2]),
            false,
        ),
        (
            "small",
            stack(
                vec![layer("Dense", json!({ "units": 2, "filler": small }))],
                &[2],
            ),
            false,
        ),
    ];
    for (name, text, sound) in cases {
        let path = dir.path().join(format!("{name}.json"));
        std::fs::write(&path, &text).expect("writes");
        let begun = status("VmRSS");
        let (read, most) = peak(begun, || -> Result<usize, String> {
            let file = ModelFile::open(&path).map_err(|e| e.to_string())?;
            let model = file.model().map_err(|e| e.to_string())?;
            let inputs = model.declared_inputs().unwrap_or_default();
            let described = model.describe(&inputs).map_err(|e| e.to_string())?;
            Ok(described.weights.len())
        });
        let Some(most) = most else {
            println!("skipped: this system does not say what memory a program takes");
            return;
        };
        println!("{name}: {} bytes, {} MiB: {read:?}", text.len(), most / MIB);
        assert_eq!(read.is_ok(), sound, "{name}: {read:?}");
        assert!(
            most <= text.len() as u64 + 64 * MIB,
            "{name}: {} MiB",
            most / MIB
        );
    }
}
