//! A run file in the names of Keras 1 and 2: what it trains, what it tells, what it refuses.

use std::path::Path;

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_run::{Event, RunSpec};
use regimen_train::run::{RunOptions, RunReport, train};

fn run(text: &str) -> (Result<RunReport, String>, Vec<String>) {
    let engine = CpuEngine::new(CpuOptions::default());
    let (spec, map) = RunSpec::from_toml(text, "old.toml").unwrap_or_else(|e| panic!("{e}"));
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
        "read as one of Keras 1.2.2 (as stated)",
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

#[test]
fn a_spec_of_today_is_left_alone() {
    let layers = "{ class_name = \"Dense\", units = 10, activation = \"softmax\" }";
    let (report, told) = run(&file("", layers, "\"adam\"", "epochs = 1"));
    report.expect("trains");
    assert!(told.is_empty(), "{told:?}");
}
