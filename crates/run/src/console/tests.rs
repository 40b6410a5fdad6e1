//! Snapshots of the console.

use std::collections::BTreeMap;

use expect_test::expect;
use serde_json::{Value, json};

use super::*;
use crate::event::Telemetry;
use crate::profile::DataWarning;
use crate::{DataProfile, Finding, ModelFacts, Profile, Severity};

fn some_logs(pairs: &[(&str, f64)]) -> Logs {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), *v)).collect()
}

fn overfitting() -> Finding {
    Finding {
        id: "overfitting".into(),
        severity: Severity::Warning,
        probability: 0.93,
        title: "overfitting since epoch 2".into(),
        explanation: "The loss falls on the training rows and rises on the validation rows.".into(),
        from_epoch: Some(2),
        evidence: BTreeMap::from([
            ("best_epoch".to_owned(), json!(1)),
            ("gap".to_owned(), json!(0.25)),
        ]),
        check: String::new(),
        remedies: vec!["dropout".into(), "early_stopping".into()],
        causes: vec![],
        layer: None,
    }
}

fn run() -> Vec<(Event, f64)> {
    let batch = |batch, loss| Event::BatchEnd {
        epoch: 0,
        batch,
        logs: some_logs(&[("accuracy", 0.5), ("loss", loss)]),
    };
    vec![
        (
            Event::RunBegin {
                version: "0.1.0".into(),
                machine: String::new(),
                time: 0.0,
                epochs: 2,
                initial_epoch: 0,
                steps: 10,
                batch_size: 32,
                samples: 320,
                val_samples: 80,
                model: ModelFacts::default(),
                data: DataProfile::default(),
            },
            0.0,
        ),
        (Event::EpochBegin { epoch: 0 }, 0.0),
        (batch(0, 3.0), 1.0),
        (batch(1, 2.5), 1.01),
        (batch(4, 2.0), 1.4),
        (Event::Finding(overfitting()), 1.4),
        (batch(9, 0.0004), 1.9),
        (
            Event::EpochEnd {
                epoch: 0,
                logs: some_logs(&[
                    ("accuracy", 0.7209),
                    ("loss", 0.5438),
                    ("val_accuracy", 0.8),
                    ("val_loss", 4.3e-4),
                ]),
                seconds: 2.2,
                step: 10,
                timing: None,
                telemetry: Telemetry::default(),
            },
            2.2,
        ),
        (
            Event::RunEnd {
                reason: "interrupted".into(),
                epochs_done: 1,
                seconds: 75.0,
                test: Some(some_logs(&[("loss", f64::NAN)])),
            },
            2.3,
        ),
    ]
}

fn text(mode: Mode) -> String {
    let mut console = Console::new(mode);
    run()
        .iter()
        .map(|(event, now)| console.event(event, *now))
        .collect()
}

#[test]
fn terminal() {
    let shown = text(Mode::Terminal {
        width: 80,
        color: true,
    });
    let shown = shown.replace('\x1b', "^").replace('\r', "<");
    expect![[r#"
        Train on 320 samples, validate on 80 samples
        Epoch 1/2
        <^[2K^[1m 1/10^[0m ^[32m━━^[0m^[37m━━━━━━━━━━━━━━━━━━^[0m ^[1m9s^[0m 1s/step - accuracy: 0.5000 - loss: 3.0000<^[2K^[1m 5/10^[0m ^[32m━━━━━━━━━━^[0m^[37m━━━━━━━━━━^[0m ^[1m0s^[0m 100ms/step - accuracy: 0.5000 - loss: 2.0000<^[2K^[1;33mwarning[overfitting]: overfitting since epoch 2^[0m
          The loss falls on the training rows and rises on the validation rows.
          since: epoch 2
          sure: 93 %
          evidence: best_epoch 1, gap 0.2500
          try: dropout, early_stopping
        <^[2K^[1m10/10^[0m ^[32m━━━━━━━━━━━━━━━━━━━━^[0m^[37m^[0m ^[1m0s^[0m 100ms/step - accuracy: 0.5000 - loss: 4.0000e-04<^[2K^[1m10/10^[0m ^[32m━━━━━━━━━━━━━━━━━━━━^[0m^[37m^[0m ^[1m2s^[0m 100ms/step - accuracy: 0.7209 - loss: 0.5438 - val_accuracy: 0.8000 - val_loss: 4.3000e-04
        Test - loss: nan
        Interrupted after 1 epoch, 1:15
    "#]]
    .assert_eq(&shown);
}

#[test]
fn pipe() {
    expect![[r#"
        Train on 320 samples, validate on 80 samples
        warning[overfitting]: overfitting since epoch 2
          The loss falls on the training rows and rises on the validation rows.
          since: epoch 2
          sure: 93 %
          evidence: best_epoch 1, gap 0.2500
          try: dropout, early_stopping
        Epoch 1/2 - 2s - 220ms/step - accuracy: 0.7209 - loss: 0.5438 - val_accuracy: 0.8000 - val_loss: 4.3000e-04
        Test - loss: nan
        Interrupted after 1 epoch, 1:15
    "#]]
    .assert_eq(&text(Mode::Plain));
}

#[test]
fn json_lines_carry_the_logs_and_read_back() {
    let shown = text(Mode::Json);
    let lines: Vec<&str> = shown.lines().collect();
    let epoch = lines
        .iter()
        .find(|line| line.contains("epoch_end"))
        .expect("an epoch");
    let value: Value = serde_json::from_str(epoch).expect("JSON");
    assert_eq!(value["epoch"], 0);
    assert_eq!(value["loss"], 0.5438);
    assert_eq!(value["logs"]["val_loss"], 4.3e-4);
    let (events, _): (Vec<Event>, Vec<f64>) = run().into_iter().unzip();
    let events: Vec<_> = events
        .iter()
        .filter(|e| !matches!(e, Event::BatchEnd { .. }))
        .collect();
    assert_eq!(lines.len(), events.len());
    for (line, event) in lines.iter().zip(events) {
        let back: Event = serde_json::from_str(line).expect("an event");
        // NaN differs from itself.
        assert_eq!(format!("{back:?}"), format!("{event:?}"));
    }
}

#[test]
fn redraws_never_reach_the_last_column() {
    for width in 20..120 {
        let mut console = Console::new(Mode::Terminal {
            width,
            color: false,
        });
        for (event, now) in run() {
            let line = console.event(&event, now);
            if let (Event::BatchEnd { .. }, Some(line)) = (&event, line.strip_prefix("\r\x1b[2K")) {
                assert!(line.chars().count() < width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn numbers_are_those_of_python() {
    let shown = [
        0.0,
        -0.00012345,
        1e-3,
        1.0001e-3,
        12345.67,
        1e-300,
        f64::INFINITY,
    ]
    .map(number);
    expect!["0.0000e+00 -1.2345e-04 1.0000e-03 0.0010 12345.6700 1.0000e-300 inf"]
        .assert_eq(&shown.join(" "));
    let rates = [0.0, 3.4, 0.0125, 86e-6].map(per_step);
    expect!["0s/step 3s/step 12ms/step 86us/step"].assert_eq(&rates.join(" "));
    let times = [0.9, 60.0, 61.5, 3600.0, 3661.0].map(duration);
    expect!["0s 60s 1:01 60:00 1:01:01"].assert_eq(&times.join(" "));
}

#[test]
fn an_epoch_too_quick_for_its_steps_has_a_rate() {
    let mut console = Console::new(Mode::Terminal {
        width: 60,
        color: false,
    });
    let end = Event::EpochEnd {
        epoch: 0,
        logs: some_logs(&[("loss", 0.5)]),
        seconds: 0.02,
        step: 10,
        timing: None,
        telemetry: Telemetry::default(),
    };
    console.event(&run()[0].0, 0.0);
    console.event(&Event::EpochBegin { epoch: 0 }, 1.0);
    let line = console.event(&end, 1.02);
    assert!(line.ends_with(" 0s 2ms/step - loss: 0.5000\n"), "{line}");
}

fn begin(epochs: usize, initial_epoch: usize, notes: &[&str]) -> Event {
    Event::RunBegin {
        version: "0.1.0".into(),
        machine: String::new(),
        time: 0.0,
        epochs,
        initial_epoch,
        steps: 10,
        batch_size: 32,
        samples: 50,
        val_samples: 0,
        model: ModelFacts::default(),
        data: DataProfile {
            notes: notes.iter().map(|note| (*note).to_owned()).collect(),
            ..DataProfile::default()
        },
    }
}

const TERMINAL: Mode = Mode::Terminal {
    width: 48,
    color: false,
};

#[test]
fn notes_of_the_data_are_told_at_the_start() {
    let event = begin(
        2,
        0,
        &[
            "1 of 51 rows dropped: `y` is empty",
            "an \x1b[2J escape, and so many words that they take two lines",
        ],
    );
    for mode in [TERMINAL, Mode::Plain] {
        let text = Console::new(mode).event(&event, 0.0);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "Train on 50 samples");
        assert_eq!(lines[1], "note: 1 of 51 rows dropped: `y` is empty");
        assert!(
            lines[2].starts_with("note: an \u{FFFD}[2J escape, and"),
            "{text}"
        );
        if mode == TERMINAL {
            assert!(
                lines.len() == 4 && lines.iter().all(|line| line.chars().count() <= 48),
                "{text}"
            );
            assert!(lines[3].starts_with("  "), "{text}");
        }
    }
}

#[test]
fn warnings_of_the_data_follow_its_notes() {
    let warning = |id: &str| DataWarning {
        id: id.to_owned(),
        text: format!("a {id}"),
        mend: String::new(),
    };
    let told = |ids: &[&str]| {
        let mut console = Console::new(Mode::Plain);
        let profile = Profile {
            warnings: ids.iter().map(|id| warning(id)).collect(),
            ..Profile::default()
        };
        assert_eq!(console.event(&Event::Data { profile }, 0.0), "");
        console.event(&begin(2, 0, &["dropped"]), 0.0)
    };
    assert_eq!(
        told(&["leak", "constant", "id", "missing"]),
        "Train on 50 samples\nnote: dropped\nnote: a leak\nnote: a id\nnote: What to do: `regimen data FILE`\n"
    );
    let many = told(&[
        "leak",
        "leak",
        "id",
        "class_missing",
        "unscaled",
        "rare_class",
    ]);
    assert!(!many.contains("rare_class"), "{many}");
    assert!(
        many.ends_with("unscaled\nnote: 1 more, and what to do: `regimen data FILE`\n"),
        "{many}"
    );
    assert_eq!(told(&["missing"]), "Train on 50 samples\nnote: dropped\n");
}

#[test]
fn a_run_without_epochs_says_so() {
    for (epochs, initial_epoch, told) in [
        (
            2,
            5,
            "Nothing to train: epochs = 2 in all, and the run begins after 5\n",
        ),
        (
            0,
            0,
            "Nothing to train: epochs = 0 in all, and the run begins after 0\n",
        ),
    ] {
        let mut console = Console::new(Mode::Plain);
        let text = console.event(&begin(epochs, initial_epoch, &[]), 0.0);
        assert_eq!(text, format!("Train on 50 samples\n{told}"));
        let end = Event::RunEnd {
            reason: "finished".into(),
            epochs_done: initial_epoch,
            seconds: 0.0,
            test: None,
        };
        assert_eq!(console.event(&end, 0.0), "Finished, nothing trained, 0s\n");
    }
}

#[test]
fn what_is_unknown_is_no_evidence() {
    let mut found = overfitting();
    found.evidence.insert("steps".into(), Value::Null);
    assert!(!finding(&found, 80, false).contains("steps"));
}
