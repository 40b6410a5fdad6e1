//! Drives a callback through the epochs of a golden case and compares every answer.

use std::collections::BTreeMap;
use std::path::Path;

use regimen_run::event::Logs;
use serde_json::Value as Json;

use super::golden_tests::{logs_of, made, number, renamed};
use super::{Callback, Context, Direction, Flow, Moment};

/// The harness of tests/golden/making/callbacks.py: the single weight holds the epoch's number.
struct Harness {
    learning_rate: f64,
    directions: BTreeMap<String, Direction>,
    weight: usize,
    kept: BTreeMap<String, usize>,
    stop: bool,
    messages: Vec<String>,
    saved: Vec<String>,
    /// Files that were saved and not replaced.
    left: Vec<String>,
    added: Logs,
}

impl Harness {
    fn ask(&mut self, callback: &mut Box<dyn Callback>, moment: Moment<'_>) -> Result<(), String> {
        let cx = Context {
            trainer: None,
            learning_rate: self.learning_rate,
            directions: &self.directions,
            log_names: &[],
            epochs: 100,
        };
        for flow in callback.on(&moment, &cx)? {
            match flow {
                Flow::Stop => self.stop = true,
                Flow::SetLearningRate(rate) => self.learning_rate = f64::from(rate as f32),
                Flow::KeepWeights(name) => _ = self.kept.insert(name, self.weight),
                Flow::RestoreWeights(name) => self.weight = self.kept[&name],
                Flow::AddLog(name, value) => _ = self.added.insert(name, value),
                Flow::Message(text) => self.messages.push(text),
                Flow::Save { path, replaces, .. } => {
                    self.left.retain(|old| Some(old) != replaces.as_ref());
                    self.left.push(path.clone());
                    self.saved.push(path);
                }
                Flow::SetRateOf(..)
                | Flow::SwapEma
                | Flow::SetEma
                | Flow::SetWeight(..)
                | Flow::ResetStates(..) => {
                    return Err("there is no model here".to_string());
                }
                Flow::Backup { file, previous } => {
                    if let Some(previous) = previous.filter(|_| file.exists()) {
                        std::fs::rename(&file, previous).unwrap();
                    }
                    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                    std::fs::write(&file, "").unwrap();
                    let name = file.file_name().unwrap().to_string_lossy();
                    self.saved.push(name.into_owned());
                }
            }
        }
        Ok(())
    }

    /// What was said since, without warnings, as lines.
    fn said(&mut self, warnings: &[&str]) -> Vec<String> {
        std::mem::take(&mut self.messages)
            .into_iter()
            .filter(|text| !warnings.contains(&text.as_str()))
            .collect()
    }
}

fn lines(text: &Json) -> Vec<String> {
    text.as_str()
        .unwrap()
        .lines()
        .filter(|line| !line.is_empty())
        .map(str::to_string)
        .collect()
}

pub(crate) fn traced(case: &Json) {
    let case: &Json = &serde_json::from_str(&renamed(case)).unwrap();
    let name = format!("{} {}", case["class_name"], case["name"]);
    // Keras warns of an unknown mode and takes `auto`; here it is an error.
    let wrong = case.get("error").is_some() || case["name"] == "mode_unknown";
    let folder = tempfile::tempdir().unwrap();
    let outcome = made(case, folder.path())
        .and_then(|mut callback| follow(case, &name, &mut callback, wrong));
    if let Some(left) = case["left"].as_array() {
        assert_eq!(left_in(&folder.path().join("backup")), *left, "{name}");
    }
    match outcome {
        Ok(()) => assert!(!wrong, "{name}: Keras refuses it: {}", case["error"]),
        Err(error) => assert!(wrong, "{name}: {error}"),
    }
}

/// Names of the files in a folder that may not be there, sorted.
fn left_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> = entries
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn follow(
    case: &Json,
    name: &str,
    callback: &mut Box<dyn Callback>,
    wrong: bool,
) -> Result<(), String> {
    let directions = [
        ("accuracy", true),
        ("mae", false),
        ("auc", true),
        ("precision", true),
    ];
    let direction = |up: bool| if up { Direction::Max } else { Direction::Min };
    let mut harness = Harness {
        learning_rate: f64::from(case["learning_rate"].as_f64().unwrap() as f32),
        directions: directions
            .iter()
            .map(|(name, up)| (name.to_string(), direction(*up)))
            .collect(),
        weight: 0,
        kept: BTreeMap::new(),
        stop: false,
        messages: vec![],
        saved: vec![],
        left: vec![],
        added: Logs::new(),
    };
    let warnings: Vec<&str> = case["warnings"].as_array().map_or(vec![], |list| {
        list.iter().filter_map(Json::as_str).collect()
    });
    let batches = case["batches"].as_u64().unwrap_or(0) as usize;
    let mut warned = vec![];
    harness.ask(callback, Moment::TrainBegin)?;
    for (epoch, logs) in case["logs"]
        .as_array()
        .unwrap()
        .iter()
        .map(logs_of)
        .enumerate()
    {
        harness.ask(callback, Moment::EpochBegin { epoch })?;
        let rate_during = harness.learning_rate;
        harness.weight = epoch;
        for batch in 0..if callback.wants_batches() { batches } else { 0 } {
            harness.ask(
                callback,
                Moment::BatchEnd {
                    epoch,
                    batch,
                    step: (epoch * batches + batch + 1) as u64,
                    logs: &logs,
                },
            )?;
        }
        harness.ask(
            callback,
            Moment::EpochEnd {
                epoch,
                step: 1,
                logs: &logs,
            },
        )?;
        warned.extend(
            harness
                .messages
                .iter()
                .filter(|text| warnings.contains(&text.as_str()))
                .cloned(),
        );
        if wrong {
            continue;
        }
        let at = format!("{name}, epoch {epoch}");
        let want = &case["epochs"][epoch];
        assert_eq!(harness.stop, want["stop"].as_bool().unwrap(), "{at}");
        assert_eq!(harness.said(&warnings), lines(&want["message"]), "{at}");
        let saved: Vec<Json> = std::mem::take(&mut harness.saved)
            .into_iter()
            .map(Json::from)
            .collect();
        assert_eq!(
            saved,
            want["saved"].as_array().cloned().unwrap_or_default(),
            "{at}"
        );
        let added = std::mem::take(&mut harness.added);
        // Keras's callbacks lose what they add to empty logs.
        if !logs.is_empty() {
            let expected = want.get("added_logs").map(logs_of).unwrap_or_default();
            assert_eq!(added, expected, "{at}");
        }
        if want.get("rate_after").is_some() {
            assert_eq!(
                (rate_during, harness.learning_rate),
                (number(&want["rate_during"]), number(&want["rate_after"])),
                "{at}"
            );
        }
        let state = callback.state();
        for key in [
            "wait",
            "best",
            "best_epoch",
            "stopped_epoch",
            "cooldown_counter",
        ] {
            if let Some(value) = want.get(key) {
                let plain = |v: &Json| {
                    if v.is_number() {
                        v.as_f64().map(Json::from)
                    } else {
                        Some(v.clone())
                    }
                };
                assert_eq!(state.get(key).and_then(plain), plain(value), "{at}: {key}");
            }
        }
        if harness.stop {
            break;
        }
    }
    if wrong {
        return Ok(());
    }
    harness.ask(callback, Moment::TrainEnd)?;
    assert_eq!(
        harness.said(&warnings),
        lines(&case["end_message"]),
        "{name} at the end"
    );
    assert_eq!(
        harness.weight,
        case["final_weight_epoch"].as_u64().unwrap() as usize,
        "{name}: weights"
    );
    if let Some(kept) = case["kept"].as_array() {
        assert_eq!(harness.left, *kept, "{name}: files left");
    }
    warned.sort();
    warned.dedup();
    assert_eq!(warned, warnings, "{name}: warnings");
    Ok(())
}
