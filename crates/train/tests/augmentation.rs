//! Augmentation in whole runs: training rows alone are changed, in every pass anew, with the same bits on any number of
//! threads, from memory and from disk, and after a resume in the middle of an epoch.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_data::{Array, write_npy};
use regimen_run::event::Logs;
use regimen_run::{Event, RunSpec};
use regimen_save::Checkpoint;
use regimen_train::run::{RunOptions, RunReport, train};

const STEPS: &str = r#"
[[data.augment]]
kind = "flip"
mode = "horizontal"
[[data.augment]]
kind = "shift"
height_factor = 0.2
width_factor = 0.2
[[data.augment]]
kind = "rotate"
factor = 0.1
fill_mode = "constant"
[[data.augment]]
kind = "zoom"
height_factor = 0.2
[[data.augment]]
kind = "contrast"
factor = 0.3
"#;

const IMAGES: &str = r#"
seed = 3
[data]
npy = { x = "x.npy", y = "y.npy" }
split = { train = 0.6, validation = 0.2, test = 0.2 }
AUGMENT
[[model.layers]]
class_name = "Conv2D"
filters = 3
kernel_size = 3
[[model.layers]]
class_name = "Flatten"
[[model.layers]]
class_name = "Dense"
units = 2
activation = "softmax"
[compile]
optimizer = { class_name = "SGD", learning_rate = RATE }
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]
[fit]
epochs = 3
batch_size = 8
shuffle = false
checkpoint_steps = 1
"#;

const TEXTS: &str = r#"
seed = 3
[data]
csv = "t.csv"
label = "y"
inputs = [{ kind = "text", column = "words", length = 6 }]
split = { train = 0.6, validation = 0.2, test = 0.2 }
AUGMENT
[[model.layers]]
class_name = "Embedding"
input_dim = 20
output_dim = 4
mask_zero = true
[[model.layers]]
class_name = "LSTM"
units = 3
[[model.layers]]
class_name = "Dense"
units = 1
[compile]
optimizer = { class_name = "SGD", learning_rate = RATE }
loss = "mse"
[fit]
epochs = 3
batch_size = 8
shuffle = false
"#;

/// 60 pictures of stripes, and 60 texts.
fn data(folder: &Path) {
    let write = |name: &str, array: Array| {
        std::fs::write(folder.join(name), write_npy(&array)).expect("a file");
    };
    let pixel = |i: usize| ((i % 36) * (i / 36 % 5 + 1) % 7) as f32 - 3.0;
    let x = (0..60 * 36).map(pixel).collect();
    write("x.npy", Array::f32(vec![60, 6, 6, 1], x));
    let y = (0..60).map(|i| i % 2).collect();
    write("y.npy", Array::i32(vec![60], y));
    let words = ["sun", "rain", "wind", "snow", "hail"];
    let text = |i: usize| -> Vec<&str> { (0..3 + i % 4).map(|k| words[(i + k * k) % 5]).collect() };
    let row = |i: usize| format!("{},{}\n", text(i).join(" "), i % 3);
    let table: String = (0..60).map(row).collect();
    std::fs::write(folder.join("t.csv"), format!("words,y\n{table}")).expect("a file");
}

/// How a run goes.
struct How {
    threads: usize,
    resume: bool,
    /// Interrupted after so many checkpoints.
    stop_at: Option<usize>,
}

const PLAINLY: How = How {
    threads: 2,
    resume: false,
    stop_at: None,
};

fn go(folder: &Path, spec: &str, how: &How) -> RunReport {
    let file = folder.join("run.toml");
    let (spec, map) = RunSpec::from_toml(spec, &file.display().to_string()).expect("a spec");
    let interrupt = Arc::new(AtomicBool::new(false));
    let options = RunOptions {
        folder: Some(folder.join(format!("run{}", spec.name))),
        resume: how.resume,
        interrupt: interrupt.clone(),
        ..RunOptions::default()
    };
    let engine = CpuEngine::new(CpuOptions {
        threads: Some(how.threads),
        ..CpuOptions::default()
    });
    let mut seen = 0;
    let mut watch = |event: &Event| {
        seen += usize::from(matches!(event, Event::Checkpoint { .. }));
        if Some(seen) == how.stop_at {
            interrupt.store(true, Ordering::Relaxed);
        }
    };
    train(&spec, &map, &file, &engine, &options, &mut watch).unwrap_or_else(|e| panic!("{e}"))
}

/// A run of its own in a fresh folder.
fn alone(spec: &str, how: &How) -> (RunReport, Checkpoint) {
    let folder = tempfile::tempdir().expect("a folder");
    data(folder.path());
    let report = go(folder.path(), spec, how);
    (report, checkpoint(folder.path()))
}

fn checkpoint(folder: &Path) -> Checkpoint {
    let bytes = std::fs::read(folder.join("runrun").join("checkpoint.regimen"));
    Checkpoint::from_bytes(&bytes.expect("a checkpoint")).expect("a whole checkpoint")
}

fn values(history: &[Logs], name: &str) -> Vec<u64> {
    history.iter().map(|logs| logs[name].to_bits()).collect()
}

/// Without learning, the loss of unchanged rows is the same in every epoch.
fn only_training_rows_change(spec: &str, steps: &str) {
    let spec = spec.replace("RATE", "0.0");
    let (plain, _) = alone(&spec.replace("AUGMENT", ""), &PLAINLY);
    let (changed, _) = alone(&spec.replace("AUGMENT", steps), &PLAINLY);
    let still = values(&plain.history, "loss");
    assert!(still.iter().all(|loss| *loss == still[0]), "{still:?}");
    let moving = values(&changed.history, "loss");
    assert!(
        moving[0] != moving[1] && moving[1] != moving[2],
        "{moving:?}"
    );
    assert!(moving.iter().all(|loss| *loss != still[0]));
    let val_loss = values(&plain.history, "val_loss");
    assert_eq!(values(&changed.history, "val_loss"), val_loss);
    assert!(plain.test.is_some());
    assert_eq!(changed.test, plain.test);
}

#[test]
fn only_training_images_change() {
    only_training_rows_change(IMAGES, STEPS);
}

#[test]
fn only_training_texts_change() {
    let dropped = "[[data.augment]]\nkind = \"token_dropout\"\nrate = 0.3\nmode = \"remove\"\n";
    only_training_rows_change(TEXTS, dropped);
    let swapped = "[[data.augment]]\nkind = \"swap\"\nrate = 0.3\n";
    only_training_rows_change(TEXTS, swapped);
}

#[test]
fn threads_streams_and_a_resume_change_no_bit() {
    let spec = IMAGES.replace("RATE", "0.1").replace("AUGMENT", STEPS);
    let spec = spec.replace("shuffle = false", "shuffle = true");
    let (whole, state) = alone(&spec, &PLAINLY);
    for threads in [1, 3] {
        let (report, other) = alone(&spec, &How { threads, ..PLAINLY });
        assert_eq!(report.history, whole.history);
        assert_eq!(report.test, whole.test);
        assert_eq!(other.tensors, state.tensors);
    }
    let stored = spec.replace("[data]", "[data]\nstream = true");
    let (report, other) = alone(&stored, &PLAINLY);
    assert_eq!(report.history, whole.history);
    assert_eq!(other.tensors, state.tensors);
    // Five batches an epoch: stopped in the middle of the first and of the second.
    let folder = tempfile::tempdir().expect("a folder");
    data(folder.path());
    let begun = How {
        stop_at: Some(2),
        ..PLAINLY
    };
    assert_eq!(go(folder.path(), &spec, &begun).ended, "interrupted");
    let more = How {
        stop_at: Some(5),
        resume: true,
        threads: 1,
    };
    assert_eq!(go(folder.path(), &spec, &more).ended, "interrupted");
    let rest = How {
        resume: true,
        ..PLAINLY
    };
    let report = go(folder.path(), &spec, &rest);
    assert_eq!(report.ended, "finished");
    assert_eq!(report.history, whole.history);
    assert_eq!(report.test, whole.test);
    assert_eq!(checkpoint(folder.path()).tensors, state.tensors);
}
