//! Callbacks against traces of Keras's own (tests/golden/callbacks).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regimen_nn::Object;
use regimen_run::event::Logs;
use serde_json::Value as Json;

use super::golden_trace_tests::traced;
use super::{Callback, Context, LearningRateScheduler, Moment, Place};

#[test]
fn callbacks_do_what_those_of_keras_did() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/callbacks");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: no {}", folder.display());
        return;
    };
    let mut seen = 0;
    for entry in entries {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let file: Json = serde_json::from_str(&text).unwrap();
        for case in file["cases"].as_array().unwrap() {
            seen += 1;
            // Some are compared elsewhere: in whole runs (crates/train/tests/callbacks_golden.rs), beside the callback.
            match case["class_name"].as_str().unwrap_or("moments") {
                "CSVLogger" => csv_logger(case),
                "moments" | "SwapEMAWeights" | "TensorBoard" | "RemoteMonitor" => {}
                "EarlyStopping"
                | "ReduceLROnPlateau"
                | "LearningRateScheduler"
                | "TerminateOnNaN"
                | "ModelCheckpoint"
                | "OrbaxCheckpoint"
                | "BackupAndRestore" => {
                    traced(case);
                }
                other => panic!("no test for the golden class {other}"),
            }
        }
    }
    assert!(seen > 0, "{} holds no cases", folder.display());
}

pub(crate) fn number(value: &Json) -> f64 {
    match value.as_str() {
        Some("NaN") => f64::NAN,
        Some("Infinity") => f64::INFINITY,
        Some("-Infinity") => f64::NEG_INFINITY,
        _ => value.as_f64().unwrap(),
    }
}

pub(crate) fn logs_of(value: &Json) -> Logs {
    value
        .as_object()
        .unwrap()
        .iter()
        .map(|(k, v)| (k.clone(), number(v)))
        .collect()
}

/// Keras's wrong names for its own formats stay; its right ones become ours.
pub(crate) fn renamed(case: &Json) -> String {
    let text = case.to_string();
    let wrong = case["name"].as_str().unwrap().contains("wrong_name");
    if wrong {
        text
    } else {
        text.replace(".weights.h5", ".regimen")
            .replace(".keras", ".regimen")
    }
}

pub(crate) fn made(case: &Json, folder: &Path) -> Result<Box<dyn Callback>, String> {
    if let Some(schedule) = case["schedule"].as_str() {
        let verbose = case["config"]["verbose"].as_u64().unwrap() as usize;
        let scheduler =
            match schedule {
                "rate if epoch < 2 else rate * 0.5" => LearningRateScheduler::from_fn(
                    |epoch, rate| if epoch < 2 { rate } else { rate * 0.5 },
                ),
                "0.1 / (1 + epoch)" => {
                    LearningRateScheduler::from_fn(|epoch, _| 0.1 / (1.0 + epoch as f64))
                }
                // A function that returns no float; ours cannot.
                "1" => return Err("types".into()),
                other => panic!("no such schedule here: {other}"),
            };
        return Ok(scheduler.verbose(verbose).into());
    }
    let object = Object {
        class_name: case["class_name"].as_str().unwrap().into(),
        config: case["config"].as_object().unwrap().clone(),
    };
    let place = Place {
        folder: Some(folder.to_path_buf()),
        ..Place::default()
    };
    super::read(&object, "callbacks[0]", &place).map_err(|e| format!("{e:?}"))
}

fn csv_logger(case: &Json) {
    let folder = tempfile::tempdir().unwrap();
    let place = Place {
        folder: Some(folder.path().to_path_buf()),
        ..Place::default()
    };
    let mut config = case["config"].as_object().unwrap().clone();
    config.insert("filename".into(), "log.csv".into());
    let object = Object {
        class_name: "CSVLogger".into(),
        config,
    };
    let cx = Context {
        trainer: None,
        learning_rate: 0.1,
        directions: &BTreeMap::new(),
        log_names: &[],
        epochs: 100,
    };
    for run in case["runs"].as_array().unwrap() {
        let mut callback =
            super::read(&object, "callbacks[0]", &place).unwrap_or_else(|e| panic!("{e:?}"));
        callback.on(&Moment::TrainBegin, &cx).unwrap();
        for (epoch, logs) in run.as_array().unwrap().iter().map(logs_of).enumerate() {
            callback
                .on(
                    &Moment::EpochEnd {
                        epoch,
                        step: 1,
                        logs: &logs,
                    },
                    &cx,
                )
                .unwrap();
        }
        callback.on(&Moment::TrainEnd, &cx).unwrap();
    }
    let text = std::fs::read_to_string(folder.path().join("log.csv")).unwrap();
    assert_eq!(text, case["text"].as_str().unwrap(), "{}", case["name"]);
}
