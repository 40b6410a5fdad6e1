//! A learning rate at which weights hardly move.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "lr_too_low",
    title: "The learning rate is too low",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "higher_learning_rate",
        "adam",
        "more_epochs",
        "rate_range_test",
    ],
};

const EXPLAIN: &str = "\
With too low a rate the loss falls smoothly and hardly at all: after the epochs that one has, the
network is still near its first weights. Training and validation look alike, and both are bad.

How the doctor knows, before training: Adam and its kin move a weight by about the learning rate per
step, so at 1e-6 a weight moves by a thousandth in a thousand steps; plain gradient descent at 1e-5
or less; Adadelta at 0.01 or less. The last is a trap of its own: its authors mean a rate of 1,
Keras 1 and 2 had 1.0 as default, and since TensorFlow 2 it is 0.001, a thousandth of what old
programs were tuned for.

In a run it is measured, too: the first look inside tells what a step adds to the weights; where all
steps of the run together would not move any layer's weights by half a hundredth, the rate is too low
whatever the optimizer is.

Multiply the rate by ten as long as the loss falls faster for it.";

/// How far the weights of some layer move in a run that learns, as a share of themselves.
const LEAST_WAY: f64 = 0.005;

/// What a step of a usual rate adds to the weights at least, as a share of them.
const USUAL: f64 = 3e-4;

/// Rates of each optimizer at or below which weights hardly move.
fn limit(optimizer: &str) -> Option<f64> {
    Some(match optimizer {
        "Adam" | "AdamW" | "Nadam" | "Adamax" | "RMSprop" => 1e-6,
        "SGD" => 1e-5,
        "Adadelta" => 0.01,
        _ => return None,
    })
}

fn detect(facts: &Facts) -> Option<Finding> {
    by_rate(facts).or_else(|| by_steps(facts))
}

/// Of what a step adds to the weights, as the first look inside measured it, times the steps of the whole run.
fn by_steps(facts: &Facts) -> Option<Finding> {
    let first = facts.history.first().filter(|row| row.epoch == 0)?;
    let layers = &first.telemetry.probe.as_ref()?.layers;
    let updates = layers
        .iter()
        .filter_map(|layer| Some((layer.update?, &layer.path)));
    let (update, path) = updates
        .filter(|(update, _)| update.is_finite())
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    let steps = first.step * facts.epochs_planned.unwrap_or(1) as u64;
    let way = update * steps as f64;
    // A rate of 0 is meant: weights that are to stay.
    let rate = facts.model.and_then(|model| model.learning_rate);
    if way >= LEAST_WAY || update <= 0.0 || rate.is_some_and(|rate| rate <= 0.0) {
        return None;
    }
    // A few steps of a usual size are few steps, not small ones.
    if update >= USUAL {
        return None;
    }
    let title = format!(
        "All {steps} steps together move no layer's weights by more than {:.2} %",
        100.0 * way
    );
    let explanation = format!(
        "A step changes the weights of `{path}`, which move most, by {update:.1e} of themselves. A network that learns is usually at a thousandth a step."
    );
    let evidence = [
        ("update", json!(update)),
        ("steps", json!(steps)),
        ("learning_rate", json!(rate)),
    ];
    let mut finding = finding(Severity::Warning, 0.85, title, explanation, evidence);
    finding.check =
        "Train two epochs at ten times the rate from the same first weights: the loss ends lower."
            .to_owned();
    Some(finding)
}

fn by_rate(facts: &Facts) -> Option<Finding> {
    let model = facts.model?;
    let optimizer = model.optimizer.as_deref()?;
    let limit = limit(optimizer)?;
    let rate = model
        .learning_rate
        .filter(|rate| *rate > 0.0 && *rate <= limit)?;
    let title = format!("{optimizer} at a learning rate of {rate}");
    let why = match optimizer {
        "Adadelta" => {
            "Adadelta is made for a rate of 1, which Keras had as default before TensorFlow 2: at this rate its steps are a hundredth of that or less."
        }
        _ => "At this rate weights move by less than a hundredth in ten thousand steps.",
    };
    let explanation = format!("{why} Multiply it by ten as long as the loss falls faster for it.");
    let evidence = [
        ("optimizer", json!(optimizer)),
        ("learning_rate", json!(rate)),
        ("limit", json!(limit)),
    ];
    let mut finding = finding(Severity::Warning, 0.85, title, explanation, evidence);
    finding.check =
        "Train two epochs at ten times the rate from the same first weights: the loss ends lower."
            .to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::looked;
    use regimen_run::ModelFacts;
    use regimen_run::event::LayerTelemetry;

    fn told(optimizer: &str, rate: f64) -> bool {
        let model = ModelFacts {
            optimizer: Some(optimizer.into()),
            learning_rate: Some(rate),
            ..ModelFacts::default()
        };
        detect(&Facts {
            model: Some(&model),
            ..Facts::default()
        })
        .is_some()
    }

    #[test]
    fn before_training() {
        assert!(told("Adam", 1e-7) && !told("Adam", 1e-5));
        assert!(told("SGD", 1e-6) && !told("SGD", 1e-4));
        assert!(told("Adadelta", 0.001) && !told("Adadelta", 1.0));
        assert!(!told("Ftrl", 1e-9) && !told("Adam", 0.0));
    }

    #[test]
    fn by_what_a_step_moves() {
        let told_of = |update: f64, epochs: usize| {
            let layer = LayerTelemetry {
                path: "dense".to_owned(),
                update: Some(update),
                ..LayerTelemetry::default()
            };
            // A hundred steps an epoch.
            let events = looked(&[layer], 32);
            let facts = Facts {
                epochs_planned: Some(epochs),
                ..Facts::from_events(&events)
            };
            detect(&facts).is_some()
        };
        let told = |update| told_of(update, 10);
        assert!(told(1e-6) && !told(1e-4) && !told(0.0) && !told(f64::NAN));
        assert!(told_of(2e-5, 1) && !told_of(4e-4, 0));
    }
}
