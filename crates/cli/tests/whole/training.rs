//! `regimen train` and what follows from it: text, JSON, files, diagnosis.

use std::io::{BufRead, BufReader, Read};

use regimen::run::RunSpec;
use regimen::train::run::{RunOptions, summary};
use serde_json::Value;

use crate::program::{data_dir, example, finish, regimen, run};

/// Digits to `#`, so that numbers do not matter.
fn shape_of(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let c = if c.is_ascii_digit() { '#' } else { c };
        if c != '#' || !out.ends_with('#') {
            out.push(c);
        }
    }
    out
}

#[test]
fn a_pipe_gets_one_plain_line_an_epoch_and_the_ending() {
    let dir = tempfile::tempdir().unwrap();
    let file = example("digits.toml");
    let ended = run(dir.path(), &["train", &file, "--epochs", "3"]).with(0);
    assert_eq!(ended.err, "");
    let lines: Vec<&str> = ended.out.lines().collect();
    assert_eq!(lines[0], "Train on 53 samples, validate on 719 samples");
    assert!(lines[1].starts_with("note: 9 classes have fewer than 10 training rows"));
    assert_eq!(lines[2], "note: What to do: `regimen data FILE`");
    let lines = &lines[2..];
    for (i, line) in lines[1..4].iter().enumerate() {
        assert!(line.starts_with(&format!("Epoch {}/3 - ", i + 1)), "{line}");
        let values = shape_of(line.split_once("/step").unwrap().1);
        assert_eq!(
            values,
            " - accuracy: #.# - loss: #.# - val_accuracy: #.# - val_loss: #.#"
        );
    }
    assert_eq!(shape_of(lines[4]), "Test - accuracy: #.# - loss: #.#");
    assert_eq!(shape_of(lines[5]), "Finished after # epochs, #s");
    assert_eq!(lines[6], "Diagnosis: nothing found in 3 epochs.");
    assert_eq!(lines[7], "Run folder: runs/digits-1");
    assert_eq!(lines[8], "Curves: runs/digits-1/curves.svg");
    assert_eq!(lines[9], "Report: runs/digits-1/report.html");
    assert_eq!(lines.len(), 10);
    for name in [
        "report.html",
        "spec.json",
        "events.jsonl",
        "checkpoint.regimen",
        "curves.svg",
    ] {
        assert!(
            dir.path().join("runs/digits-1").join(name).is_file(),
            "{name}"
        );
    }
    let again = run(dir.path(), &["train", &file, "--epochs", "1"]).with(0);
    assert!(
        again.out.contains("Run folder: runs/digits-2\n"),
        "{}",
        again.out
    );
}

#[test]
fn json_lines_carry_the_numbers_of_each_epoch() {
    let dir = tempfile::tempdir().unwrap();
    let file = example("digits.toml");
    let ended = run(
        dir.path(),
        &[
            "train", &file, "--epochs", "4", "--seed", "11", "--out", "here/run", "--json",
        ],
    )
    .with(0);
    let lines: Vec<Value> = ended
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect();
    let epochs: Vec<&Value> = lines
        .iter()
        .filter(|line| line["event"] == "epoch_end")
        .collect();
    assert_eq!(epochs.len(), 4);
    for (i, epoch) in epochs.iter().enumerate() {
        assert_eq!(epoch["epoch"], i);
        for name in ["loss", "val_loss", "accuracy", "val_accuracy"] {
            assert!(
                epoch[name].as_f64().is_some_and(f64::is_finite),
                "{name} in {epoch}"
            );
        }
    }
    let last = lines.last().unwrap();
    assert_eq!(last["event"], "report");
    assert_eq!(last["folder"], "here/run");
    let spec = std::fs::read_to_string(dir.path().join("here/run/spec.json")).unwrap();
    let spec: Value = serde_json::from_str(&spec).unwrap();
    assert_eq!(
        (&spec["seed"], &spec["fit"]["epochs"]),
        (&11.into(), &4.into())
    );
}

#[test]
fn the_digits_overfit_and_the_doctor_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let ended = run(
        dir.path(),
        &["train", &example("digits.toml"), "--out", "run"],
    )
    .with(0);
    let (told, rest) = ended
        .out
        .split_once("\nDiagnosis: 5 findings\n")
        .expect(&ended.out);
    // Validation loss rises, accuracy holds: nothing that is told while training goes on.
    assert!(!told.contains("warning["), "{told}");
    let benign = "info[overfitting_benign]: From epoch 15 val_loss rises";
    assert!(
        rest.contains(benign) && rest.contains("accuracy holds"),
        "{rest}"
    );
    assert!(rest.contains("try: early_stopping"), "{rest}");
    let svg = std::fs::read_to_string(dir.path().join("run/curves.svg")).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("val_loss"), "{svg}");

    let words = run(dir.path(), &["diagnose", "run"]).with(0);
    assert!(
        words
            .out
            .starts_with("Diagnosis: 5 findings\ninfo[epochs_too_many]"),
        "{}",
        words.out
    );
    for path in ["run", "run/", "run/events.jsonl"] {
        let json = run(dir.path(), &["diagnose", path, "--json"]).with(0);
        let found: Value = serde_json::from_str(&json.out).unwrap();
        let first = &found["findings"][0];
        assert_eq!(
            (&first["id"], &first["severity"]),
            (&"epochs_too_many".into(), &"info".into())
        );
        assert!(
            first["from_epoch"].as_u64().is_some_and(|epoch| epoch > 1),
            "{first}"
        );
    }
}

#[test]
fn values_set_on_the_command_line_count() {
    let dir = tempfile::tempdir().unwrap();
    let file = example("digits.toml");
    let set = [
        "--set",
        "model.layers[0].units=8",
        "--set",
        "compile.optimizer.learning_rate=0.5",
        "--set",
        "fit.epochs=2",
    ];
    let args: Vec<&str> = ["train", &file, "--out", "run"]
        .into_iter()
        .chain(set)
        .collect();
    run(dir.path(), &args).with(0);
    let spec = std::fs::read_to_string(dir.path().join("run/spec.json")).unwrap();
    let spec: Value = serde_json::from_str(&spec).unwrap();
    assert_eq!(spec["model"]["layers"][0]["config"]["units"], 8);
    assert_eq!(spec["compile"]["optimizer"]["config"]["learning_rate"], 0.5);
    let bad = run(dir.path(), &["train", &file, "--set", "fit.epoch=2"]).with(1);
    assert!(
        bad.err.contains("--set fit.epoch=2") && bad.err.contains("`epochs`"),
        "{}",
        bad.err
    );
}

#[test]
fn summary_counts_parameters() {
    let dir = tempfile::tempdir().unwrap();
    let ended = run(dir.path(), &["summary", &example("digits.toml")]).with(0);
    // 64·128+128 + 128·64+64 + 64·10+10
    assert!(ended.out.contains("Total params: 17,226"), "{}", ended.out);
}

#[test]
fn nothing_to_train_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let file = example("digits.toml");
    for more in [
        ["--epochs", "0"],
        ["--set", "fit.epochs=0"],
        ["--set", "fit.initial_epoch=500"],
    ] {
        let ended = run(dir.path(), &[&["train", file.as_str()], &more[..]].concat()).with(0);
        assert!(
            ended.out.contains("\nNothing to train: epochs = "),
            "{}",
            ended.out
        );
        assert!(
            ended.out.contains("Finished, nothing trained, 0s"),
            "{}",
            ended.out
        );
    }
}

#[test]
fn notes_of_the_data_are_shown() {
    let dir = tempfile::tempdir().unwrap();
    let rows: String = (0..50).map(|i| format!("{i},{}\n", i % 2)).collect();
    std::fs::write(dir.path().join("t.csv"), format!("x,y\n{rows}3,\n")).unwrap();
    let file = "[data]\ncsv = \"t.csv\"\nlabel = \"y\"\n\n[[model.layers]]\nclass_name = \"Dense\"\nunits = 1\n\n[compile]\noptimizer = \"sgd\"\nloss = \"mse\"\n\n[fit]\nepochs = 1\n";
    std::fs::write(dir.path().join("run.toml"), file).unwrap();
    let ended = run(dir.path(), &["train", "run.toml"]).with(0);
    assert!(
        ended.out.contains("\nnote: 1 of 51 rows dropped"),
        "{}",
        ended.out
    );
}

#[test]
fn a_summary_fits_the_terminal() {
    let file = std::path::PathBuf::from(example("digits.toml"));
    let (spec, map) = RunSpec::from_path(&file).unwrap();
    let widest = |columns: Option<usize>| {
        let text = summary(&spec, &map, &file, &RunOptions::default(), columns).unwrap();
        text.lines().map(|line| line.chars().count()).max()
    };
    assert_eq!(widest(None), Some(88));
    assert_eq!(widest(Some(200)), Some(88));
    assert!(widest(Some(60)).is_some_and(|columns| columns <= 60));
    assert_eq!(widest(Some(5)), Some(88));
}

#[test]
fn a_reader_that_leaves_ends_the_run_quietly() {
    let dir = tempfile::tempdir().unwrap();
    let args = [
        "train",
        &example("digits.toml"),
        "--epochs",
        "100000",
        "--out",
        "run",
    ];
    let mut child = regimen(dir.path(), &args).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.starts_with("Train on"), "{line}");
    let code = child.wait().unwrap().code();
    let mut err = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    assert_eq!((code, err.as_str()), (Some(130), ""));
}

#[test]
fn reviews_train_where_the_data_is_at_hand() {
    let Some(data) = data_dir() else {
        eprintln!("skipped: no published data (set REGIMEN_DATA)");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let set = [
        "--set",
        "fit.steps_per_epoch=3",
        "--epochs",
        "1",
        "--out",
        "run",
    ];
    let file = example("reviews.toml");
    let args: Vec<&str> = ["train", file.as_str()].into_iter().chain(set).collect();
    let ended = finish(regimen(dir.path(), &args).env("REGIMEN_DATA", data)).with(0);
    assert!(
        ended.out.starts_with("Train on 2873 samples, validate on"),
        "{}",
        ended.out
    );
}

#[test]
fn balanced_class_weights_change_the_training() {
    let dir = tempfile::tempdir().unwrap();
    let file = example("digits.toml");
    let train = |rule: &[&str]| {
        let args = [&["train", &file, "--epochs", "1", "--json"], rule].concat();
        let out = run(dir.path(), &args).with(0).out;
        let end = out.lines().find(|line| line.contains("\"epoch_end\""));
        let value: Value = serde_json::from_str(end.unwrap()).unwrap();
        value["logs"]["loss"].as_f64().unwrap()
    };
    assert_ne!(train(&[]), train(&["--set", "fit.class_weight=balanced"]));
}
