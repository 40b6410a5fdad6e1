//! A validation accuracy that stands still, where nobody told the classes' shares.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::Facts;
use crate::curve::Curve;
use crate::findings::finding;

/// Epochs that an accuracy has to stand for, and the part of the log that they are at least.
const EPOCHS: usize = 3;
const PART: usize = 2;
/// How far training accuracy may be from it: a network that has learnt its rows stands still, too.
const NEAR: f64 = 0.06;

/// The suspicion.
pub(super) fn standing(facts: &Facts) -> Option<Finding> {
    let accuracy = Curve::accuracies(facts);
    let n = accuracy.len();
    let last = *accuracy.val.last()?;
    let same = accuracy
        .val
        .iter()
        .rev()
        .take_while(|a| **a == last)
        .count();
    let beside = (accuracy.train[n - 1] - last).abs() <= NEAR;
    let free = last > 0.02 && last < 0.9999;
    if same < EPOCHS || same * PART < n || !beside || !free {
        return None;
    }
    let from_epoch = facts.epoch_name(accuracy.epochs[n - same]);
    let title = format!(
        "val_accuracy stands at {last:.4} for {same} epochs: perhaps one class for every row"
    );
    let explanation = "A network that answers one class for every row has exactly that class's share as accuracy. Tell the shares (--val-class-shares) to decide it.".to_owned();
    let evidence = [
        ("val_accuracy", json!(last)),
        ("accuracy", json!(accuracy.train[n - 1])),
        ("epochs", json!(same)),
    ];
    let mut finding = finding(Severity::Info, 0.7, title, explanation, evidence);
    finding.from_epoch = Some(from_epoch);
    finding.check = "Count the different answers over the validation rows.".to_owned();
    Some(finding)
}
