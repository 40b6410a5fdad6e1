//! A run that is stopped and resumed, however often, ends with the bits of the undisturbed one.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_run::{Event, RunSpec};
use regimen_save::Checkpoint;
use regimen_train::run::{RunOptions, RunReport, train};

/// Dropout and batch statistics, slots, callbacks with state, epochs that end within a pass.
const SPEC: &str = r#"
seed = 3
[data]
sample = "digits"
split = { train = 0.2, validation = 0.2, test = 0.6 }
[[model.layers]]
class_name = "Dense"
units = 24
activation = "relu"
[[model.layers]]
class_name = "BatchNormalization"
[[model.layers]]
class_name = "Dropout"
rate = 0.3
[[model.layers]]
class_name = "Dense"
units = 10
activation = "softmax"
[compile]
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]
OPTIMIZER
[fit]
epochs = 4
batch_size = 32
STEPS
[[callbacks]]
class_name = "ReduceLROnPlateau"
monitor = "loss"
patience = 1
min_delta = 0.5
[[callbacks]]
class_name = "EarlyStopping"
monitor = "val_accuracy"
patience = 2
restore_best_weights = true
"#;

const ADAM: &str = r#"optimizer = { class_name = "Adam", learning_rate = 0.01 }"#;

/// Averages, sums of gradients and a scale that grows, all in the middle of something when the run is stopped.
const AVERAGED: &str = r#"
[compile.optimizer]
class_name = "LossScaleOptimizer"
initial_scale = 4.0
dynamic_growth_steps = 7
[compile.optimizer.inner_optimizer]
class_name = "Lamb"
learning_rate = 0.01
use_ema = true
ema_momentum = 0.9
ema_overwrite_frequency = 2
gradient_accumulation_steps = 3
weight_decay = 0.01
"#;

/// Runs in `folder`; interrupted after the `stop_at`-th event that `counts`.
fn go(
    folder: &Path,
    steps: &str,
    resume: bool,
    stop_at: Option<usize>,
    counts: fn(&Event) -> bool,
) -> RunReport {
    go_with(ADAM, folder, steps, resume, stop_at, counts)
}

/// The same with this optimizer.
fn go_with(
    optimizer: &str,
    folder: &Path,
    steps: &str,
    resume: bool,
    stop_at: Option<usize>,
    counts: fn(&Event) -> bool,
) -> RunReport {
    let text = SPEC.replace("STEPS", steps).replace("OPTIMIZER", optimizer);
    let (spec, map) = RunSpec::from_toml(&text, "resume.toml").expect("a spec");
    let interrupt = Arc::new(AtomicBool::new(false));
    let options = RunOptions {
        folder: Some(folder.to_path_buf()),
        resume,
        interrupt: interrupt.clone(),
        ..RunOptions::default()
    };
    let engine = CpuEngine::new(CpuOptions {
        threads: Some(2),
        ..CpuOptions::default()
    });
    let mut seen = 0;
    let mut watch = |event: &Event| {
        seen += usize::from(counts(event));
        if Some(seen) == stop_at {
            interrupt.store(true, Ordering::Relaxed);
        }
    };
    train(
        &spec,
        &map,
        Path::new("resume.toml"),
        &engine,
        &options,
        &mut watch,
    )
    .unwrap_or_else(|e| panic!("{e}"))
}

fn checkpoint(folder: &Path) -> Checkpoint {
    let bytes = std::fs::read(folder.join("checkpoint.regimen")).expect("a checkpoint");
    Checkpoint::from_bytes(&bytes).expect("a whole checkpoint")
}

fn is_checkpoint(event: &Event) -> bool {
    matches!(event, Event::Checkpoint { .. })
}

fn is_epoch_end(event: &Event) -> bool {
    matches!(event, Event::EpochEnd { .. })
}

/// Epoch events of the folder, less the seconds: logs and telemetry.
fn epochs(folder: &Path) -> Vec<(usize, String, u64)> {
    let text = std::fs::read_to_string(folder.join("events.jsonl")).expect("events");
    let events = text
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).expect("an event"));
    let mut found = vec![];
    for event in events {
        let body = event.get("EpochEnd").cloned().unwrap_or(event);
        if let (Some(epoch), Some(logs), Some(step)) = (
            body["epoch"].as_u64(),
            body.get("logs"),
            body["step"].as_u64(),
        ) {
            let told = format!("{logs} {}", body["telemetry"]);
            found.push((epoch as usize, told, step));
        }
    }
    found
}

fn same(a: &Path, b: &Path, what: &str) {
    let (x, y) = (checkpoint(a), checkpoint(b));
    assert_eq!(
        x.tensors.keys().collect::<Vec<_>>(),
        y.tensors.keys().collect::<Vec<_>>(),
        "{what}"
    );
    for (name, tensor) in &x.tensors {
        assert!(tensor == &y.tensors[name], "{what}: {name} differs");
    }
    assert!(!epochs(a).is_empty());
    assert_eq!(epochs(a), epochs(b), "{what}");
}

#[test]
fn stopped_within_epochs_and_resumed() {
    for steps in [
        "checkpoint_steps = 5",
        "checkpoint_steps = 7\nsteps_per_epoch = 9",
    ] {
        let whole = tempfile::tempdir().expect("a folder");
        let undisturbed = go(&whole.path().join("run"), steps, false, None, is_checkpoint);
        assert!(!undisturbed.history.is_empty());
        for stop_at in [1, 2, 3] {
            let dir = tempfile::tempdir().expect("a folder");
            let folder = dir.path().join("run");
            let first = go(&folder, steps, false, Some(stop_at), is_checkpoint);
            assert_eq!(first.ended, "interrupted", "{stop_at}");
            let second = go(&folder, steps, true, None, is_checkpoint);
            let what = format!("{steps}, stopped after checkpoint {stop_at}");
            assert_eq!(second.ended, undisturbed.ended, "{what}");
            assert_eq!(second.history, undisturbed.history, "{what}");
            assert_eq!(second.test, undisturbed.test, "{what}");
            same(&whole.path().join("run"), &folder, &what);
        }
    }
}

#[test]
fn averages_sums_of_gradients_and_scales_go_on() {
    let steps = "checkpoint_steps = 4";
    let run = |folder: &Path, resume: bool, stop_at: Option<usize>| {
        go_with(AVERAGED, folder, steps, resume, stop_at, is_checkpoint)
    };
    let whole = tempfile::tempdir().expect("a folder");
    let undisturbed = run(&whole.path().join("run"), false, None);
    for stop_at in [1, 2, 5] {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = dir.path().join("run");
        assert_eq!(run(&folder, false, Some(stop_at)).ended, "interrupted");
        let second = run(&folder, true, None);
        let what = format!("averaged, stopped after checkpoint {stop_at}");
        assert_eq!(second.history, undisturbed.history, "{what}");
        assert_eq!(second.test, undisturbed.test, "{what}");
        same(&whole.path().join("run"), &folder, &what);
    }
}

#[test]
fn stopped_again_and_again() {
    let whole = tempfile::tempdir().expect("a folder");
    let steps = "checkpoint_steps = 3";
    let undisturbed = go(&whole.path().join("run"), steps, false, None, is_checkpoint);
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("run");
    let mut report = go(&folder, steps, false, Some(1), is_checkpoint);
    let mut stops = 1;
    while report.ended == "interrupted" {
        report = go(&folder, steps, true, Some(2), is_checkpoint);
        stops += 1;
        assert!(stops < 100, "no end");
    }
    assert!(stops > 3, "{stops}");
    assert_eq!(
        (report.ended.as_str(), &report.history),
        (undisturbed.ended.as_str(), &undisturbed.history)
    );
    same(
        &whole.path().join("run"),
        &folder,
        "stopped again and again",
    );
    let nothing = go(&folder, steps, true, None, is_checkpoint);
    assert_eq!(nothing.ended, "already done");
    same(&whole.path().join("run"), &folder, "resumed when done");
}

#[test]
fn stopped_between_epochs_and_resumed() {
    let whole = tempfile::tempdir().expect("a folder");
    let undisturbed = go(&whole.path().join("run"), "", false, None, is_epoch_end);
    for stop_at in [1, 3] {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = dir.path().join("run");
        assert_eq!(
            go(&folder, "", false, Some(stop_at), is_epoch_end).ended,
            "interrupted"
        );
        let second = go(&folder, "", true, None, is_epoch_end);
        assert_eq!(
            (&second.ended, &second.history),
            (&undisturbed.ended, &undisturbed.history)
        );
        same(
            &whole.path().join("run"),
            &folder,
            &format!("stopped after epoch {stop_at}"),
        );
    }
}

/// As if killed: the folder is put back to what it was at an earlier moment, with events beyond the checkpoint.
#[test]
fn killed_with_events_after_the_checkpoint() {
    let whole = tempfile::tempdir().expect("a folder");
    let steps = "checkpoint_steps = 5";
    let undisturbed = go(&whole.path().join("run"), steps, false, None, is_checkpoint);
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("run");
    go(&folder, steps, false, Some(2), is_checkpoint);
    let old = std::fs::read(folder.join("checkpoint.regimen")).expect("a checkpoint");
    go(&folder, steps, true, Some(3), is_checkpoint);
    std::fs::write(folder.join("checkpoint.regimen"), old).expect("writes");
    // The last line may be cut in the middle.
    let path = folder.join("events.jsonl");
    let mut events = std::fs::read_to_string(&path).expect("events");
    events.push_str("{\"event\": \"epoch_e");
    std::fs::write(&path, events).expect("writes");
    let report = go(&folder, steps, true, None, is_checkpoint);
    assert_eq!(
        (&report.ended, &report.history),
        (&undisturbed.ended, &undisturbed.history)
    );
    same(&whole.path().join("run"), &folder, "killed");
}
