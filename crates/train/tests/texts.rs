//! Runs whose models begin on the host: texts as they are, layers that learn from the training part, new rows.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_data::{Array, write_npy};
use regimen_run::{Event, RunSpec};
use regimen_train::run::{RunOptions, RunReport, Trained, TrainedOptions, summary, train};

const WORDS: &str = r#"
seed = 3
[data]
csv = "reviews.csv"
label = "mood"
split = { by = "column", column = "part" }
[[data.inputs]]
kind = "raw"
columns = ["review"]
[[model.layers]]
class_name = "TextVectorization"
max_tokens = 12
output_mode = "multi_hot"
[[model.layers]]
class_name = "Dense"
units = 2
activation = "softmax"
[compile]
optimizer = { class_name = "Adam", learning_rate = 0.1 }
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]
[fit]
epochs = 6
batch_size = 8
"#;

const MIXED: &str = r#"
seed = 5
[data]
csv = "reviews.csv"
label = "mood"
split = { by = "column", column = "part" }
[[data.inputs]]
kind = "raw"
name = "place"
columns = ["city"]
[[data.inputs]]
kind = "numeric"
name = "numbers"
columns = ["stars", "length"]
[model]
layers = [
    { class_name = "InputLayer", name = "place", shape = [1], dtype = "string" },
    { class_name = "InputLayer", name = "numbers", shape = [2] },
    { class_name = "StringLookup", name = "cities", output_mode = "one_hot", inbound = ["place"] },
    { class_name = "Normalization", name = "scaled", inbound = ["numbers"] },
    { class_name = "Concatenate", name = "both", inbound = ["cities", "scaled"] },
    { class_name = "Dense", name = "answer", units = 2, activation = "softmax", inbound = ["both"] },
]
outputs = ["answer"]
[compile]
optimizer = { class_name = "Adam", learning_rate = 0.1 }
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]
[fit]
epochs = 6
batch_size = 8
"#;

/// Reviews whose words, stars and cities tell the mood. The validation and test parts hold words that training lacks.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut csv = String::from("review,city,stars,length,mood,part\n");
    for i in 0..60 {
        let good = i % 3 != 0;
        let part = ["train", "train", "train", "validation", "test"][i % 5];
        let word = if good { "Good, film" } else { "bad film!" };
        let extra = if part == "train" { "seen" } else { "unseen" };
        let city = if good { "Bonn" } else { "Ulm" };
        let mood = if good { "happy" } else { "sad" };
        csv += &format!(
            "\"{word} {extra} w{}\",{city},{},{},{mood},{part}\n",
            i % 4,
            1 + i % 5,
            10 * i
        );
    }
    std::fs::write(dir.path().join("reviews.csv"), csv).unwrap();
    dir
}

fn engine() -> CpuEngine {
    CpuEngine::new(CpuOptions {
        threads: Some(2),
        ..CpuOptions::default()
    })
}

fn run(
    dir: &Path,
    spec: &str,
    out: &str,
    resume: bool,
    stop_after: Option<usize>,
) -> Result<RunReport, String> {
    let file = dir.join("run.toml");
    let (spec, lines) = RunSpec::from_toml(spec, "run.toml").map_err(|e| format!("{e:?}"))?;
    let interrupt = Arc::new(AtomicBool::new(false));
    let options = RunOptions {
        folder: Some(dir.join(out)),
        resume,
        interrupt: interrupt.clone(),
        ..RunOptions::default()
    };
    let mut epochs = 0;
    let mut watch = |event: &Event| {
        if matches!(event, Event::EpochEnd { .. }) {
            epochs += 1;
            if Some(epochs) == stop_after {
                interrupt.store(true, Ordering::Relaxed);
            }
        }
    };
    train(&spec, &lines, &file, &engine(), &options, &mut watch).map_err(|e| e.to_string())
}

fn learnt(dir: &Path, out: &str, layer: &str) -> serde_json::Value {
    let text = std::fs::read_to_string(dir.join(out).join("preprocessing.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    json["learnt"][layer]["config"].clone()
}

#[test]
fn a_vocabulary_comes_from_the_training_part_and_serves_new_rows() {
    let dir = folder();
    let report = run(dir.path(), WORDS, "out", false, None).unwrap();
    assert_eq!(report.test.as_ref().unwrap()["accuracy"], 1.0);
    let words = learnt(dir.path(), "out", "text_vectorization");
    let words: Vec<&str> = words["vocabulary"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w.as_str().unwrap())
        .collect();
    assert_eq!(&words[..3], ["seen", "film", "good"]);
    assert!(!words.contains(&"unseen"));

    let engine = engine();
    let mut trained =
        Trained::open(&dir.path().join("out"), &engine, &TrainedOptions::default()).unwrap();
    let held_out = trained.held_out().unwrap();
    let evaluated = trained.evaluate(&held_out).unwrap();
    let accuracy = evaluated
        .metrics
        .iter()
        .find(|m| m.name == "accuracy")
        .unwrap();
    assert_eq!(accuracy.value, 1.0);
    let new = dir.path().join("new.csv");
    std::fs::write(&new, "review\ngood things never seen\nBAD!!! things\n").unwrap();
    let rows = trained.read(&new).unwrap();
    // The unknown word has the first place.
    assert_eq!(rows.arrays.x[0].shape, [2, 1 + words.len()]);
    let answers = trained.trainer().predict_rows(&rows.arrays, 32).unwrap();
    let p = answers[0].to_f64();
    assert!(p[0] > 0.5 && p[3] > 0.5, "{p:?}");
}

#[test]
fn a_resumed_run_ends_with_the_bits_of_one_without_a_break() {
    let dir = folder();
    for spec in [WORDS, MIXED] {
        let whole = run(dir.path(), spec, "whole", false, None).unwrap();
        run(dir.path(), spec, "broken", false, Some(2)).unwrap();
        let resumed = run(dir.path(), spec, "broken", true, None).unwrap();
        assert_eq!(whole.history.last(), resumed.history.last());
        assert_eq!(whole.test, resumed.test);
        for out in ["whole", "broken"] {
            std::fs::remove_dir_all(dir.path().join(out)).unwrap();
        }
    }
}

#[test]
fn lookups_and_normalization_learn_side_by_side() {
    let dir = folder();
    let report = run(dir.path(), MIXED, "out", false, None).unwrap();
    assert_eq!(report.test.unwrap()["accuracy"], 1.0);
    assert_eq!(
        learnt(dir.path(), "out", "cities")["vocabulary"],
        serde_json::json!(["Bonn", "Ulm"])
    );
    // Of the 36 rows of the training part alone.
    let rows = (0..60).filter(|i| i % 5 < 3);
    let mean = rows.clone().map(|i| f64::from(10 * i)).sum::<f64>() / rows.count() as f64;
    let found = learnt(dir.path(), "out", "scaled")["mean"]["learnt"][1]
        .as_f64()
        .unwrap();
    assert!((found - mean).abs() < 1e-4, "{found} {mean}");
    let engine = engine();
    let trained =
        Trained::open(&dir.path().join("out"), &engine, &TrainedOptions::default()).unwrap();
    let new = dir.path().join("new.csv");
    std::fs::write(&new, "city,stars,length\nBonn,3,100\nParis,1,10\n").unwrap();
    let rows = trained.read(&new).unwrap();
    // The graph's inputs: numbers as they are, then what the lookup makes.
    let shapes: Vec<&[usize]> = rows.arrays.x.iter().map(|x| x.shape.as_slice()).collect();
    assert_eq!(shapes, [&[2, 2][..], &[2, 3]]);
    assert_eq!(rows.arrays.x[1].to_f64(), [0.0, 1.0, 0.0, 1.0, 0.0, 0.0]);
}

#[test]
fn the_summary_tells_what_was_learnt() {
    let dir = folder();
    let (spec, lines) = RunSpec::from_toml(WORDS, "run.toml").unwrap();
    let file = dir.path().join("run.toml");
    let text = summary(&spec, &lines, &file, &RunOptions::default(), Some(100)).unwrap();
    // Eight words of the training part and the unknown one; 9 x 2 weights and 2 biases.
    assert!(text.contains("text_vectorization"), "{text}");
    assert!(
        text.contains("(None, 9)") && text.contains("Total params: 20 "),
        "{text}"
    );
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let dir = folder();
    let refused = |from: &str, to: &str, says: &str| {
        let spec = WORDS.replace(from, to);
        assert_ne!(spec, WORDS);
        let error = run(dir.path(), &spec, "refused", false, None).unwrap_err();
        assert!(error.contains(says), "{error}");
        assert!(!dir.path().join("refused").exists());
    };
    let layer = "class_name = \"TextVectorization\"\nmax_tokens = 12\noutput_mode = \"multi_hot\"";
    refused(layer, "class_name = \"Flatten\"", "texts");
    refused(
        layer,
        "class_name = \"TextVectorization\"",
        "output_sequence_length",
    );
    refused("max_tokens = 12", "max_tokens = 1", "max_tokens");
    refused(
        "kind = \"raw\"\ncolumns = [\"review\"]",
        "kind = \"numeric\"\ncolumns = [\"stars\"]",
        "texts",
    );
    refused(
        "label = \"mood\"",
        "label = \"mood\"\nstream = true",
        "streamed",
    );
}

#[test]
fn streamed_rows_pass_the_host_with_the_same_bits() {
    let dir = tempfile::tempdir().unwrap();
    let x: Vec<f32> = (0..120)
        .map(|i| ((i * 37 % 101) as f32 - 50.0) / 7.0)
        .collect();
    let y: Vec<i32> = (0..40).map(|i| i * 5 % 7 % 3).collect();
    std::fs::write(
        dir.path().join("x.npy"),
        write_npy(&Array::f32(vec![40, 3], x)),
    )
    .unwrap();
    std::fs::write(
        dir.path().join("y.npy"),
        write_npy(&Array::i32(vec![40], y)),
    )
    .unwrap();
    let spec = |stream: bool| {
        format!(
            r#"
            data = {{ npy = {{ x = "x.npy", y = "y.npy" }}, stream = {stream} }}
            compile = {{ optimizer = "adam", loss = "sparse_categorical_crossentropy" }}
            fit = {{ epochs = 2, batch_size = 8 }}
            model.layers = [
                {{ class_name = "Normalization" }},
                {{ class_name = "Discretization", num_bins = 4 }},
                {{ class_name = "Hashing", num_bins = 5, output_mode = "count" }},
                {{ class_name = "Dense", units = 3, activation = "softmax" }},
            ]"#
        )
    };
    let memory = run(dir.path(), &spec(false), "memory", false, None).unwrap();
    let disk = run(dir.path(), &spec(true), "disk", false, None).unwrap();
    assert_eq!(memory.history, disk.history);
    assert_eq!(memory.test, disk.test);
    let boundaries = learnt(dir.path(), "disk", "discretization")["bin_boundaries"].clone();
    assert_eq!(boundaries.as_array().unwrap().len(), 3);
    assert_eq!(
        learnt(dir.path(), "disk", "normalization"),
        learnt(dir.path(), "memory", "normalization")
    );
}
