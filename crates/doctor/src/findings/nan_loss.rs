//! NaN loss: the loss, or something on its way, stopped being a finite number.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef, NonFiniteFact};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "nan_loss",
    title: "Loss is not a number",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "lower_learning_rate",
        "clipnorm",
        "scale_inputs",
        "fix_output_activation",
    ],
};

const EXPLAIN: &str = "\
The loss became NaN or infinite. Every weight that the next step touches becomes NaN too, so the
run cannot recover; the last good checkpoint is the place to go back to.

Where it began tells the cause. In a layer's output while the loss before was growing: steps too
large (lower the learning rate, or clip gradients with clipnorm=1). In the first layer, at the first
step: NaN or enormous values in the data (the reader names row and column). At the loss itself: a
logarithm or division of zero, such as a crossentropy over outputs that are no probabilities.

Regimen looks at the loss of every step, and at the outputs of every layer once it is not finite,
so layer and step are those of the first one. A foreign log shows only the epoch.";

fn detect(facts: &Facts) -> Option<Finding> {
    match facts.non_finite.first() {
        Some(fact) => Some(by_event(facts, fact)),
        None => by_logs(facts),
    }
}

/// The trainer saw it: layer and step are known.
fn by_event(facts: &Facts, fact: &NonFiniteFact) -> Finding {
    let epoch = facts.epoch_name(fact.epoch);
    let place = match fact.layer {
        "loss" => "in the loss".to_string(),
        layer => format!("in {layer}"),
    };
    let title = format!(
        "Not finite from step {} (epoch {epoch}) on, first {place}",
        fact.step
    );
    let evidence = [
        ("step", json!(fact.step)),
        ("layer", json!(fact.layer)),
        (
            "last_finite_loss",
            json!(last_finite_loss(facts, fact.epoch)),
        ),
    ];
    let mut finding = tell(title, evidence);
    finding.from_epoch = Some(epoch);
    finding.layer = Some(fact.layer.to_string());
    finding
}

/// Only the logs tell it.
fn by_logs(facts: &Facts) -> Option<Finding> {
    let broken = |row: &crate::EpochFacts| {
        let names = ["loss", "val_loss"];
        names
            .into_iter()
            .find(|name| row.logs.get(*name).is_some_and(|x| !x.is_finite()))
    };
    let (row, name) = facts
        .history
        .iter()
        .find_map(|row| Some((row, broken(row)?)))?;
    let epoch = facts.epoch_name(row.epoch);
    let evidence = [
        ("log", json!(name)),
        ("value", json!(row.logs[name].to_string())),
        (
            "last_finite_loss",
            json!(last_finite_loss(facts, row.epoch)),
        ),
    ];
    let mut finding = tell(
        format!("{name} is {} from epoch {epoch} on", row.logs[name]),
        evidence,
    );
    finding.from_epoch = Some(epoch);
    Some(finding)
}

fn tell<const N: usize>(title: String, evidence: [(&str, serde_json::Value); N]) -> Finding {
    let explanation = "A loss that is not finite makes every weight that it reaches NaN at the \
                       next step: from here on nothing is learned."
        .to_string();
    let mut finding = finding(Severity::Error, 1.0, title, explanation, evidence);
    finding.check = "Train again with a tenth of the learning rate: if the loss stays finite, the \
                     steps were too large; if it breaks at the same step, look at the data."
        .into();
    finding
}

/// Training loss of the last epoch before `epoch` that was finite.
fn last_finite_loss(facts: &Facts, epoch: usize) -> Option<f64> {
    let before = facts.history.iter().rev().filter(|row| row.epoch < epoch);
    before
        .filter_map(|row| row.logs.get("loss").copied())
        .find(|loss| loss.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{epochs, losses};
    use regimen_run::Event;

    #[test]
    fn fires_with_layer_and_step() {
        let mut events = epochs("loss", &[2.0, 5.0]);
        events.push(Event::NonFinite {
            epoch: 2,
            step: 45,
            layer: "dense_1".into(),
        });
        events.extend(epochs("loss", &[2.0, 5.0, f64::NAN]).pop());
        let finding = detect(&Facts::from_events(&events)).expect("not finite");
        assert_eq!(finding.severity, Severity::Error);
        assert_eq!(finding.layer.as_deref(), Some("dense_1"));
        assert_eq!(finding.evidence["step"], 45);
        assert_eq!(finding.evidence["last_finite_loss"], 5.0);
        assert_eq!(finding.from_epoch, Some(3));
    }

    #[test]
    fn fires_on_a_log_alone() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let events = epochs("loss", &[2.0, bad, bad]);
            let finding = detect(&Facts::from_events(&events)).expect("not finite");
            assert_eq!(finding.from_epoch, Some(2));
            assert_eq!(finding.layer, None);
        }
    }

    #[test]
    fn fires_on_validation_alone() {
        let finding = detect(&Facts::from_events(&losses(&[1.0, 0.9], &[1.0, f64::NAN])));
        assert_eq!(finding.expect("not finite").evidence["log"], "val_loss");
    }

    #[test]
    fn silent_on_finite_losses_and_odd_metrics() {
        assert!(detect(&Facts::from_events(&losses(&[1e30, 0.9], &[1.0, 1e30]))).is_none());
        assert!(detect(&Facts::from_events(&epochs("precision", &[f64::NAN; 3]))).is_none());
        assert!(detect(&Facts::from_events(&[])).is_none());
    }
}
