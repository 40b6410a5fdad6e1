//! NaN loss: the loss, or something on its way, stopped being a finite number.
//!
//! What to do depends on where it began (`cause`): in ids or features, or in steps that are too large.

mod cause;
#[cfg(test)]
mod tests;

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef, NonFiniteFact};
use cause::Cause;

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "nan_loss",
    title: "Loss is not a number",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "lower_learning_rate",
        "gradient_clipping",
        "scale_inputs",
        "fix_output_activation",
        "clean_inputs",
        "raise_input_dim",
    ],
};

const EXPLAIN: &str = "\
The loss became NaN or infinite. Every weight that the next step touches becomes NaN too, so the
run cannot recover; the last good checkpoint is the place to go back to.

Where it began tells the cause. In a layer's output while the loss before was growing: steps too
large (lower the learning rate, or clip gradients with clipnorm=1). In an Embedding: ids below 0, or
not below its input_dim. In the layer that the features reach first: NaN or enormous values in them,
above all at the first step. At the loss itself: a logarithm or division of zero, such as a
crossentropy over outputs that are no probabilities. In val_loss alone: the validation rows.

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
    let mut finding = tell(title, cause::of_event(facts, fact), evidence);
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
        cause::of_log(name),
        evidence,
    );
    finding.from_epoch = Some(epoch);
    let later: Vec<_> = (facts.history.iter())
        .filter(|later| later.epoch > row.epoch)
        .collect();
    let ends_well = later.last().is_some_and(|last| broken(last).is_none());
    if name == "val_loss" && ends_well {
        // It came back: the network is sound, some validation rows are not.
        finding.severity = Severity::Warning;
        finding.title = format!(
            "{name} is {} in epoch {epoch}, and finite again later",
            row.logs[name]
        );
        finding.explanation = "The network went on, so its weights are finite: look at the validation rows and at logarithms or divisions of the metric.".to_owned();
    }
    Some(finding)
}

fn tell<const N: usize>(
    title: String,
    cause: Cause,
    evidence: [(&str, serde_json::Value); N],
) -> Finding {
    let explanation = format!(
        "A loss that is not finite makes every weight that it reaches NaN at the next step: from \
         here on nothing is learned. {}",
        cause.explanation
    );
    let explanation = explanation.trim_end().to_string();
    let mut finding = finding(Severity::Error, 1.0, title, explanation, evidence);
    finding.check = cause.check.to_string();
    finding.remedies = cause
        .remedies
        .iter()
        .map(|remedy| remedy.to_string())
        .collect();
    finding
}

/// Training loss of the last epoch before `epoch` that was finite.
fn last_finite_loss(facts: &Facts, epoch: usize) -> Option<f64> {
    let before = facts.history.iter().rev().filter(|row| row.epoch < epoch);
    before
        .filter_map(|row| row.logs.get("loss").copied())
        .find(|loss| loss.is_finite())
}
