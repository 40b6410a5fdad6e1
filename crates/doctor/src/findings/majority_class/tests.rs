//! When one class for every row is an alarm, when it is told so far, when nothing is said.

use super::*;
use crate::cases::{epochs, predicted};
use crate::{Watcher, diagnose};
use regimen_run::event::Telemetry;
use regimen_run::facts::OutputFacts;
use regimen_run::{DataProfile, Event, ModelFacts};

fn shares(val_shares: &[f64]) -> DataProfile {
    DataProfile {
        train_shares: val_shares.to_vec(),
        val_shares: val_shares.to_vec(),
        classes: vec!["no".into(), "yes".into()],
        ..DataProfile::default()
    }
}

fn found(events: &[Event], data: &DataProfile, rows: usize) -> Option<Finding> {
    let facts = Facts {
        val_samples: Some(rows),
        data: Some(data),
        ..Facts::from_events(events)
    };
    detect(&facts)
}

/// Sets one log of every epoch.
fn with(mut events: Vec<Event>, name: &str, values: &[f64]) -> Vec<Event> {
    for (event, value) in events.iter_mut().zip(values) {
        if let Event::EpochEnd { logs, .. } = event {
            logs.insert(name.to_string(), *value);
        }
    }
    events
}

fn with_steps(mut events: Vec<Event>, per_epoch: u64) -> Vec<Event> {
    for event in &mut events {
        if let Event::EpochEnd { epoch, step, .. } = event {
            *step = per_epoch * (*epoch as u64 + 1);
        }
    }
    events
}

const YES: &[f64] = &[0.0, 1.0];
const NO: &[f64] = &[1.0, 0.0];

#[test]
fn fires_on_the_share_of_the_commonest_class() {
    let events = epochs("val_accuracy", &[0.52, 0.6539, 0.6539, 0.6539]);
    let finding = found(&events, &shares(&[0.65392, 0.34608]), 1000).expect("one class");
    assert_eq!(finding.from_epoch, Some(2));
    assert_eq!(finding.evidence["class"], "no");
    assert_eq!(finding.severity, Severity::Warning);
}

#[test]
fn says_nothing_of_one_output_among_several() {
    // An output called `binary` has logs that look like a metric of all.
    let events = epochs("val_binary_accuracy", &[0.6539; 4]);
    let data = shares(&[0.65392, 0.34608]);
    assert!(found(&events, &data, 1000).is_some());
    let model = ModelFacts {
        outputs: vec![OutputFacts::default(), OutputFacts::default()],
        ..ModelFacts::default()
    };
    let facts = Facts {
        val_samples: Some(1000),
        data: Some(&data),
        model: Some(&model),
        ..Facts::from_events(&events)
    };
    assert_eq!(detect(&facts), None);
}

#[test]
fn fires_on_a_single_predicted_class() {
    let events = predicted(&[&[0.5, 0.5], YES, YES, YES]);
    let finding = found(&events, &shares(&[0.6, 0.4]), 1000).expect("one class");
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(finding.from_epoch, Some(2));
    assert!(finding.title.contains("class yes"), "{}", finding.title);
    assert_eq!(finding.probability, SUREST);
}

#[test]
fn two_epochs_are_enough_when_they_are_long() {
    let two = predicted(&[YES, YES]);
    let data = shares(&[0.6, 0.4]);
    let so_far = found(&two, &data, 1000).expect("one class");
    assert_eq!(so_far.severity, Severity::Info);
    assert!(so_far.title.starts_with("So far"), "{}", so_far.title);
    let long = found(&with_steps(two, 500), &data, 1000).expect("one class");
    assert_eq!(long.severity, Severity::Warning);
}

#[test]
fn few_steps_are_no_alarm() {
    let events = with_steps(predicted(&[YES; 6]), 2);
    let finding = found(&events, &shares(&[0.6, 0.4]), 1000).expect("one class");
    assert_eq!(finding.severity, Severity::Info);
    assert!(finding.explanation.contains("12 steps"), "{finding:?}");
}

#[test]
fn few_rows_prove_nothing() {
    let data = shares(&[0.6, 0.4]);
    let eight = found(&predicted(&[YES; 9]), &data, 8).expect("suspected");
    assert_eq!(eight.severity, Severity::Info);
    assert_eq!(eight.probability, 1.0 - 0.6f64.powi(8));
    assert_eq!(eight.evidence["chance"], 0.6f64.powi(8));
    let five = shares(&[0.8, 0.2]);
    assert!(found(&predicted(&[YES; 9]), &five, 5).is_none());
    let log = epochs("val_accuracy", &[0.8; 9]);
    assert!(found(&log, &five, 5).is_none());
    // Of a commonest class of 99 % a sound network may well answer nothing else on 100 rows.
    assert!(found(&predicted(&[YES; 9]), &shares(&[0.01, 0.99]), 100).is_none());
}

#[test]
fn a_training_accuracy_that_moves_is_no_alarm() {
    let data = shares(&[0.5, 0.5]);
    for rising in [[0.5, 0.5, 0.52, 0.56, 0.62], [0.5, 0.7, 0.8, 0.85, 0.85]] {
        let events = with(predicted(&[YES; 5]), "accuracy", &rising);
        let finding = found(&events, &data, 1000).expect("one class");
        assert_eq!(finding.severity, Severity::Info, "{finding:?}");
        assert!(finding.explanation.contains("training accuracy"));
        let mut watcher = Watcher::new();
        assert!(events.iter().all(|event| watcher.see(event).is_empty()));
    }
    let noise = with(
        predicted(&[YES; 5]),
        "accuracy",
        &[0.4, 0.51, 0.495, 0.505, 0.51],
    );
    let finding = found(&noise, &data, 1000).expect("one class");
    assert_eq!(finding.severity, Severity::Warning, "{finding:?}");
}

#[test]
fn a_loss_below_the_priors_is_no_alarm() {
    let data = shares(&[0.9, 0.1]);
    let model = ModelFacts {
        outputs: vec![OutputFacts {
            shape: vec![None, Some(1)],
            loss: Some("binary_crossentropy".into()),
            ..OutputFacts::default()
        }],
        ..ModelFacts::default()
    };
    for (val_loss, severity) in [(0.2, Severity::Info), (0.33, Severity::Warning)] {
        let events = with(predicted(&[NO; 4]), "val_loss", &[val_loss; 4]);
        let facts = Facts {
            val_samples: Some(1000),
            data: Some(&data),
            model: Some(&model),
            ..Facts::from_events(&events)
        };
        assert_eq!(detect(&facts).expect("one class").severity, severity);
    }
}

#[test]
fn without_accuracy_a_falling_loss_is_no_alarm() {
    let data = shares(&[0.5, 0.5]);
    let events = with(predicted(&[YES; 4]), "loss", &[0.9, 0.7, 0.5, 0.3]);
    let finding = found(&events, &data, 1000).expect("one class");
    assert_eq!(finding.severity, Severity::Info, "{finding:?}");
}

#[test]
fn silent_once_numbers_are_not_finite() {
    let data = shares(&[0.6, 0.4]);
    for name in ["loss", "val_loss"] {
        let events = with(
            predicted(&[NO; 4]),
            name,
            &[0.5, f64::NAN, f64::NAN, f64::NAN],
        );
        assert!(found(&events, &data, 1000).is_none(), "{name}");
    }
    let mut events = predicted(&[NO; 4]);
    events.push(Event::NonFinite {
        epoch: 1,
        step: 12,
        layer: "dense".into(),
    });
    assert!(found(&events, &data, 1000).is_none());
}

#[test]
fn another_class_each_time_has_no_name() {
    let events = predicted(&[YES, &[1.0, 0.0], YES, &[1.0, 0.0]]);
    let finding = found(&events, &shares(&[0.6, 0.4]), 1000).expect("one class");
    assert!(
        finding.title.contains("answers one class"),
        "{}",
        finding.title
    );
    assert_eq!(finding.evidence["class"], serde_json::Value::Null);
}

#[test]
fn silent_when_the_accuracy_only_comes_near() {
    let events = epochs("val_accuracy", &[0.655, 0.656, 0.652]);
    assert!(found(&events, &shares(&[0.65392, 0.34608]), 1000).is_none());
}

#[test]
fn silent_after_one_epoch_or_once_it_learns() {
    let data = shares(&[0.65, 0.35]);
    assert!(found(&epochs("val_accuracy", &[0.65]), &data, 1000).is_none());
    assert!(found(&epochs("val_accuracy", &[0.65, 0.65, 0.9]), &data, 1000).is_none());
    let learns = predicted(&[&[1.0, 0.0], &[1.0, 0.0], &[0.7, 0.3]]);
    assert!(found(&learns, &data, 1000).is_none());
}

#[test]
fn predictions_outweigh_accuracy() {
    let mut events = epochs("val_accuracy", &[0.65; 4]);
    for event in &mut events {
        if let Event::EpochEnd { telemetry, .. } = event {
            *telemetry = Telemetry {
                val_predicted_shares: vec![0.6, 0.4],
                ..Telemetry::default()
            };
        }
    }
    assert!(found(&events, &shares(&[0.65, 0.35]), 1000).is_none());
}

#[test]
fn silent_without_shares_or_with_one_class() {
    let events = epochs("val_accuracy", &[0.65; 4]);
    assert!(detect(&Facts::from_events(&events)).is_none());
    let one = shares(&[1.0, 0.0]);
    assert!(found(&epochs("val_accuracy", &[1.0; 4]), &one, 100).is_none());
    assert!(found(&predicted(&[&[1.0], &[1.0], &[1.0]]), &shares(&[1.0]), 100).is_none());
}

/// A log that was published for help: five classes, the commonest one 39.93 % of 269,501 training
/// rows and 35.39 % of 33,967 validation rows.
#[test]
fn a_published_plateau_is_sure() {
    let mut events = epochs("val_acc", &[0.3539; 5]);
    events = with(events, "acc", &[0.1792, 0.3993, 0.3993, 0.3993, 0.3993]);
    events = with(events, "loss", &[1.6094, 1.6060, 1.6002, 1.5930, 1.5851]);
    events = with(
        events,
        "val_loss",
        &[1.6073, 1.6042, 1.6005, 1.5967, 1.5930],
    );
    let data = DataProfile {
        classes: ["a", "b", "c", "d", "e"].map(String::from).to_vec(),
        train_shares: vec![0.1624, 0.3993, 0.0931, 0.2086, 0.1367],
        val_shares: vec![0.1083, 0.3539, 0.1986, 0.1625, 0.1766],
        ..DataProfile::default()
    };
    for (steps, rows) in [(0, Some(33_967)), (0, None), (8422, Some(33_967))] {
        let events = with_steps(events.clone(), steps);
        let facts = Facts {
            train_samples: Some(269_501),
            val_samples: rows,
            data: Some(&data),
            ..Facts::from_events(&events)
        };
        let finding = diagnose(&facts)
            .into_iter()
            .find(|f| f.id == "majority_class")
            .expect("one class");
        assert_eq!(finding.severity, Severity::Warning, "{finding:?}");
        assert!(finding.probability > 0.98, "{finding:?}");
        assert_eq!(finding.evidence["class"], "b");
    }
}
