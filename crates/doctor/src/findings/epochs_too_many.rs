//! Most of the epochs came after the best one.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::generalization;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "epochs_too_many",
    title: "Most epochs came after the best one",
    explain: EXPLAIN,
    detect,
    remedies: &["early_stopping"],
};

const EXPLAIN: &str = "\
Validation was best early on, and the larger part of the epochs made nothing better: time that could
have been saved, and, where the network overfits, harm that could have been spared.

How the doctor knows: the best validation loss lies in the first third of at least nine epochs, and one
of overfitting, overfitting_benign and overfitting_mild holds: without them, a loss that stands may
still turn downwards.

EarlyStopping on val_loss with a patience of a few epochs and restore_best_weights=True stops by
itself, at any learning rate.";

fn detect(facts: &Facts) -> Option<Finding> {
    let found = generalization::judge(facts)?;
    let n = found.curve.len();
    if n < 9 || found.best + 1 > n / 3 {
        return None;
    }
    let epoch = facts.epoch_name(found.curve.epochs[found.best]);
    let title = format!(
        "{} of {n} epochs came after the best one, epoch {epoch}",
        found.after
    );
    let explanation = "They made validation no better. EarlyStopping with a patience of a few epochs would have stopped by itself.".to_owned();
    let mut finding = finding(
        Severity::Info,
        0.9,
        title,
        explanation,
        [
            ("best_epoch", json!(epoch)),
            ("epochs_after_best", json!(found.after)),
        ],
    );
    finding.from_epoch = Some(facts.epoch_name(found.from()));
    finding.check =
        "Train again with early stopping: the validation metric ends no worse.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::losses;

    #[test]
    fn the_best_epoch_came_early() {
        let train: Vec<f64> = (0..12).map(|i| 1.5 * 0.8f64.powi(i)).collect();
        let mut val = vec![1.3, 1.15];
        val.extend((0..10).map(|i| 1.2 + 0.08 * f64::from(i)));
        assert!(detect(&Facts::from_events(&losses(&train, &val))).is_some());
        val.reverse();
        assert!(detect(&Facts::from_events(&losses(&train, &val))).is_none());
    }
}
