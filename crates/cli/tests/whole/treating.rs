//! `regimen treat`: a remedy that must help, what is kept, going on, and what is refused.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::program::{example, finish, quiet, run};

/// Three epochs of the digits: three times as many are better beyond doubt.
const SHORT: [&str; 6] = ["--epochs", "3", "--budget", "30", "--remedy", "more_epochs"];

fn treat(dir: &std::path::Path, more: &[&str]) -> crate::program::Ended {
    let file = example("digits.toml");
    let mut args = vec!["treat", file.as_str(), "--out", "t"];
    args.extend(SHORT);
    args.extend(more);
    run(dir, &args)
}

#[test]
fn a_remedy_that_helps_is_found_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let ended = treat(dir.path(), &[]).with(0);
    assert!(ended.out.contains("more_epochs helps"), "{}", ended.out);
    assert!(ended.out.contains("+ epochs = 9"), "{}", ended.out);
    let read = |name: &str| std::fs::read_to_string(dir.path().join("t").join(name)).unwrap();
    let results: Value = serde_json::from_str(&read("treatment.json")).unwrap();
    let remedies = results["remedies"].as_array().unwrap();
    let of = |id: &str| remedies.iter().find(|r| r["id"] == id).unwrap();
    assert_eq!(of("more_epochs")["verdict"], "helps");
    assert!(of("more_epochs")["low"].as_f64().unwrap() > 0.0);
    assert_ne!(of("null")["verdict"], "helps");
    assert!(results["runs"].as_u64().unwrap() <= 30);
    // The page is whole, and the run as it is has a folder like any other.
    let page = read("report.html");
    for text in [
        "more_epochs (9 epochs) helps",
        "+ epochs = 9",
        "regimen treat t/spec.json",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(ended.out.contains("Report: t/report.html"), "{}", ended.out);
    run(dir.path(), &["diagnose", "t/baseline"]).with(0);
    let progress: Value = serde_json::from_str(&read("progress.json")).unwrap();
    assert_eq!(
        (&progress["phase"], &progress["budget"]),
        (&"done".into(), &"30".into())
    );
    // The improved run file is one, with the change in it.
    run(dir.path(), &["summary", "t/improved.toml"]).with(0);
    assert!(read("improved.toml").contains("epochs = 9"));

    let again = treat(dir.path(), &[]).with(1);
    assert!(again.err.contains("--resume"), "{}", again.err);
    let trials = read("trials.jsonl");
    // A line that a crash cut off is run again; the others are not.
    let cut = &trials[..trials.trim_end().len() - 20];
    std::fs::write(dir.path().join("t/trials.jsonl"), cut).unwrap();
    let resumed = treat(dir.path(), &["--resume"]).with(0);
    let count = resumed
        .out
        .lines()
        .filter(|l| l.starts_with("trial "))
        .count();
    assert_eq!(count, 1, "{}", resumed.out);
    let after: Value = serde_json::from_str(&read("treatment.json")).unwrap();
    // Seconds differ, and with them what a remedy costs.
    let effects = |results: &Value| -> Vec<Value> {
        let list = results["remedies"].as_array().unwrap();
        list.iter().map(|r| r["effect"].clone()).collect()
    };
    assert_eq!(effects(&after), effects(&results));
}

#[test]
fn what_cannot_be_treated_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = example("digits.toml");
    let refused = |args: &[&str], wanted: &str| {
        let mut all = vec!["treat", file.as_str(), "--epochs", "1"];
        all.extend(args);
        let ended = run(dir.path(), &all);
        assert_ne!(ended.code, Some(0), "{}", ended.out);
        assert!(ended.err.contains(wanted), "{}", ended.err);
    };
    refused(
        &["--remedy", "prayer", "--out", "a"],
        "no remedy `prayer`: there are",
    );
    refused(&["--budget", "none", "--out", "b"], "is no budget");
    refused(&["--metric", "f2", "--out", "c"], "no metric `f2`");
    refused(
        &[
            "--set",
            "data.split.validation=0.0",
            "--set",
            "data.split.train=0.4",
            "--out",
            "d",
        ],
        "nothing is validated on",
    );
    // A run that does not work is told before any trial.
    refused(&["--set", "model.layers[2].units=3", "--out", "e"], "3");
    assert!(!dir.path().join("e/trials.jsonl").exists());
}

#[test]
fn trials_that_break_are_results() {
    let dir = tempfile::tempdir().unwrap();
    let file = example("digits.toml");
    // At ten times a rate of 1e37 no loss is a number; the baseline's own is none of a good network either.
    let args = [
        "treat",
        &file,
        "--epochs",
        "2",
        "--budget",
        "24",
        "--remedy",
        "higher_learning_rate,l2",
        "--out",
        "t",
        "--json",
        "--set",
        "compile.optimizer={ class_name = \"SGD\", learning_rate = 1e37 }",
    ];
    let ended = run(dir.path(), &args).with(0);
    let last: Value = serde_json::from_str(ended.out.lines().last().unwrap()).unwrap();
    assert_eq!(last["event"], "treatment");
    assert!(
        Path::new(dir.path())
            .join(last["report"].as_str().unwrap())
            .is_file()
    );
    let trials = ended
        .out
        .lines()
        .filter(|line| line.contains("\"event\":\"trial\""))
        .count();
    assert!(trials > 3, "{}", ended.out);
}

#[test]
fn more_data_and_a_range_test_are_measured_in_ways_of_their_own() {
    let dir = tempfile::tempdir().unwrap();
    let file = example("digits.toml");
    let args = [
        "treat",
        &file,
        "--epochs",
        "12",
        "--budget",
        "60",
        "--remedy",
        "more_data,rate_range_test,decision_thresholds",
        "--out",
        "t",
    ];
    run(dir.path(), &args).with(0);
    let text = std::fs::read_to_string(dir.path().join("t/treatment.json")).unwrap();
    let results: Value = serde_json::from_str(&text).unwrap();
    let curve = &results["learning_curve"];
    assert_eq!(curve["rows"], serde_json::json!([13, 27, 53]));
    assert!(curve["low"].as_f64() < curve["twice"].as_f64(), "{curve}");
    let of = |id: &str| {
        let all = results["remedies"].as_array().unwrap();
        all.iter().find(|r| r["id"] == id).unwrap().clone()
    };
    assert!(
        of("more_data")["reason"]
            .as_str()
            .unwrap()
            .contains("not tried")
    );
    assert!(of("more_data")["p"].is_null());
    assert_ne!(of("rate_range_test")["verdict"], Value::Null);
}

/// A limit on file sizes stands for a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_it_and_it_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let (file, program) = (example("digits.toml"), env!("CARGO_BIN_EXE_regimen"));
    let args = format!(
        "treat '{file}' --out t --epochs 3 --budget 30 --remedy more_epochs --set model.layers[0].units=4 --set data.split.seed=1"
    );
    // The first trials fit into trials.jsonl, all of them do not.
    let limited = format!("trap '' XFSZ; ulimit -f 200; exec '{program}' {args}");
    let ended = finish(quiet(Command::new("sh").args(["-c", &limited]), dir.path()));
    assert_eq!(ended.code, Some(1), "{}", ended.out);
    assert!(ended.err.contains("trials.jsonl"), "{}", ended.err);
    let args: Vec<&str> = vec![
        "treat",
        &file,
        "--out",
        "t",
        "--epochs",
        "3",
        "--budget",
        "30",
        "--remedy",
        "more_epochs",
        "--set",
        "model.layers[0].units=4",
        "--set",
        "data.split.seed=1",
        "--resume",
    ];
    run(dir.path(), &args).with(0);
    assert!(dir.path().join("t/report.html").is_file());
}

#[test]
fn reports_of_runs_and_of_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let file = example("digits.toml");
    run(dir.path(), &["train", &file, "--epochs", "2", "--out", "r"]).with(0);
    let page = std::fs::read_to_string(dir.path().join("r/report.html")).unwrap();
    for text in [
        "Trained 2 epochs",
        "<section id=\"calibration\">",
        "<section id=\"data\">",
        "regimen train r/spec.json",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let shown = run(dir.path(), &["report", "r", "--out", "-"]).with(0);
    assert!(shown.out.starts_with("<!DOCTYPE html>"));
    let made = run(dir.path(), &["report", "r", "--out", "page.html"]).with(0);
    assert!(made.out.contains("page.html") && dir.path().join("page.html").is_file());
    std::fs::create_dir(dir.path().join("empty")).unwrap();
    for nothing in ["empty", "nowhere", "page.html"] {
        let refused = run(dir.path(), &["report", nothing]).with(1);
        assert!(refused.err.contains(nothing), "{}", refused.err);
    }
}
