//! Runs of earlier formats, kept as they were written: today's program uses them and goes on with them.
//!
//! `tests/runs/format-1` is a run of version 0.1.0 (2026-11-30, checkpoint format 1). A format that changes gets a folder
//! of its own beside it (`regimen train run.toml --out format-N`, without pictures and report); the old ones stay.

use std::path::{Path, PathBuf};

use regimen_graph::Reference;
use regimen_run::RunSpec;
use regimen_train::run::{RunOptions, Trained, TrainedOptions, train};

/// A copy of a kept run, which may be written to.
fn kept(name: &str) -> (tempfile::TempDir, PathBuf) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/runs");
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join(name);
    std::fs::create_dir(&folder).expect("makes");
    for entry in std::fs::read_dir(from.join(name)).expect("is there") {
        let entry = entry.expect("reads");
        std::fs::copy(entry.path(), folder.join(entry.file_name())).expect("copies");
    }
    (dir, folder)
}

#[test]
fn a_run_of_format_1_is_used() {
    let (_dir, folder) = kept("format-1");
    let mut run = Trained::open(&folder, &Reference, &TrainedOptions::default()).expect("opens");
    assert_eq!(run.weights_from(), "checkpoint.regimen, after epoch 2");
    let rows = run.held_out().expect("the test part");
    let found = run.evaluate(&rows).expect("evaluates");
    let of = |name: &str| {
        found
            .metrics
            .iter()
            .find(|m| m.name == name)
            .map(|m| m.value)
    };
    // What it told when it was written.
    assert!((of("accuracy").expect("is told") - 0.486_111).abs() < 1e-5);
    assert!((of("loss").expect("is told") - 1.837_693).abs() < 1e-4);
}

#[test]
fn a_run_of_format_1_goes_on() {
    let (_dir, folder) = kept("format-1");
    let text = std::fs::read_to_string(folder.join("run.toml")).expect("reads");
    let more = text.replace("epochs = 2", "epochs = 3");
    let (spec, lines) = RunSpec::from_toml(&more, "run.toml").expect("a spec");
    let options = RunOptions {
        folder: Some(folder.clone()),
        resume: true,
        ..RunOptions::default()
    };
    let file = folder.join("run.toml");
    let report = train(&spec, &lines, &file, &Reference, &options, &mut |_| {});
    let report = report.unwrap_or_else(|e| panic!("{e}"));
    let losses: Vec<f64> = report.history.iter().map(|logs| logs["loss"]).collect();
    assert_eq!(losses.len(), 3);
    assert!(losses[2] < losses[1], "{losses:?}");
}
