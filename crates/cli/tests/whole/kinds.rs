//! `regimen evaluate` and `regimen predict` on every kind of data: folders, pipes, archives of arrays, checkpoints.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use regimen::data::{Array, write_npy};
use serde_json::Value;

use crate::program::{regimen, run};

/// Pictures of 2 by 2 pixels.
const RED: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0,
    0, 0, 253, 212, 154, 115, 0, 0, 0, 22, 73, 68, 65, 84, 120, 218, 99, 60, 193, 192, 192, 192,
    192, 192, 196, 192, 192, 192, 192, 192, 0, 0, 10, 82, 0, 204, 82, 251, 233, 11, 0, 0, 0, 0, 73,
    69, 78, 68, 174, 66, 96, 130,
];
const BLUE: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0,
    0, 0, 253, 212, 154, 115, 0, 0, 0, 22, 73, 68, 65, 84, 120, 218, 99, 100, 96, 56, 193, 192,
    192, 192, 196, 192, 192, 192, 192, 192, 0, 0, 8, 194, 0, 204, 216, 53, 96, 19, 0, 0, 0, 0, 73,
    69, 78, 68, 174, 66, 96, 130,
];

const REST: &str = r#"
[compile]
optimizer = { class_name = "Adam", learning_rate = 0.05 }
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]

[fit]
epochs = 20
batch_size = 4

[[callbacks]]
class_name = "ModelCheckpoint"
filepath = "kept/best.regimen"
"#;

const TEXTS: &str = r#"[data]
texts = "reviews"
split = { train = 1.0, validation = 0.0, test = 0.0 }
inputs = [{ kind = "text", column = "text", length = 3 }]

[[model.layers]]
class_name = "Embedding"
input_dim = 30
output_dim = 8

[[model.layers]]
class_name = "GlobalAveragePooling1D"

[[model.layers]]
class_name = "Dense"
units = 2
activation = "softmax"
"#;

const IMAGES: &str = r#"[data]
images = { path = "pictures", size = [2, 2] }
scale = "min_max"
split = { train = 1.0, validation = 0.0, test = 0.0 }

[[model.layers]]
class_name = "Flatten"

[[model.layers]]
class_name = "Dense"
units = 2
activation = "softmax"
"#;

fn put(dir: &Path, name: &str, bytes: &[u8]) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// A folder with a run named `run` of this file.
fn trained(file: &str, fill: impl Fn(&Path)) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fill(dir.path());
    put(dir.path(), "run.toml", format!("{file}{REST}").as_bytes());
    run(dir.path(), &["train", "run.toml", "--out", "run"]).with(0);
    dir
}

fn texts() -> tempfile::TempDir {
    trained(TEXTS, |dir| {
        for i in 0..8 {
            put(dir, &format!("reviews/neg/{i}.txt"), b"bad poor");
            put(dir, &format!("reviews/pos/{i}.txt"), b"fine nice");
        }
    })
}

fn images() -> tempfile::TempDir {
    trained(IMAGES, |dir| {
        for i in 0..8 {
            put(dir, &format!("pictures/red/{i}.png"), RED);
            put(dir, &format!("pictures/blue/{i}.png"), BLUE);
        }
    })
}

/// `file` and `predicted` of each row.
fn predicted(out: &str) -> Vec<[&str; 2]> {
    let rows = out.lines().skip(1).map(|line| line.split(','));
    rows.map(|mut cells| [cells.next().unwrap(), cells.next().unwrap()])
        .collect()
}

#[test]
fn texts_of_a_folder_and_alone() {
    let dir = texts();
    let at = dir.path();
    put(at, "new/b.txt", b"fine zebra");
    put(at, "new/a.txt", b"poor");
    let ended = run(at, &["predict", "run", "new"]).with(0);
    assert!(
        ended.out.starts_with("file,predicted,p_neg,p_pos\n"),
        "{}",
        ended.out
    );
    assert_eq!(predicted(&ended.out), [["a.txt", "neg"], ["b.txt", "pos"]]);
    let note = "note: new: 1 of 3 words of `text` (33.3 %) are unknown, such as `zebra`\n";
    assert_eq!(ended.err, note);
    let ended = run(at, &["predict", "run", "new/b.txt"]).with(0);
    assert_eq!(predicted(&ended.out), [["b.txt", "pos"]]);
    // A table with a column `text` does as well.
    put(at, "new.csv", b"text\nbad\n");
    let ended = run(at, &["predict", "run", "new.csv"]).with(0);
    assert!(ended.out.contains("\nneg,"), "{}", ended.out);
    let ended = run(at, &["evaluate", "run", "reviews", "--json"]).with(0);
    let found: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(
        (&found["accuracy"], &found["details"]["rows"]),
        (&1.0.into(), &16.into())
    );
    for (args, what) in [
        (
            ["evaluate", "run", "new"],
            "its 2 texts (.txt) lie in no folder of the run's classes",
        ),
        (["evaluate", "run", "new/a.txt"], "one file has no class"),
        (["predict", "run", "kept"], "cannot be read"),
        (["predict", "run", "run"], "there are no texts (.txt) in it"),
        (
            ["predict", "run", "x.png"],
            "an image, but the run learned from texts",
        ),
    ] {
        let ended = run(at, &args).with(1);
        assert!(ended.err.contains(what), "{args:?}: {}", ended.err);
    }
    put(at, "reviews/posi/1.txt", b"fine");
    let ended = run(at, &["evaluate", "run", "reviews"]).with(1);
    let text = "its folder `posi` is none of the run's classes (neg, pos); did you mean `pos`?";
    assert!(ended.err.contains(text), "{}", ended.err);
}

#[test]
fn images_of_a_folder_and_alone() {
    let dir = images();
    let at = dir.path();
    put(at, "new/sub/r.png", RED);
    put(at, "new/b.png", BLUE);
    let ended = run(at, &["predict", "run", "new", "--out", "p.csv"]).with(0);
    assert_eq!(ended.err, "note: 2 rows written to p.csv\n");
    let out = fs::read_to_string(at.join("p.csv")).unwrap();
    assert_eq!(predicted(&out), [["b.png", "blue"], ["sub/r.png", "red"]]);
    let ended = run(at, &["predict", "run", "new/b.png"]).with(0);
    assert_eq!(predicted(&ended.out), [["b.png", "blue"]]);
    let ended = run(at, &["evaluate", "run", "pictures", "--json"]).with(0);
    let found: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(found["accuracy"], 1.0);
    put(at, "t.csv", b"a\n1\n");
    put(at, "bad/x.png", &RED[..40]);
    for (data, what) in [
        (
            "t.csv",
            "no image by its name, but the run learned from images; give a folder",
        ),
        ("bad", "bad: x.png does not decode as an image"),
        ("none", "none cannot be read"),
        ("run", "there are no images"),
    ] {
        let ended = run(at, &["predict", "run", data]).with(1);
        assert!(ended.err.contains(what), "{data}: {}", ended.err);
    }
}

#[test]
fn tables_come_through_a_pipe_and_checkpoints_stand_for_their_run() {
    let file = "[data]\ncsv = \"t.csv\"\nlabel = \"y\"\n\
                [[model.layers]]\nclass_name = \"Dense\"\nunits = 2\nactivation = \"softmax\"\n";
    let rows: String = (0..40).map(|i| format!("{},{}\n", i % 4, i % 2)).collect();
    let table = format!("a,y\n{rows}");
    let dir = trained(file, |dir| put(dir, "t.csv", table.as_bytes()));
    let at = dir.path();
    let piped = |args: &[&str], text: &str| {
        let mut child = regimen(at, args).stdin(Stdio::piped()).spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        let ended = child.wait_with_output().unwrap();
        assert!(
            ended.status.success(),
            "{}",
            String::from_utf8_lossy(&ended.stderr)
        );
        String::from_utf8(ended.stdout).unwrap()
    };
    let plain = run(at, &["predict", "run", "t.csv"]).with(0).out;
    assert_eq!(piped(&["predict", "run", "-"], &table), plain);
    let found = piped(&["evaluate", "run", "-"], &table);
    assert!(
        found.starts_with("Evaluated standard input: 40 rows\n"),
        "{found}"
    );

    for (model, weights) in [
        (
            "run/checkpoint.regimen",
            "checkpoint.regimen, after epoch 20",
        ),
        (
            "run/kept/best.regimen",
            "best.regimen, after 7 batches of epoch 20",
        ),
    ] {
        let ended = run(at, &["evaluate", model]).with(0);
        assert!(
            ended.out.contains(&format!("Weights: {weights}\n")),
            "{}",
            ended.out
        );
        assert_eq!(run(at, &["predict", model, "t.csv"]).with(0).out, plain);
    }
    let both = [
        "predict",
        "run/kept/best.regimen",
        "t.csv",
        "--checkpoint",
        "x",
    ];
    let ended = run(at, &both).with(2);
    assert!(
        ended.err.contains("RUN is a checkpoint already"),
        "{}",
        ended.err
    );
    fs::copy(at.join("run/kept/best.regimen"), at.join("alone.regimen")).unwrap();
    let ended = run(at, &["predict", "alone.regimen", "t.csv"]).with(1);
    assert!(
        ended.err.contains("no spec.json and preprocessing.json"),
        "{}",
        ended.err
    );
    let ended = run(at, &["predict", "run/spec.json", "t.csv"]).with(1);
    assert!(
        ended.err.contains("not a Regimen checkpoint"),
        "{}",
        ended.err
    );

    put(at, "new/a.txt", b"x");
    put(
        at,
        "x.npy",
        &write_npy(&Array::f32(vec![1, 3], vec![1.0; 3])),
    );
    for (data, what) in [
        (
            "new",
            "new: a folder, but the run learned from the columns `a`; give a table (.csv)",
        ),
        (
            "x.png",
            "x.png: an image, but the run learned from the columns `a`",
        ),
        (
            "x.npy",
            "x.npy has shape (1, 3); expected rows of shape (1,)",
        ),
        ("x.npz", "x.npz cannot be read"),
    ] {
        let ended = run(at, &["predict", "run", data]).with(1);
        assert!(ended.err.contains(what), "{data}: {}", ended.err);
    }
}

/// Arrays of NumPy in an archive without compression.
pub fn npz(arrays: &[(&str, Array)]) -> Vec<u8> {
    let (mut all, mut directory) = (vec![], vec![]);
    for (name, array) in arrays {
        let (name, bytes) = (format!("{name}.npy"), write_npy(array));
        let mut fields = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        fields.extend(crc32(&bytes).to_le_bytes());
        fields.extend([(bytes.len() as u32).to_le_bytes(); 2].concat());
        fields.extend((name.len() as u32).to_le_bytes());
        let at = (all.len() as u32).to_le_bytes();
        directory.extend(
            [
                &b"PK\x01\x02\x14\0"[..],
                &fields,
                &[0; 10],
                &at,
                name.as_bytes(),
            ]
            .concat(),
        );
        all.extend([&b"PK\x03\x04"[..], &fields, name.as_bytes(), &bytes].concat());
    }
    let count = [(arrays.len() as u16).to_le_bytes(); 2].concat();
    let place = [
        (directory.len() as u32).to_le_bytes(),
        (all.len() as u32).to_le_bytes(),
    ]
    .concat();
    [
        all,
        directory,
        b"PK\x05\x06\0\0\0\0".to_vec(),
        count,
        place,
        vec![0; 2],
    ]
    .concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    let bit = |sum: u32, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1));
    !bytes.iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), bit)
    })
}

#[test]
fn what_a_run_of_arrays_cannot_take() {
    let file = "[data]\nnpz = { path = \"t.npz\", x = \"x\", y = \"y\" }\n\
                [[model.layers]]\nclass_name = \"Dense\"\nunits = 2\nactivation = \"softmax\"\n";
    let x = || Array::f32(vec![40, 3], (0..120).map(|i| (i % 7) as f32).collect());
    let y = || Array::i32(vec![40], (0..40).map(|i| i % 2).collect());
    let dir = trained(file, |dir| {
        put(dir, "t.npz", &npz(&[("x", x()), ("y", y())]))
    });
    let at = dir.path();
    put(at, "x.npz", &npz(&[("x", x())]));
    put(at, "y.npy", &write_npy(&y()));
    put(
        at,
        "row.npy",
        &write_npy(&Array::f32(vec![3], vec![1.0; 3])),
    );
    run(at, &["evaluate", "run", "x.npz", "--labels", "y.npy"]).with(0);
    run(at, &["evaluate", "run", "t.npz"]).with(0);
    run(at, &["predict", "run", "t.npz"]).with(0);
    for (args, what) in [
        (
            &["evaluate", "run", "t.npz", "--labels", "y.npy"][..],
            "y.npy holds labels, too; leave out --labels",
        ),
        (
            &["predict", "run", "row.npy"],
            "row.npy has shape (3,); expected (N, 3) for N rows",
        ),
        (
            &["predict", "run", "-"],
            "standard input: a table comes through a pipe, but the run learned from arrays",
        ),
        (
            &["predict", "run/spec.json", "x.npz"],
            "not a Regimen checkpoint: it begins with other bytes; give the run folder",
        ),
    ] {
        let ended = run(at, args).with(1);
        assert!(ended.err.contains(what), "{args:?}: {}", ended.err);
        assert!(!ended.err.contains("remove it"), "{}", ended.err);
    }
    let whole = fs::read(at.join("run/checkpoint.regimen")).unwrap();
    put(at, "run/cut.regimen", &whole[..whole.len() / 2]);
    let ended = run(
        at,
        &["predict", "run", "x.npz", "--checkpoint", "cut.regimen"],
    )
    .with(1);
    assert!(
        ended.err.contains("name another one with --checkpoint"),
        "{}",
        ended.err
    );
}
