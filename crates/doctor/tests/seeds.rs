//! The posts that the project began with, as they stand: what the doctor says to each.
//!
//! `REGIMEN_SEEDS` names the folder of the documents; they are not part of the repository, and without it the tests say that
//! they skip. What a document tells in words (numbers of samples, shares of classes, the model) is told here in numbers.

use std::path::PathBuf;

use regimen_doctor::{Facts, diagnose, log, spec};
use regimen_run::facts::LayerFacts;
use regimen_run::{Finding, ModelFacts, Severity};
use serde_json::json;

/// The text of the document whose name begins with a number.
#[allow(clippy::print_stderr)] // a test that skips says so
fn document(number: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("REGIMEN_SEEDS").map(PathBuf::from) else {
        eprintln!("skipped: REGIMEN_SEEDS names no folder of documents");
        return None;
    };
    let entries = std::fs::read_dir(&folder).expect("the folder").flatten();
    let found = entries.map(|entry| entry.path()).find(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(number) && name.ends_with(".txt"))
    });
    Some(std::fs::read_to_string(found.expect("the document")).expect("text"))
}

fn named<'f>(found: &'f [Finding], id: &str) -> &'f Finding {
    let ids: Vec<&str> = found.iter().map(|finding| finding.id.as_str()).collect();
    let one = found.iter().find(|finding| finding.id == id);
    one.unwrap_or_else(|| panic!("{id} among {ids:?}"))
}

#[test]
fn reviews_by_a_convolution() {
    let Some(text) = document("000") else { return };
    let logs = log::read(&text).expect("a log");
    let rows = logs[0].data.val_rows;
    assert_eq!(rows, Some(69_472), "`Train on ..., validate on ...`");
    let found = diagnose(&logs[0].facts());
    let overfitting = named(&found, "overfitting");
    let told = (overfitting.severity, overfitting.from_epoch);
    assert_eq!(told, (Severity::Warning, Some(3)));

    let layers = json!([
        {"class_name": "Embedding", "config": {"input_dim": 149_517, "output_dim": 100, "input_length": 100}},
        {"class_name": "Conv1D", "config": {"filters": 32, "kernel_size": 8, "activation": "relu"}},
        {"class_name": "Dense", "config": {"units": 10, "activation": "relu"}},
        {"class_name": "Dense", "config": {"units": 5, "activation": "softmax"}},
    ]);
    let posted = json!({
        "layers": layers,
        "compile": {"loss": "categorical_crossentropy", "optimizer": "adam"},
        "data": {"task": "multiclass", "classes": 5},
    });
    let found = diagnose(&spec::of_json(&posted).expect("a spec").facts());
    named(&found, "missing_flatten");

    // "I tried adding regularizers to Conv1D and Dense layers".
    let layer = |path: &str, params: u64, regularized: bool| LayerFacts {
        path: path.into(),
        params,
        trainable_params: params,
        regularized,
        reached: true,
        ..LayerFacts::default()
    };
    let model = ModelFacts {
        layers: vec![
            layer("embedding", 14_951_700, false),
            layer("conv1d", 25_632, true),
            layer("dense", 330, true),
            layer("dense_1", 55, false),
        ],
        ..ModelFacts::default()
    };
    let facts = Facts {
        model: Some(&model),
        ..Facts::default()
    };
    let found = diagnose(&facts);
    let penalty = named(&found, "unregularized_parameters");
    assert_eq!(penalty.layer.as_deref(), Some("embedding"));
}

#[test]
fn always_one_of_five_classes() {
    let Some(text) = document("001") else { return };
    let mut logs = log::read(&text).expect("a log");
    let shares = |percent: [f64; 5]| {
        let sum: f64 = percent.iter().sum();
        percent.iter().map(|share| share / sum).collect::<Vec<_>>()
    };
    let data = &mut logs[0].data;
    (data.train_rows, data.val_rows) = (Some(269_501), Some(33_967));
    data.train_shares = shares([16.24, 39.93, 9.31, 20.86, 13.67]);
    data.val_shares = shares([10.83, 35.39, 19.86, 16.25, 17.66]);
    data.classes = ["a", "b", "c", "d", "e"].map(String::from).to_vec();
    let found = diagnose(&logs[0].facts());
    let majority = named(&found, "majority_class");
    assert_eq!(majority.severity, Severity::Warning);
    assert_eq!(majority.evidence["class"], "b");
    let shift = named(&found, "train_val_distribution_shift");
    assert_eq!(shift.severity, Severity::Warning);
    // Five epochs: told as how things stand so far.
    assert_eq!(named(&found, "no_signal").severity, Severity::Info);

    let dense = |units: usize, activation: &str| json!({"class_name": "Dense", "config": {"units": units, "activation": activation}});
    let posted = json!({
        "layers": [
            {"class_name": "Dropout", "config": {"rate": 0.5, "input_shape": [157]}},
            dense(64, "relu"), dense(32, "relu"), dense(32, "relu"), dense(16, "relu"), dense(5, "sigmoid"),
        ],
        "compile": {
            "loss": "categorical_crossentropy",
            "optimizer": {"name": "SGD", "learning_rate": 0.01, "momentum": 0.9},
        },
        "preprocess": ["to_categorical(y_train, n_classes)"],
    });
    let found = diagnose(&spec::of_json(&posted).expect("a spec").facts());
    assert_eq!(found[0].id, "wrong_activation_loss_pairing");
}

#[test]
fn a_fluctuating_validation() {
    let Some(text) = document("002") else { return };
    let logs = log::read(&text).expect("a log");
    let found = diagnose(&logs[0].facts());
    let overfitting = named(&found, "overfitting");
    assert_eq!(overfitting.severity, Severity::Warning);
    assert!(
        overfitting
            .from_epoch
            .is_some_and(|epoch| (2..=4).contains(&epoch))
    );
    let noise = named(&found, "val_noise_within_sampling_error");
    assert_eq!(noise.evidence["val_samples"], 2500);
}

#[test]
fn a_loss_that_hardly_falls() {
    let Some(text) = document("003") else { return };
    let logs = log::read(&text).expect("a log");
    let found = diagnose(&logs[0].facts());
    let gain = named(&found, "diminishing_returns");
    assert!(
        gain.title.contains("cannot be told from 4 points"),
        "{}",
        gain.title
    );
    assert!(
        found
            .iter()
            .all(|finding| finding.severity == Severity::Info)
    );
}

#[test]
fn an_article_without_a_log() {
    let Some(text) = document("004") else { return };
    assert!(log::read(&text).is_err());
}
