//! `regimen treat`: a remedy that must help, what is kept, going on, and what is refused.

use serde_json::Value;

use crate::program::{example, run};

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
    // The improved run file is one, with the change in it.
    run(dir.path(), &["summary", "t/run.toml"]).with(0);
    assert!(read("run.toml").contains("epochs = 9"));

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
