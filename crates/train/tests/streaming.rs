//! Rows that stay on disk train with the bits of rows in memory.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use regimen_cpu::{CpuEngine, CpuOptions};
use regimen_data::{Array, write_npy};
use regimen_run::{Event, RunSpec};
use regimen_train::run::{RunOptions, RunReport, Trained, TrainedOptions, train};

/// A run of a small classifier; `DATA` and `FIT` stand for what a test says.
const SPEC: &str = r#"
seed = 3
[data]
DATA
[[model.layers]]
class_name = "Flatten"
[[model.layers]]
class_name = "Dense"
units = 6
activation = "tanh"
[[model.layers]]
class_name = "Dropout"
rate = 0.2
[[model.layers]]
class_name = "Dense"
units = 3
activation = "softmax"
[compile]
optimizer = "adam"
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]
[fit]
epochs = 3
batch_size = 8
checkpoint_steps = 4
FIT
"#;

/// A folder with arrays of rows of shape (2, 3), all different, and their labels of 0 to 2.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, rows, step) in [("", 83, 37), ("_val", 21, 41), ("_test", 19, 43)] {
        let x: Vec<f32> = (0..rows * 6)
            .map(|i| ((i * step % 229) as f32 - 99.0) / 7.0)
            .collect();
        let y: Vec<i32> = (0..rows).map(|i| (i * 5 % 7 % 3) as i32).collect();
        put(
            dir.path(),
            &format!("x{name}"),
            &Array::f32(vec![rows, 2, 3], x),
        );
        put(dir.path(), &format!("y{name}"), &Array::i32(vec![rows], y));
    }
    dir
}

fn put(dir: &Path, name: &str, array: &Array) {
    std::fs::write(dir.join(format!("{name}.npy")), write_npy(array)).unwrap();
}

/// How a run is run, and what stops it.
#[derive(Clone, Copy, Default)]
struct Way<'a> {
    stream: bool,
    resume: bool,
    /// After so many checkpoints.
    stop: Option<usize>,
    memory: Option<u64>,
    run: &'a str,
}

fn go(dir: &Path, spec: &str, way: Way<'_>) -> Result<RunReport, String> {
    let text = spec.replace("[data]", &format!("[data]\nstream = {}", way.stream));
    let text = match way.memory {
        Some(_) => text.replace("stream = false", ""),
        None => text,
    };
    let (spec, map) = RunSpec::from_toml(&text, "run.toml").expect("a spec");
    let interrupt = Arc::new(AtomicBool::new(false));
    let options = RunOptions {
        folder: Some(dir.join(way.run)),
        resume: way.resume,
        interrupt: interrupt.clone(),
        max_memory: way.memory,
        ..RunOptions::default()
    };
    let engine = CpuEngine::new(CpuOptions {
        threads: Some(1),
        ..CpuOptions::default()
    });
    let mut checkpoints = 0;
    let mut watch = |event: &Event| {
        checkpoints += usize::from(matches!(event, Event::Checkpoint { .. }));
        if way.stop == Some(checkpoints) {
            interrupt.store(true, Ordering::Relaxed);
        }
    };
    let file = dir.join("run.toml");
    train(&spec, &map, &file, &engine, &options, &mut watch).map_err(|e| e.to_string())
}

fn good(dir: &Path, spec: &str, way: Way<'_>) -> RunReport {
    go(dir, spec, way).unwrap_or_else(|e| panic!("{e}"))
}

fn checkpoint(dir: &Path, run: &str) -> Vec<u8> {
    std::fs::read(dir.join(run).join("checkpoint.regimen")).expect("a checkpoint")
}

/// Trains in memory, streaming, streaming with a break in the middle of an epoch, and first in memory and then
/// streaming: all leave the same.
fn same(spec: &str) {
    same_in(folder().path(), spec);
}

fn same_in(dir: &Path, spec: &str) {
    let plain = good(
        dir,
        spec,
        Way {
            run: "plain",
            ..Way::default()
        },
    );
    let streamed = Way {
        stream: true,
        ..Way::default()
    };
    let found = good(
        dir,
        spec,
        Way {
            run: "streamed",
            ..streamed
        },
    );
    assert_eq!((&found.history, &found.test), (&plain.history, &plain.test));
    let expected = checkpoint(dir, "plain");
    assert!(
        checkpoint(dir, "streamed") == expected,
        "another checkpoint"
    );
    for (run, stream) in [("broken", true), ("changed", false)] {
        let stopped = good(
            dir,
            spec,
            Way {
                run,
                stream,
                stop: Some(2),
                ..Way::default()
            },
        );
        assert_eq!(stopped.ended, "interrupted");
        let found = good(
            dir,
            spec,
            Way {
                run,
                resume: true,
                ..streamed
            },
        );
        assert_eq!((&found.history, &found.test), (&plain.history, &plain.test));
        assert!(
            checkpoint(dir, run) == expected,
            "{run}: another checkpoint"
        );
    }
}

fn spec(data: &str, fit: &str) -> String {
    SPEC.replace("DATA", data).replace("FIT", fit)
}

const FILES: &str = "npy = { x = \"x.npy\", y = \"y.npy\", x_val = \"x_val.npy\", y_val = \"y_val.npy\", \
                     x_test = \"x_test.npy\", y_test = \"y_test.npy\" }";
const ONE: &str = "npy = { x = \"x.npy\", y = \"y.npy\" }";

#[test]
fn files_of_each_part() {
    same(&spec(FILES, ""));
    same(&spec(
        &format!("{FILES}\nscale = \"min_max\""),
        "shuffle = false\nsteps_per_epoch = 7",
    ));
}

#[test]
fn one_file_split_scaled_and_weighted() {
    same(&spec(
        &format!("{ONE}\nscale = \"standard\""),
        "class_weight = { 0 = 2.0, 2 = 0.5 }",
    ));
}

#[test]
fn one_file_stratified_and_balanced() {
    same(&spec(
        &format!("{ONE}\nsplit = {{ by = \"stratified\" }}\nbalance = \"upsample\""),
        "",
    ));
    same(&spec(&format!("{ONE}\nbalance = \"downsample\""), ""));
}

#[test]
fn validation_cut_by_fit() {
    same(&spec(
        &format!("{ONE}\nscale = \"standard\""),
        "validation_split = 0.2",
    ));
}

/// A zip of small pictures in two folders, with both ways of packing.
fn pictures() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    for i in 0..70u8 {
        let grey = image::GrayImage::from_fn(3, 3, |x, y| image::Luma([i * 3 + (x * y) as u8]));
        let mut png = std::io::Cursor::new(vec![]);
        grey.write_to(&mut png, image::ImageFormat::Png).unwrap();
        let method = match i % 2 {
            0 => zip::CompressionMethod::Stored,
            _ => zip::CompressionMethod::Deflated,
        };
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        let name = format!("{}/{i}.png", ["a", "b", "c"][usize::from(i) % 3]);
        zip.start_file(name, options).unwrap();
        std::io::Write::write_all(&mut zip, &png.into_inner()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn images_of_an_archive() {
    let dir = folder();
    std::fs::write(dir.path().join("i.zip"), pictures()).unwrap();
    let images = "images = { path = \"i.zip\", size = [2, 4], channels = 1 }\nscale = \"standard\"";
    same_in(dir.path(), &spec(images, ""));
    let images = &format!(
        "{images}\naugment = [{{ kind = \"flip\" }}, {{ kind = \"contrast\", factor = 0.3 }}]"
    );
    let images = format!("{images}\nsplit = {{ by = \"stratified\" }}\nbalance = \"upsample\"");
    std::fs::remove_dir_all(dir.path().join("plain")).unwrap();
    for run in ["streamed", "broken", "changed"] {
        std::fs::remove_dir_all(dir.path().join(run)).unwrap();
    }
    same_in(dir.path(), &spec(&images, "class_weight = { c = 3.0 }"));
}

#[test]
fn ids_for_an_embedding_are_checked_on_disk_too() {
    let dir = folder();
    let dir = dir.path();
    let ids: Vec<i32> = (0..83 * 4).map(|i| i * 7 % 50).collect();
    put(dir, "x", &Array::i32(vec![83, 4], ids));
    let spec = spec(ONE, "").replacen(
        "[[model.layers]]",
        "[[model.layers]]\nclass_name = \"Embedding\"\ninput_dim = ROWS\noutput_dim = 3\n[[model.layers]]",
        1,
    );
    let plain = good(
        dir,
        &spec.replace("ROWS", "50"),
        Way {
            run: "plain",
            ..Way::default()
        },
    );
    let way = Way {
        stream: true,
        run: "streamed",
        ..Way::default()
    };
    let streamed = good(dir, &spec.replace("ROWS", "50"), way);
    assert_eq!(streamed.history, plain.history);
    assert!(checkpoint(dir, "streamed") == checkpoint(dir, "plain"));
    let words = go(
        dir,
        &spec.replace("ROWS", "49"),
        Way {
            run: "small",
            ..way
        },
    )
    .unwrap_err();
    assert!(words.contains("the data has ids up to 49"), "{words}");
}

#[test]
fn what_does_not_fit_into_memory_is_streamed_and_said_so() {
    let dir = folder();
    let dir = dir.path();
    let x: Vec<f32> = (0..83 * 6000).map(|i| (i % 251) as f32 / 100.0).collect();
    put(dir, "x", &Array::f32(vec![83, 2, 3000], x));
    let spec = spec(ONE, "epochs = 1").replace("epochs = 3\n", "");
    let plain = good(
        dir,
        &spec,
        Way {
            run: "plain",
            ..Way::default()
        },
    );
    let way = Way {
        memory: Some(4 << 20),
        run: "streamed",
        ..Way::default()
    };
    let streamed = good(dir, &spec, way);
    assert_eq!(streamed.history, plain.history);
    assert!(checkpoint(dir, "streamed") == checkpoint(dir, "plain"));
    let events = std::fs::read_to_string(dir.join("streamed/events.jsonl")).unwrap();
    assert!(
        events.contains("rows are streamed from disk: the arrays of data.npy"),
        "{events}"
    );
}

#[test]
fn a_file_cut_short_while_training_ends_the_run_which_goes_on_when_it_is_back() {
    let dir = folder();
    let dir = dir.path();
    let spec = spec(ONE, "");
    let plain = good(
        dir,
        &spec,
        Way {
            run: "plain",
            ..Way::default()
        },
    );
    let (whole, x) = (std::fs::read(dir.join("x.npy")).unwrap(), dir.join("x.npy"));
    let (text, file) = (
        spec.replace("[data]", "[data]\nstream = true"),
        dir.join("run.toml"),
    );
    let (parsed, map) = RunSpec::from_toml(&text, "run.toml").expect("a spec");
    let options = RunOptions {
        folder: Some(dir.join("cut")),
        ..RunOptions::default()
    };
    let engine = CpuEngine::new(CpuOptions::default());
    let mut watch = |event: &Event| {
        if matches!(event, Event::EpochEnd { epoch: 0, .. }) {
            let file = std::fs::OpenOptions::new().write(true).open(&x).unwrap();
            file.set_len(300).unwrap();
        }
    };
    let error = train(&parsed, &map, &file, &engine, &options, &mut watch).unwrap_err();
    let words = error.to_string();
    assert!(words.contains("x.npy cannot be read: row "), "{words}");
    assert!(words.contains("cut short"), "{words}");
    std::fs::write(&x, whole).unwrap();
    let way = Way {
        stream: true,
        resume: true,
        run: "cut",
        ..Way::default()
    };
    let found = good(dir, &spec, way);
    assert_eq!((&found.history, &found.test), (&plain.history, &plain.test));
    assert!(checkpoint(dir, "cut") == checkpoint(dir, "plain"));
}

#[test]
fn a_streamed_run_is_evaluated_and_predicts_as_one_in_memory() {
    let dir = folder();
    let dir = dir.path();
    let spec = spec(FILES, "");
    let engine = CpuEngine::new(CpuOptions::default());
    let found = [("plain", false), ("streamed", true)].map(|(run, stream)| {
        good(
            dir,
            &spec,
            Way {
                stream,
                run,
                ..Way::default()
            },
        );
        let mut trained =
            Trained::open(&dir.join(run), &engine, &TrainedOptions::default()).unwrap();
        let rows = trained.held_out().unwrap();
        assert_eq!(rows.arrays.stored.is_some(), stream);
        (
            trained.evaluate(&rows).unwrap(),
            trained.predict(&rows).unwrap(),
        )
    });
    assert_eq!(found[0], found[1]);
}
