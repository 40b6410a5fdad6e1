//! Validation loss rises, and the validation metric ends as good as its best. The rule: `generalization`.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::generalization::{self, Verdict};
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "overfitting_benign",
    title: "Validation loss rises, the metric holds",
    explain: EXPLAIN,
    detect,
    remedies: &["early_stopping", "label_smoothing", "dropout"],
};

const EXPLAIN: &str = "\
Validation loss has left its best, but the share of right answers has not: the network gets surer of
all its answers, the wrong ones among them, and a crossentropy punishes sure wrong answers without
limit. As classes go, the network is as good as ever; as probabilities, its answers have become too
sure.

What the doctor compares: the rise of validation loss, as for overfitting; and the mean validation
accuracy of the last third of the epochs against the best epoch's, less what the best of so many
equally good epochs gains by luck. The noise of the accuracy is the larger of its scatter from epoch
to epoch and of the sampling error of the validation rows, where their number is known.

Nothing has to be done where only the answers count. Where probabilities do, stop at the best
validation loss (EarlyStopping with restore_best_weights=True), or use label smoothing.";

fn detect(facts: &Facts) -> Option<Finding> {
    let found = generalization::judge(facts)?;
    let gap = found.gap.filter(|_| found.verdict == Verdict::Benign)?;
    let from_epoch = facts.epoch_name(found.from());
    let curve = &found.curve;
    let (best, last) = (curve.val[found.best], curve.val[curve.len() - 1]);
    let title = format!(
        "From epoch {from_epoch} val_loss rises ({best:.4} -> {last:.4}), accuracy holds: {:.2} % against {:.2} % at its best",
        100.0 * gap.val,
        100.0 * gap.best
    );
    let explanation = format!(
        "The network gets too sure of its wrong answers, but not wrong more often: {:.2} points below the best epoch is within the {:.2} that noise and the choice of the best explain.",
        100.0 * (gap.best - gap.val),
        100.0 * gap.allowance()
    );
    let evidence = [
        (
            "best_epoch",
            json!(facts.epoch_name(curve.epochs[found.best])),
        ),
        ("val_loss_rise", json!(found.rise)),
        ("best_val_accuracy", json!(gap.best)),
        ("val_accuracy", json!(gap.val)),
        ("allowance", json!(gap.allowance())),
        ("val_samples", json!(facts.val_samples)),
    ];
    let mut finding = finding(Severity::Info, 0.9, title, explanation, evidence);
    finding.from_epoch = Some(from_epoch);
    finding.check = "Divide the logits by a temperature chosen on validation rows: the loss falls back, the answers stay.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::four;

    #[test]
    fn a_rising_loss_under_a_steady_metric() {
        let loss = [0.3, 0.1, 0.06, 0.04, 0.02, 0.01, 0.008, 0.005];
        let accuracy = [0.91, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 0.999];
        let val_loss = [0.2, 0.1, 0.09, 0.1, 0.12, 0.14, 0.16, 0.18];
        let holds = [0.94, 0.97, 0.975, 0.976, 0.975, 0.977, 0.976, 0.976];
        let falls = [0.94, 0.97, 0.975, 0.96, 0.94, 0.93, 0.92, 0.91];
        let found = |val_accuracy: &[f64]| {
            let events = four(&loss, &accuracy, &val_loss, val_accuracy);
            let finding = detect(&Facts::from_events(&events))?;
            finding.from_epoch
        };
        assert_eq!(found(&holds), Some(4));
        assert_eq!(found(&falls), None);
    }
}
