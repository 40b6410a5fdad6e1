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
    remedies: &["higher_learning_rate", "adam", "more_epochs"],
};

const EXPLAIN: &str = "\
With too low a rate the loss falls smoothly and hardly at all: after the epochs that one has, the
network is still near its first weights. Training and validation look alike, and both are bad.

How the doctor knows, before training: Adam and its kin move a weight by about the learning rate per
step, so at 1e-6 a weight moves by a thousandth in a thousand steps; plain gradient descent at 1e-5
or less; Adadelta at 0.01 or less. The last is a trap of its own: its authors mean a rate of 1,
Keras 1 and 2 had 1.0 as default, and since TensorFlow 2 it is 0.001, a thousandth of what old
programs were tuned for.

Multiply the rate by ten as long as the loss falls faster for it.";

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
    use regimen_run::ModelFacts;

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
}
