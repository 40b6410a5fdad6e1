//! Tests of where callbacks may write.

use serde_json::json;

use super::*;
use crate::callbacks::drive_tests::{errors, made, of_losses, trace};
use crate::callbacks::{CSVLogger, EarlyStopping, ModelCheckpoint, Place, TensorBoard};

/// Every callback that writes, with this path.
fn writers(path: &str) -> Vec<(&'static str, serde_json::Value)> {
    vec![
        ("CSVLogger", json!({ "filename": path })),
        ("ModelCheckpoint", json!({ "filepath": path })),
        ("TensorBoard", json!({ "log_dir": path })),
    ]
}

#[test]
fn paths_lose_their_dots() {
    for (path, want) in [
        ("log.csv", "log.csv"),
        ("./a//b/./log.csv", "a/b/log.csv"),
        ("a/../log.csv", "log.csv"),
        ("a/b/../../c/log.csv", "c/log.csv"),
        ("a/events.jsonl", "a/events.jsonl"),
        ("checkpoint-1.regimen", "checkpoint-1.regimen"),
    ] {
        assert_eq!(file(path).as_deref(), Ok(want));
    }
    for path in ["", ".", "a/..", "logs/"] {
        assert!(file(path).unwrap_err().contains("is a folder"), "{path}");
        assert!(folder(path).is_ok(), "{path}");
    }
}

#[test]
fn files_of_the_run_are_refused_to_every_callback() {
    for path in [
        "spec.json",
        "events.jsonl",
        ".lock",
        "checkpoint.regimen",
        "callbacks.json",
        "preprocessing.json",
        "curves.svg",
        "report.html",
        "./events.jsonl",
        "x/../events.jsonl",
        "Events.JSONL",
        "\u{17f}pec.json",
        "CHECKPOINT.regimen",
        "spec.json.",
        "spec.json ",
        ".checkpoint.regimen.tmp",
        "checkpoint.regimen/best.regimen",
    ] {
        assert!(
            file(path).unwrap_err().contains("of the run itself"),
            "{path}"
        );
        for (class, config) in writers(path) {
            // A checkpoint has to end in `.regimen` first.
            if class != "ModelCheckpoint" || path.ends_with(".regimen") {
                let text = errors(class, config);
                assert!(text.contains("of the run itself"), "{class} {path}: {text}");
            }
        }
    }
}

#[test]
fn paths_outside_the_run_folder_are_refused_to_every_callback() {
    for path in ["../x.regimen", "a/../../x.regimen", "/tmp/x.regimen"] {
        for (class, config) in writers(path) {
            let text = errors(class, config);
            assert!(
                text.contains("outside the run folder"),
                "{class} {path}: {text}"
            );
        }
    }
    let text = errors("CSVLogger", json!({"filename": "../x.csv"}));
    assert!(
        text.starts_with("callbacks[0].filename: `filename`"),
        "{text}"
    );
    // Fields do not hide it.
    let text = errors("ModelCheckpoint", json!({"filepath": "../{epoch}.regimen"}));
    assert!(text.starts_with("callbacks[0].filepath"), "{text}");
    made("TensorBoard", json!({"log_dir": "."}));
}

#[test]
fn the_same_rule_holds_without_a_run_file() {
    let folder = tempfile::tempdir().unwrap();
    let events = folder.path().join(EVENTS_FILE);
    std::fs::write(&events, "kept").unwrap();
    let place = Place {
        folder: Some(folder.path().to_path_buf()),
        ..Place::default()
    };
    let cx = Context {
        trainer: None,
        learning_rate: 0.1,
        directions: &Default::default(),
        log_names: &[],
        epochs: 1,
    };
    let csv = CSVLogger::new("Events.jsonl/../events.jsonl");
    for mut callback in [
        csv.at(&place),
        TensorBoard::new().log_dir("/tmp").at(&place),
    ] {
        let error = callback.on(&Moment::TrainBegin, &cx);
        assert!(error.unwrap_err().contains("the run"));
    }
    assert_eq!(std::fs::read_to_string(&events).unwrap(), "kept");
    // Without a run folder the caller alone says where.
    let path = folder.path().join("anywhere.csv");
    let mut free: Box<dyn Callback> = CSVLogger::new(path.display().to_string()).into();
    trace(&mut free, &of_losses(&[0.5]));
    assert!(path.is_file());
}

#[test]
fn two_callbacks_with_one_file_are_refused() {
    let csv = |path: &str| -> Box<dyn Callback> { CSVLogger::new(path).into() };
    let checkpoint = |path: &str| -> Box<dyn Callback> { ModelCheckpoint::new(path).into() };
    let board = |path: &str| -> Box<dyn Callback> { TensorBoard::new().log_dir(path).into() };
    let apart = [
        csv("a.csv"),
        csv("b/a.csv"),
        csv("a.csv.old"),
        checkpoint("m-{epoch}.regimen"),
        checkpoint("n-{epoch}.regimen"),
        board("logs"),
        board("."),
        EarlyStopping::new().into(),
        EarlyStopping::new().into(),
    ];
    assert_eq!(check_apart(&apart), Ok(()));
    for (first, second) in [
        (csv("a.csv"), csv("x/../A.csv")),
        (csv("a.csv"), csv("a.csv/b.csv")),
        (csv("m.regimen"), checkpoint("m.regimen")),
        (
            checkpoint("{epoch}.regimen"),
            checkpoint("./{epoch}.regimen"),
        ),
        (board("logs"), board("./logs")),
        (csv("logs/train"), board("logs")),
    ] {
        let errors = check_apart(&[first, EarlyStopping::new().into(), second]).unwrap_err();
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].path, "callbacks[2]");
        assert!(errors[0].message.contains("callbacks[0]"), "{}", errors[0]);
    }
}
