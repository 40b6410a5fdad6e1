//! `regimen evaluate` and `regimen predict`: trained runs put to use.

use std::fs;
use std::path::Path;

use regimen::cpu::{CpuEngine, CpuOptions};
use regimen::data::{Array, LoadContext, parse_npy, write_npy};
use regimen::graph::{Data, Tensor};
use regimen::nn::layers::{Dense, Embedding, GlobalAveragePooling1D};
use regimen::nn::model::Sequential;
use regimen::run::spec::LabelEncoding;
use regimen::run::{Event, RunSpec};
use regimen::save::Checkpoint;
use regimen::train::{Arrays, CompileOptions, Trainer};
use serde_json::Value;

use crate::program::{events, example, run};

const TEXTS: &str = r#"[data]
csv = "texts.csv"
label = "mood"
split = { train = 1.0, validation = 0.0, test = 0.0, shuffle = false }

[[data.inputs]]
kind = "text"
column = "text"
length = 4

[[model.layers]]
class_name = "Embedding"
input_dim = 30
output_dim = 8

[[model.layers]]
class_name = "GlobalAveragePooling1D"

[[model.layers]]
class_name = "Dense"
units = 3
activation = "softmax"

[compile]
optimizer = { class_name = "Adam", learning_rate = 0.05 }
loss = "sparse_categorical_crossentropy"
metrics = ["accuracy"]

[fit]
epochs = 20
batch_size = 7
"#;

const NUMBERS: &str = r#"[data]
csv = "numbers.csv"
label = "y"
split = { train = 0.6, validation = 0.2, test = 0.2 }

[[data.inputs]]
kind = "numeric"
scale = "standard"

[[model.layers]]
class_name = "Dense"
units = 1

[compile]
optimizer = { class_name = "Adam", learning_rate = 0.1 }
loss = "mse"

[fit]
epochs = 30

[[callbacks]]
class_name = "ModelCheckpoint"
filepath = "best.regimen"
save_best_only = true
"#;

/// Texts of three moods, in which one word of four is telling.
fn texts() -> String {
    let moods = ["glad", "sad", "so-so"];
    let told = ["nice fine", "bad poor", "plain usual"];
    let row = |i: usize| {
        let word = told[i % 3].split(' ').nth(i / 3 % 2).unwrap_or_default();
        format!("\"a day, {word} w{}\",{}\n", i % 5, moods[i % 3])
    };
    format!("text,mood\n{}", (0..60).map(row).collect::<String>())
}

fn numbers() -> String {
    let row = |i: i32| {
        format!(
            "{},{}.5,{}\n",
            i % 7,
            (i * 5) % 11,
            3 * (i % 7) - (i * 5) % 11
        )
    };
    format!("a,b,y\n{}", (0..200).map(row).collect::<String>())
}

/// A folder with a run named `run` of this file on this table.
fn trained(file: &str, table: &str, text: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("run.toml"), file).unwrap();
    fs::write(dir.path().join(table), text).unwrap();
    run(dir.path(), &["train", "run.toml", "--out", "run"]).with(0);
    assert!(dir.path().join("run/preprocessing.json").is_file());
    dir
}

/// The cells of CSV without quotes, row by row.
fn cells(text: &str) -> Vec<Vec<&str>> {
    text.lines().map(|line| line.split(',').collect()).collect()
}

/// What the model of `TEXTS` gives for its own table, by the library alone.
fn by_hand(dir: &Path) -> Vec<f32> {
    let (spec, _) = RunSpec::from_path(&dir.join("run.toml")).unwrap();
    let context = LoadContext {
        base_dir: dir,
        data_dir: None,
        seed: spec.seed,
        default_encoding: LabelEncoding::Index,
        encodings: Default::default(),
        sample_weight_column: None,
        max_memory: None,
    };
    let data: Arrays = regimen::data::load(&spec.data, &context)
        .unwrap()
        .train
        .into();
    let model = Sequential::new()
        .add(Embedding::new(30usize, 8usize))
        .add(GlobalAveragePooling1D::new())
        .add(Dense::new(3usize).activation("softmax"))
        .build();
    let engine = CpuEngine::new(CpuOptions::default());
    let options = CompileOptions::new("adam", "sparse_categorical_crossentropy");
    let mut trainer = Trainer::new(&engine, model, &options, &data, 1).unwrap();
    let saved = fs::read(dir.join("run/checkpoint.regimen")).unwrap();
    let saved = Checkpoint::from_bytes(&saved).unwrap();
    let weights = trainer.weight_infos().iter().map(|w| w.path.clone());
    let weights = weights
        .map(|path| (path.clone(), saved.tensors[&path].clone()))
        .collect();
    trainer.set_weights(&weights).unwrap();
    let made: Vec<Tensor> = trainer.predict(&data.x, 13).unwrap();
    match &made[0].data {
        Data::F32(v) => v.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn predictions_of_the_training_table_are_those_of_the_library() {
    let dir = trained(TEXTS, "texts.csv", &texts());
    let ended = run(dir.path(), &["predict", "run", "texts.csv"]).with(0);
    assert_eq!(ended.err, "");
    let table = cells(&ended.out);
    assert_eq!(table[0], ["predicted", "p_glad", "p_sad", "p_so-so"]);
    let found: Vec<f32> = table[1..]
        .iter()
        .flat_map(|row| row[1..].iter().map(|p| p.parse().unwrap()))
        .collect();
    assert_eq!(found, by_hand(dir.path()));
    let written = texts();
    let right = table[1..]
        .iter()
        .zip(written.lines().skip(1))
        .filter(|(row, line)| line.ends_with(row[0]));
    assert!(right.count() > 55, "{}", ended.out);
    let ended = run(
        dir.path(),
        &["predict", "run", "texts.csv", "--out", "p.npy"],
    )
    .with(0);
    assert_eq!(
        (ended.out.as_str(), ended.err.as_str()),
        ("", "note: 60 rows written to p.npy\n")
    );
    let array = parse_npy(&fs::read(dir.path().join("p.npy")).unwrap()).unwrap();
    assert_eq!(array, Array::f32(vec![60, 3], found));
}

#[test]
fn new_rows_are_told_what_the_run_does_not_know() {
    let dir = trained(TEXTS, "texts.csv", &texts());
    let put = |text: &str| fs::write(dir.path().join("new.csv"), text).unwrap();
    put("id,text\n1,a nice zebra\n2,zebra zebra yak\n3,\n");
    let ended = run(
        dir.path(),
        &["predict", "run", "new.csv", "--out", "out.csv"],
    )
    .with(0);
    let notes: Vec<&str> = ended.err.lines().collect();
    assert_eq!(notes[0], "note: new.csv: 1 column is not used: `id`");
    assert_eq!(
        notes[1],
        "note: new.csv: 4 of 6 words of `text` (66.7 %) are unknown, such as `zebra`, `yak`"
    );
    assert_eq!(notes[2], "note: 3 rows written to out.csv");
    let written = fs::read_to_string(dir.path().join("out.csv")).unwrap();
    assert_eq!(cells(&written).len(), 4);
    put("id,txet\n1,a nice zebra\n");
    let ended = run(
        dir.path(),
        &["predict", "run", "new.csv", "--out", "out.csv"],
    )
    .with(1);
    assert!(
        ended
            .err
            .contains("new.csv has no column `text`; did you mean `txet`?"),
        "{}",
        ended.err
    );
    // What was written before stands.
    assert_eq!(
        fs::read_to_string(dir.path().join("out.csv")).unwrap(),
        written
    );
}

#[test]
fn faulty_calls_are_refused_before_any_work() {
    let dir = trained(TEXTS, "texts.csv", &texts());
    let ended = run(
        dir.path(),
        &["predict", "run", "texts.csv", "--out", "p.txt"],
    )
    .with(2);
    assert!(ended.err.contains(".csv or .npy"), "{}", ended.err);
    for (args, what) in [
        (&["predict", "run", "nowhere.csv"][..], "nowhere.csv"),
        (
            &["predict", "run.toml", "texts.csv"],
            "not a run folder but a file",
        ),
        (&["predict", ".", "texts.csv"], "not a run folder"),
        (
            &["predict", "run", "texts.csv", "--checkpoint", "x"],
            "there is no such file",
        ),
        (
            &["predict", "run", "texts.csv", "--checkpoint", "run.toml"],
            "not a Regimen checkpoint",
        ),
        (&["predict", "run", "x.npy"], "x.npy"),
        (&["evaluate", "run"], "neither a test nor a validation part"),
        (
            &["evaluate", "run", "texts.csv", "--labels", "y.npy"],
            "labels in a column",
        ),
    ] {
        let ended = run(dir.path(), args).with(1);
        assert!(ended.err.contains(what), "{args:?}: {}", ended.err);
    }
    fs::remove_file(dir.path().join("run/preprocessing.json")).unwrap();
    let ended = run(dir.path(), &["evaluate", "run"]).with(1);
    assert!(
        ended.err.contains("preprocessing.json: missing"),
        "{}",
        ended.err
    );
}

#[test]
fn the_held_out_part_of_changed_data_is_refused() {
    let dir = trained(NUMBERS, "numbers.csv", &numbers());
    let at = dir.path();
    run(at, &["evaluate", "run"]).with(0);
    // The same statistics and classes: two rows change places.
    let mut lines: Vec<String> = numbers().lines().map(str::to_owned).collect();
    lines.swap(1, 2);
    fs::write(at.join("numbers.csv"), lines.join("\n") + "\n").unwrap();
    for args in [
        &["evaluate", "run"][..],
        &["evaluate", "run", "--checkpoint", "best.regimen"],
    ] {
        let ended = run(at, args).with(1);
        let told = ended.err.contains("not what the run learned from")
            && ended.err.contains("name the DATA to use");
        assert!(told, "{args:?}: {}", ended.err);
    }
    run(at, &["evaluate", "run", "numbers.csv"]).with(0);
    fs::write(at.join("numbers.csv"), numbers()).unwrap();
    run(at, &["evaluate", "run"]).with(0);
}

#[test]
fn intervals_stay_within_their_range() {
    let file = NUMBERS
        .replace("label = \"y\"", "label = \"y\"\nlabel_encoding = \"index\"")
        .replace("units = 1", "units = 1\nactivation = \"sigmoid\"")
        .replace(
            "loss = \"mse\"",
            "loss = \"binary_crossentropy\"\nmetrics = [\"precision\", \"recall\", \"auc\"]",
        );
    let row = |i: i32| {
        format!(
            "{},{},{}\n",
            i % 17,
            i % 5,
            if i % 17 > 8 { "b" } else { "a" }
        )
    };
    let table = format!("a,b,y\n{}", (0..400).map(row).collect::<String>());
    let dir = trained(&file, "numbers.csv", &table);
    let at = dir.path();
    let evaluate = |data: &str| -> Value {
        let ended = run(at, &["evaluate", "run", data, "--json"]).with(0);
        serde_json::from_str(&ended.out).unwrap()
    };
    let found = evaluate("numbers.csv");
    for name in ["precision", "recall"] {
        let ends = &found["details"]["intervals"][name];
        let (low, high) = (ends[0].as_f64().unwrap(), ends[1].as_f64().unwrap());
        let value = found[name].as_f64().unwrap();
        assert!(
            low < value && value <= high + 1e-9 && high <= 1.0,
            "{name}: {ends}"
        );
    }
    let of_one = |i: i32| format!("{},{},b\n", i % 17, i % 5);
    let table = format!("a,b,y\n{}", (0..60).map(of_one).collect::<String>());
    fs::write(at.join("one.csv"), table).unwrap();
    assert!(evaluate("one.csv")["details"]["intervals"]["auc"].is_null());
}

#[test]
fn evaluation_of_other_rows_needs_their_labels() {
    let dir = trained(TEXTS, "texts.csv", &texts());
    let put = |text: &str| fs::write(dir.path().join("new.csv"), text).unwrap();
    put("mood,text\nglad,a nice day\n,a bad day\nsad,a poor day\n");
    let ended = run(dir.path(), &["evaluate", "run", "new.csv", "--json"]).with(0);
    assert!(
        ended
            .err
            .contains("1 of 3 rows are left out: they have no label"),
        "{}",
        ended.err
    );
    let found: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(found["accuracy"], 1.0);
    assert_eq!(found["details"]["rows"], 2);
    assert_eq!(found["details"]["data"], "new.csv");
    put("mood,text\nglat,a nice day\n");
    let ended = run(dir.path(), &["evaluate", "run", "new.csv"]).with(1);
    let text = "new.csv, line 2, column `mood`: `glat` is none of the run's classes (glad, sad, so-so); did you mean `glad`?";
    assert!(ended.err.contains(text), "{}", ended.err);
    put("text\na nice day\n");
    let ended = run(dir.path(), &["evaluate", "run", "new.csv"]).with(1);
    assert!(ended.err.contains("no column `mood`"), "{}", ended.err);
}

#[test]
fn the_held_out_part_gives_the_numbers_of_the_end_of_training() {
    let dir = tempfile::tempdir().unwrap();
    let file = example("digits.toml");
    run(
        dir.path(),
        &["train", &file, "--epochs", "3", "--out", "run"],
    )
    .with(0);
    let test = events(&dir.path().join("run"))
        .into_iter()
        .find_map(|event| match event {
            Event::RunEnd { test, .. } => test,
            _ => None,
        });
    let ended = run(dir.path(), &["evaluate", "run", "--json"]).with(0);
    let found: Value = serde_json::from_str(&ended.out).unwrap();
    for (name, value) in test.unwrap() {
        assert_eq!(found[&name].as_f64(), Some(value), "{name}");
    }
    let details = &found["details"];
    assert_eq!(details["data"], "the test part");
    assert_eq!(details["weights"], "checkpoint.regimen, after epoch 3");
    assert_eq!(details["classes"].as_array().unwrap().len(), 10);
    let sum = |v: &Value| {
        v.as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_u64().unwrap())
            .sum::<u64>()
    };
    let all: u64 = details["confusion"]
        .as_array()
        .unwrap()
        .iter()
        .map(sum)
        .sum();
    assert_eq!(all, details["rows"].as_u64().unwrap());
    for (name, interval) in details["intervals"].as_object().unwrap() {
        let (low, high) = (interval[0].as_f64().unwrap(), interval[1].as_f64().unwrap());
        let value = found[name].as_f64().unwrap();
        assert!(
            low <= value && value <= high,
            "{name}: {low} {value} {high}"
        );
    }
    let again = run(dir.path(), &["evaluate", "run", "--json", "--threads", "1"]).with(0);
    assert_eq!(again.out, ended.out);
    let words = run(dir.path(), &["evaluate", "run"]).with(0).out;
    assert!(words.starts_with("Evaluated the test part: "), "{words}");
    for part in [
        "Weights: checkpoint.regimen, after epoch 3\n",
        "95 % interval",
        "macro_f1",
        "precision",
        "true \\ predicted",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
}

#[test]
fn numbers_are_predicted_and_their_errors_measured() {
    let dir = trained(NUMBERS, "numbers.csv", &numbers());
    let ended = run(dir.path(), &["evaluate", "run", "--json"]).with(0);
    let found: Value = serde_json::from_str(&ended.out).unwrap();
    let value = |name: &str| found[name].as_f64().unwrap();
    assert!(
        (value("rmse").powi(2) - value("loss")).abs() < 1e-4 * value("loss"),
        "{found}"
    );
    assert!(value("mae") <= value("rmse") && value("r2") < 1.0);
    assert!(found["details"].get("classes").is_none());
    let csv = run(dir.path(), &["predict", "run", "numbers.csv"])
        .with(0)
        .out;
    assert!(csv.starts_with("predicted\n"), "{csv}");
    // The same rows as an array, in the columns' order.
    let rows = numbers();
    let x: Vec<f32> = cells(&rows)[1..]
        .iter()
        .flat_map(|row| row[..2].iter().map(|v| v.parse::<f32>().unwrap()))
        .collect();
    fs::write(
        dir.path().join("x.npy"),
        write_npy(&Array::f32(vec![200, 2], x)),
    )
    .unwrap();
    assert_eq!(
        run(dir.path(), &["predict", "run", "x.npy"]).with(0).out,
        csv
    );
    let y: Vec<f32> = cells(&rows)[1..]
        .iter()
        .map(|row| row[2].parse().unwrap())
        .collect();
    fs::write(
        dir.path().join("y.npy"),
        write_npy(&Array::f32(vec![200, 1], y)),
    )
    .unwrap();
    let arrays = run(
        dir.path(),
        &["evaluate", "run", "x.npy", "--labels", "y.npy", "--json"],
    )
    .with(0)
    .out;
    let table = run(dir.path(), &["evaluate", "run", "numbers.csv", "--json"])
        .with(0)
        .out;
    let arrays: Value = serde_json::from_str(&arrays).unwrap();
    let table: Value = serde_json::from_str(&table).unwrap();
    assert_eq!(arrays["loss"], table["loss"]);
    let ended = run(dir.path(), &["evaluate", "run", "x.npy"]).with(1);
    assert!(ended.err.contains("--labels"), "{}", ended.err);
}

#[test]
fn a_kept_checkpoint_can_be_named() {
    let dir = trained(NUMBERS, "numbers.csv", &numbers());
    let ended = run(
        dir.path(),
        &["evaluate", "run", "--checkpoint", "best.regimen"],
    )
    .with(0);
    assert!(
        ended.out.contains("Weights: best.regimen, after "),
        "{}",
        ended.out
    );
}

#[test]
fn a_run_goes_on_only_with_the_data_it_began_with() {
    let dir = trained(NUMBERS, "numbers.csv", &numbers());
    let before = fs::read(dir.path().join("run/preprocessing.json")).unwrap();
    let resume = [
        "train", "run.toml", "--out", "run", "--resume", "--epochs", "31",
    ];
    fs::write(
        dir.path().join("numbers.csv"),
        numbers().replace("1.5", "99.5"),
    )
    .unwrap();
    let ended = run(dir.path(), &resume).with(1);
    assert!(
        ended
            .err
            .contains("the data is not what the run began with"),
        "{}",
        ended.err
    );
    let ended = run(dir.path(), &["evaluate", "run"]).with(1);
    assert!(
        ended
            .err
            .contains("the data is not what the run learned from"),
        "{}",
        ended.err
    );
    fs::write(dir.path().join("numbers.csv"), numbers()).unwrap();
    run(dir.path(), &resume).with(0);
    assert_eq!(
        fs::read(dir.path().join("run/preprocessing.json")).unwrap(),
        before
    );
}

#[test]
fn rows_of_several_labels_are_predicted_and_judged_label_by_label() {
    let file = r#"[data]
csv = "tags.csv"
label = "tags"
label_separator = ";"
split = { train = 0.6, validation = 0.0, test = 0.4 }

[[model.layers]]
class_name = "Dense"
units = 2
activation = "sigmoid"

[compile]
optimizer = { class_name = "Adam", learning_rate = 0.1 }
loss = "binary_crossentropy"
metrics = ["binary_accuracy"]

[fit]
epochs = 60
"#;
    let tags = ["", "x", "y", "x;y"];
    let row = |i: usize| format!("{},{},{}\n", i % 2, i / 2 % 2, tags[i % 4]);
    let rows: String = (0..100).filter(|i| i % 4 != 0).map(row).collect();
    let dir = trained(file, "tags.csv", &format!("a,b,tags\n{rows}"));
    let ended = run(dir.path(), &["evaluate", "run", "--json"]).with(0);
    let found: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(
        (&found["exact_match"], &found["macro_f1"]),
        (&1.0.into(), &1.0.into())
    );
    assert_eq!(found["details"]["classes"][1]["name"], "y");
    assert!(found["details"].get("confusion").is_none());
    let out = run(dir.path(), &["predict", "run", "tags.csv"]).with(0).out;
    let table = cells(&out);
    assert_eq!(table[0], ["predicted", "p_x", "p_y"]);
    let predicted: Vec<&str> = table[1..4].iter().map(|row| row[0]).collect();
    assert_eq!(predicted, ["x", "y", "x;y"]);
}
