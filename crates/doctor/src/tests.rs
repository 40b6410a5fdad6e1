//! The doctor as a whole: order, JSON, watching, and published logs where they are at hand.

use std::collections::BTreeMap;
use std::path::PathBuf;

use regimen_run::event::{Logs, Telemetry};
use regimen_run::{DataProfile, Event, ModelFacts, Severity};
use serde_json::Value;

use crate::cases::losses;
use crate::{FINDINGS, Facts, Watcher, diagnose, find, to_json};

const TRAIN: [f64; 8] = [1.5, 1.1, 0.8, 0.6, 0.45, 0.35, 0.3, 0.25];
const VAL: [f64; 8] = [1.3, 1.15, 1.2, 1.3, 1.42, 1.55, 1.66, 1.8];

fn begin(initial_epoch: usize) -> Event {
    Event::RunBegin {
        version: "0".into(),
        machine: String::new(),
        time: 0.0,
        epochs: 8,
        initial_epoch,
        steps: 10,
        batch_size: 32,
        samples: 320,
        val_samples: 0,
        model: ModelFacts::default(),
        data: DataProfile::default(),
    }
}

#[test]
fn definitions_are_whole() {
    for def in FINDINGS {
        assert!(
            def.explain.len() > 300 && !def.remedies.is_empty(),
            "{}",
            def.id
        );
        assert!(find(def.id).is_some());
    }
    assert!(find("no_such_finding").is_none());
}

#[test]
fn worst_first_and_as_json() {
    let mut events = losses(&TRAIN, &VAL);
    events.push(Event::NonFinite {
        epoch: 8,
        step: 80,
        layer: "dense".into(),
    });
    let findings = diagnose(&Facts::from_events(&events));
    let ids: Vec<&str> = findings.iter().map(|finding| finding.id.as_str()).collect();
    assert_eq!(ids, ["nan_loss", "overfitting"]);
    let json = to_json(&findings);
    assert_eq!(json["findings"][0]["severity"], "error");
    assert_eq!(json["findings"][1]["from_epoch"], 3);
    assert_eq!(json["findings"][1]["remedies"][0], "early_stopping");
    assert_eq!(to_json(&[])["findings"], Value::Array(vec![]));
}

#[test]
fn watcher_reports_once_and_early() {
    let mut watcher = Watcher::new();
    assert!(watcher.see(&begin(0)).is_empty());
    let events = losses(&TRAIN, &VAL);
    let reports: Vec<usize> = events
        .iter()
        .map(|event| watcher.see(event).len())
        .collect();
    assert_eq!(reports.iter().sum::<usize>(), 1, "{reports:?}");
    assert!(reports[..6].contains(&1), "{reports:?}");
}

#[test]
fn watcher_knows_what_an_earlier_stretch_reported() {
    let events = losses(&TRAIN, &VAL);
    let earlier = diagnose(&Facts::from_events(&events)).remove(0);
    let mut watcher = Watcher::new();
    watcher.see(&Event::Finding(earlier));
    assert!(events.iter().all(|event| watcher.see(event).is_empty()));
}

#[test]
fn a_resumed_run_tells_epochs_anew() {
    let mut events = vec![begin(0)];
    events.extend(losses(&TRAIN[..6], &[9.0; 6]));
    events.push(begin(4));
    events.extend(losses(&TRAIN, &VAL).drain(4..));
    let facts = Facts::from_events(&events);
    let epochs: Vec<usize> = facts.history.iter().map(|row| row.epoch).collect();
    assert_eq!(epochs, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(facts.history[5].logs["val_loss"], VAL[5]);
    assert_eq!(facts.val_samples, None);
}

/// Events of one published log: columns are log names, `epoch` counts from 1.
fn read_log(text: &str) -> Vec<Event> {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let rows = lines.map(|line| {
        names
            .iter()
            .zip(line.split(','))
            .collect::<BTreeMap<_, _>>()
    });
    rows.enumerate()
        .map(|(epoch, row)| {
            let numbers = row.iter().filter(|(name, _)| ***name != "epoch");
            let numbers = numbers.filter_map(|(name, x)| Some((name.to_string(), x.parse().ok()?)));
            let logs: Logs = numbers.collect();
            Event::EpochEnd {
                epoch,
                logs,
                seconds: 0.0,
                step: 0,
                timing: None,
                telemetry: Telemetry::default(),
            }
        })
        .collect()
}

/// The rates that the head of `overfitting.rs` states, on a folder named by `REGIMEN_DOCTOR_LOGS`
/// (`index.json` with `id`, `file`, `labels`, and the CSV files).
#[test]
fn published_logs() {
    let Some(folder) = std::env::var_os("REGIMEN_DOCTOR_LOGS").map(PathBuf::from) else {
        eprintln!("skipped: REGIMEN_DOCTOR_LOGS names no folder of published logs");
        return;
    };
    let index = std::fs::read_to_string(folder.join("index.json")).expect("index.json");
    let index: Vec<Value> = serde_json::from_str(&index).expect("a list of logs");
    let mut counts: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for log in &index {
        let file = folder
            .join("..")
            .join(log["file"].as_str().expect("a file"));
        let events = read_log(&std::fs::read_to_string(file).expect("a log"));
        if !events
            .iter()
            .any(|e| matches!(e, Event::EpochEnd { logs, .. } if logs.contains_key("val_loss")))
        {
            continue;
        }
        let labels = log["labels"].to_string();
        let kind = [
            "overfitting_benign",
            "overfitting_mild",
            "overfitting_reduced",
            "not_overfitting",
            "overfitting",
            "healthy",
        ]
        .into_iter()
        .find(|label| labels.contains(label))
        .unwrap_or("other");
        let found = diagnose(&Facts::from_events(&events));
        let severity = found
            .iter()
            .find(|f| f.id == "overfitting")
            .map(|f| f.severity);
        let mut watcher = Watcher::new();
        let live = events
            .iter()
            .any(|e| watcher.see(e).iter().any(|f| f.id == "overfitting"));
        let count = counts.entry(kind).or_default();
        count[0] += 1;
        count[1] += usize::from(severity == Some(Severity::Warning));
        count[2] += usize::from(severity == Some(Severity::Info));
        count[3] += usize::from(live);
    }
    eprintln!(
        "label: logs, sure at the end, suspected at the end, sure at some epoch\n{counts:#?}"
    );
    let healthy = counts.get("healthy").copied().unwrap_or_default();
    assert!(
        20 * healthy[1] <= healthy[0],
        "alarms on more than 5 % of healthy logs: {healthy:?}"
    );
}
