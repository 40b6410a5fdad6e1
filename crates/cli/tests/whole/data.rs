//! `regimen data`: the profile as text and as JSON, its faults, and the event in the run folder.

use std::path::Path;

use regimen::run::Event;
use serde_json::Value;

use crate::program::{events, example, run};

/// A table with every fault that a warning is for, and a run file for it.
fn write_faulty(dir: &Path) {
    let mut table = "id,age,copy,flag,town,part,class\n".to_owned();
    let mut row = |i: usize, part: &str, class: &str| {
        let copy = ["poor", "rich", "odd"].iter().position(|c| *c == class);
        let age = if i % 10 == 3 {
            String::new()
        } else {
            (i * i % 71).to_string()
        };
        let town = ["Bern", "Chur", "Genf"][i * 7 % 11 % 3];
        table += &format!(
            "{},{age},{},1,{town},{part},{class}\n",
            5000 + i,
            copy.unwrap_or(9) * 2000
        );
    };
    for i in 0..120 {
        let class = if i == 7 {
            "odd"
        } else {
            ["poor", "rich"][i / 6 % 2]
        };
        row(
            i,
            ["train", "train", "train", "validation", "train", "test"][i % 6],
            class,
        );
    }
    row(0, "test", "poor");
    // The inputs of row 1 with another label.
    table += "5001,1,0,1,Chur,test,rich\n";
    std::fs::write(dir.join("table.csv"), table).unwrap();
    let text = r#"
[data]
csv = "table.csv"
label = "class"
split = { by = "column", column = "part" }

[[data.inputs]]
kind = "numeric"
columns = ["id", "age", "copy", "flag"]
missing = "median"

[[data.inputs]]
kind = "categorical"
columns = ["town"]

[[model.layers]]
class_name = "Dense"
units = 3
activation = "softmax"

[compile]
loss = "sparse_categorical_crossentropy"
optimizer = "adam"

[fit]
epochs = 2
"#;
    std::fs::write(dir.join("run.toml"), text).unwrap();
}

#[test]
fn faults_of_a_table_are_told_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    write_faulty(dir.path());
    let told = run(dir.path(), &["data", "run.toml"]).with(0);
    assert_eq!(told.err, "");
    let heads: Vec<&str> = told
        .out
        .lines()
        .filter(|l| l.starts_with("warning["))
        .collect();
    let expected = [
        "warning[leak]: `copy` may give the label away: its correlation with the label is 1.0000",
        "warning[test_in_training]: 2 of 22 test rows (9.1 %) are training rows, too, 1 of them with another",
        "warning[class_missing]: no validation row is of class `odd`",
        "warning[class_missing]: no test row is of class `odd`",
        "warning[id]: `id` has another value in every row, as row numbers and ids do",
        "warning[constant]: 1 feature has one value in all training rows: `flag`",
        "warning[unscaled]: 1 feature spans more than 1,000 and is not scaled: `copy`",
        "warning[rare_class]: 1 class has fewer than 10 training rows: `odd`",
        "warning[missing]: 12 cells are missing: `age`",
    ];
    assert_eq!(heads, expected, "{}", told.out);
    for line in [
        "\nLabel `class` (index)\n",
        "\ntown    categorical        0           3\n",
        "\n  Leave ids out of",
    ] {
        assert!(told.out.contains(line), "{line}\n{}", told.out);
    }
    assert!(
        told.out.lines().all(|line| line.chars().count() <= 100),
        "{}",
        told.out
    );

    let json = run(dir.path(), &["data", "run.toml", "--json"]).with(0);
    let json: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["rows"], serde_json::json!([80, 20, 22]));
    assert_eq!(json["duplicates"]["test"], 2);
    assert_eq!(json["inputs"][0]["each"][1]["name"], "age");

    let scaled = ["data", "run.toml", "--set", "data.inputs[0].scale=standard"];
    let scaled = run(dir.path(), &scaled).with(0);
    assert!(!scaled.out.contains("warning[unscaled]"), "{}", scaled.out);
}

#[test]
fn a_run_tells_its_data_once() {
    let dir = tempfile::tempdir().unwrap();
    write_faulty(dir.path());
    let told = run(dir.path(), &["train", "run.toml", "--out", "a"]).with(0);
    let notes: Vec<&str> = told
        .out
        .lines()
        .filter(|l| l.starts_with("note: "))
        .collect();
    assert!(
        notes[1].starts_with("note: `copy` may give the label away"),
        "{}",
        told.out
    );
    assert_eq!(
        notes.last(),
        Some(&"note: 2 more, and what to do: `regimen data FILE`")
    );
    run(
        dir.path(),
        &[
            "train", "run.toml", "--out", "a", "--epochs", "3", "--resume",
        ],
    )
    .with(0);
    let events = events(&dir.path().join("a"));
    let told: Vec<usize> = (0..events.len())
        .filter(|&i| matches!(events[i], Event::Data { .. }))
        .collect();
    assert_eq!(told, [0]);
    let (Event::Data { profile }, json) =
        (&events[0], run(dir.path(), &["data", "run.toml", "--json"]))
    else {
        panic!("the data come first");
    };
    assert_eq!(serde_json::to_string(profile).unwrap(), json.out.trim_end());
}

#[test]
fn faults_of_the_run_file_have_their_lines() {
    let dir = tempfile::tempdir().unwrap();
    write_faulty(dir.path());
    let text = std::fs::read_to_string(dir.path().join("run.toml")).unwrap();
    std::fs::write(
        dir.path().join("bad.toml"),
        text.replace("\"age\"", "\"agee\""),
    )
    .unwrap();
    let refused = run(dir.path(), &["data", "bad.toml"]).with(1);
    assert!(
        refused.err.contains("bad.toml line 9") && refused.err.contains("`age`"),
        "{}",
        refused.err
    );
    assert_eq!(refused.out, "");
    let missing = run(dir.path(), &["data", "rum.toml"]).with(1);
    assert!(missing.err.contains("run.toml"), "{}", missing.err);
    // The model is not looked at.
    std::fs::write(
        dir.path().join("model.toml"),
        text.replace("\"Dense\"", "\"Dance\""),
    )
    .unwrap();
    run(dir.path(), &["data", "model.toml"]).with(0);
}

#[test]
fn an_example_has_little_to_say() {
    let told = run(Path::new("."), &["data", &example("digits.toml"), "--all"]).with(0);
    assert!(
        told.out.contains("\nc63 ") && !told.out.contains("--all"),
        "{}",
        told.out
    );
}
