//! A run file in the names of Keras 1 and 2: what it trains, what it tells, what it refuses.

use std::path::Path;

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_run::spec::{SpecErrors, SpecMap};
use regimen_run::{Event, RunSpec};
use regimen_train::run::{RunOptions, RunReport, train};

type Told = (Result<RunReport, String>, Vec<String>);

fn run(text: &str) -> Told {
    run_read(RunSpec::from_toml(text, "old.toml"))
}

fn run_json(text: &str) -> Told {
    run_read(RunSpec::from_json(text, "old.json"))
}

fn run_read(read: Result<(RunSpec, SpecMap), SpecErrors>) -> Told {
    let engine = CpuEngine::new(CpuOptions::default());
    let (spec, map) = read.unwrap_or_else(|e| panic!("{e}"));
    let mut told = vec![];
    let mut watch = |event: &Event| {
        if let Event::Message { text, .. } = event {
            told.push(text.clone());
        }
    };
    let file = Path::new("old.toml");
    let report = train(
        &spec,
        &map,
        file,
        &engine,
        &RunOptions::default(),
        &mut watch,
    );
    (report.map_err(|e| e.to_string()), told)
}

fn file(head: &str, layers: &str, optimizer: &str, fit: &str) -> String {
    format!(
        "{head}\n[data]\nsample = \"digits\"\nscale = \"min_max\"\n[model]\nlayers = [\n{layers}\n]\n\
         [compile]\noptimizer = {optimizer}\nloss = \"sparse_categorical_crossentropy\"\nmetrics = [\"accuracy\"]\n[fit]\n{fit}\n"
    )
}

const OLD: &str = "{ class_name = \"Dense\", output_dim = 16, init = \"he_normal\", activation = \"hard_sigmoid\", W_constraint = { class_name = \"maxnorm\", m = 3 } },
    { class_name = \"Dropout\", p = 0.1 },
    { class_name = \"Dense\", output_dim = 10, activation = \"softmax\" }";

#[test]
fn a_run_of_keras_1_trains_and_says_what_it_understood() {
    let sgd = "{ class_name = \"SGD\", lr = 0.1, decay = 1e-4 }";
    let (report, told) = run(&file("", OLD, sgd, "nb_epoch = 2"));
    let history = report.expect("trains").history;
    assert_eq!(history.len(), 2);
    assert!(history[0].contains_key("acc"), "{:?}", history[0]);
    let all = told.join("\n");
    for line in [
        "read as one of Keras 1.2.2 (by the oldest names that it uses",
        "fit: `nb_epoch` is `epochs` today",
        "`W_constraint` is `kernel_constraint` today",
        "as in Keras 1.2: hard_sigmoid is clip(0.2 x + 0.5, 0, 1)",
        "`lr` is `learning_rate` today",
        "accuracy is `acc` in the logs",
    ] {
        assert!(all.contains(line), "{line} in\n{all}");
    }
}

#[test]
fn the_stated_version_goes_before_the_names() {
    let sgd = "{ class_name = \"SGD\", lr = 0.1 }";
    let (report, told) = run(&file("keras_version = \"3.15.1\"", OLD, sgd, "epochs = 1"));
    assert!(report.expect("trains").history[0].contains_key("accuracy"));
    assert!(!told.join("\n").contains("hard_sigmoid"), "{told:?}");
    let (report, _) = run(&file(
        "keras_version = \"newest\"",
        OLD,
        "\"sgd\"",
        "epochs = 1",
    ));
    let text = report.expect_err("is refused");
    assert!(
        text.contains("old.toml line 1") && text.contains("expected a version of Keras"),
        "{text}"
    );
}

#[test]
fn what_is_no_more_is_told_with_its_line() {
    let layers = "{ class_name = \"Dense\", output_dim = 4 },\n{ class_name = \"Highway\" },\n{ class_name = \"MaxoutDense\" }";
    let (report, _) = run(&file("", layers, "\"sgd\"", "nb_epoch = 1"));
    let text = report.expect_err("is refused");
    assert!(
        text.contains("line 8") && text.contains("`Highway` any more"),
        "{text}"
    );
    assert!(text.contains("`MaxoutDense`"), "all faults at once: {text}");
}

/// What is said of a run that is refused.
fn refused(text: &str) -> String {
    run(text).0.expect_err("is refused")
}

#[test]
fn a_refusal_hides_no_other_fault() {
    let layers = "{ class_name = \"Highway\" },
    { class_name = \"Dense\", unts = 3 },
    { class_name = \"LSTM\", units = 0 },
    { class_name = \"Merge\", mode = \"foo\" },
    { class_name = \"GaussianNoise\" },
    { class_name = \"Lambda\" },
    { class_name = \"TimeDistributed\", layer = { class_name = \"Dense\", output_dim = 0 } },
    { class_name = \"Sequential\", layers = [{ class_name = \"SReLU\" }, { class_name = \"Dense\" }] },
    { class_name = \"Convolution1D\", nb_filter = 0, filter_length = 3, border_mode = \"full\" }";
    let mut text = file("", layers, "\"adm\"", "nb_epoch = 1");
    text += "[[callbacks]]\nclass_name = \"EarlyStoping\"\n";
    let text = refused(&text);
    for (line, fault) in [
        (7, "`Highway` any more"),
        (8, "`unts`"),
        (9, "units"),
        (10, "found \"foo\", expected one of"),
        (11, "stddev"),
        (12, "Lambda"),
        (13, "units"),
        (14, "`SReLU` any more"),
        (14, "units"),
        (15, "filters"),
        (15, "ZeroPadding"),
        (18, "`adm`"),
        (23, "`EarlyStoping`"),
    ] {
        let told = |l: &str| l.contains(&format!("line {line},")) && l.contains(fault);
        assert!(text.lines().any(told), "{line}: {fault} in\n{text}");
    }
    let lines = text.lines().filter_map(|l| {
        l.split_once("line ")?
            .1
            .split(',')
            .next()?
            .parse::<usize>()
            .ok()
    });
    assert!(lines.is_sorted(), "in order of the file: {text}");
    assert!(!text.contains("no layer `Highway`: "), "told once: {text}");
    assert_eq!(text.matches("Merge").count(), 1, "{text}");
}

#[test]
fn names_that_are_elsewhere_or_no_more() {
    let dense = "{ class_name = \"Dense\", units = 10, activation = \"softmax\" }";
    let text = file("", dense, "\"TFOptimizer\"", "epochs = 1");
    let metrics = "[\"acc\", \"fmeasure\", \"matthews_correlation\"]";
    let text = refused(&text.replace("[\"accuracy\"]", metrics));
    for told in [
        "optimizer of TensorFlow",
        "F1Score",
        "no metric `matthews_correlation` any more",
    ] {
        assert!(text.contains(told), "{told} in\n{text}");
    }
    let text = refused(&file(
        "",
        "{ class_name = \"FeatureSpace\" }",
        "\"sgd\"",
        "epochs = 1",
    ));
    assert!(
        text.contains("[[data.inputs]]") && text.contains("Rust API"),
        "{text}"
    );
}

#[test]
fn a_newer_keras_is_read_as_the_last_one_known() {
    let dense = "{ class_name = \"Dense\", units = 10, activation = \"softmax\" }";
    let (report, told) = run(&file(
        "keras_version = \"3.20.0\"",
        dense,
        "\"adam\"",
        "epochs = 1",
    ));
    report.expect("trains");
    assert!(
        told.join("\n")
            .contains("states Keras 3.20.0; what came after 3.15.1 is not known"),
        "{told:?}"
    );
    let (_, told) = run(&file(
        "keras_version = \"2.2.4\"",
        dense,
        "\"adam\"",
        "nb_epoch = 1",
    ));
    assert!(
        told.join("\n").contains("one of Keras 2.2.4 (as stated)"),
        "{told:?}"
    );
}

#[test]
fn a_model_that_keras_1_wrote_trains() {
    let text = r#"{"data": {"sample": "digits", "scale": "min_max"}, "fit": {"epochs": 1},
        "compile": {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"]},
        "model": {"class_name": "Sequential", "keras_version": "1.2.2", "config": [
            {"class_name": "Dense", "config": {"name": "a", "trainable": true, "output_dim": 8, "init": "glorot_uniform",
                "activation": "relu", "W_regularizer": {"name": "L1L2Regularizer", "l1": 0.0, "l2": 0.01}, "bias": true,
                "input_dim": 64, "batch_input_shape": [null, 64], "input_dtype": "float32"}},
            {"class_name": "Sequential", "config": [
                {"class_name": "Dense", "config": {"name": "b", "output_dim": 10, "input_dim": null, "batch_input_shape": [null, 8]}}]},
            {"class_name": "Activation", "config": {"name": "c", "activation": "softmax"}}]}}"#;
    let (report, told) = run_json(text);
    assert!(report.expect("trains").history[0].contains_key("acc"));
    assert!(
        told.join("\n").contains("one of Keras 1.2.2 (as stated)"),
        "{told:?}"
    );
}

#[test]
fn a_spec_of_today_is_left_alone() {
    let layers = "{ class_name = \"Dense\", units = 10, activation = \"softmax\" }";
    let (report, told) = run(&file("", layers, "\"adam\"", "epochs = 1"));
    report.expect("trains");
    assert!(told.is_empty(), "{told:?}");
}
