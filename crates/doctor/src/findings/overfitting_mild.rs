//! A gap between training and validation that costs little. The rule: `generalization`.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::generalization::{self, Verdict};
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "overfitting_mild",
    title: "A small gap between training and validation",
    explain: EXPLAIN,
    detect,
    remedies: &["early_stopping", "more_data", "augmentation", "dropout"],
};

const EXPLAIN: &str = "\
Training rows are known better than validation rows, by more than chance, and validation no longer
improves; but it does not get worse beyond its noise either. Most networks that are trained to the
end look like that. The epochs since the best one bring nothing.

What the doctor compares: accuracies over the last third of the epochs. A gap of 5 points and of
three standard errors of the validation share, with a validation loss 1.5 times the training loss,
is told; from 15 points on, or where validation loss has left its best beyond noise, the finding is
overfitting.

More data, augmentation or some dropout narrow the gap; whether that raises validation has to be
tried. Stopping earlier costs nothing.";

fn detect(facts: &Facts) -> Option<Finding> {
    let found = generalization::judge(facts)?;
    let gap = found.gap.filter(|_| found.verdict == Verdict::Mild)?;
    let from_epoch = facts.epoch_name(found.from());
    let title = format!(
        "Accuracy is {:.1} % on training rows, {:.1} % on validation rows, and validation has stopped improving",
        100.0 * gap.train,
        100.0 * gap.val
    );
    let explanation = format!(
        "A gap of {:.1} points is more than chance, and validation loss has not got better since epoch {}; nor has it got worse beyond its noise.",
        100.0 * gap.size(),
        facts.epoch_name(found.curve.epochs[found.best])
    );
    let evidence = [
        ("accuracy", json!(gap.train)),
        ("val_accuracy", json!(gap.val)),
        ("gap", json!(gap.size())),
        ("loss_ratio", json!(gap.ratio)),
        ("val_loss_rise", json!(found.rise)),
        ("noise", json!(found.noise)),
    ];
    let mut finding = finding(Severity::Info, 0.8, title, explanation, evidence);
    finding.from_epoch = Some(from_epoch);
    finding.check = "Train on half of the rows: a gap that widens is a lack of data.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::four;

    #[test]
    fn a_gap_without_a_rise() {
        let loss = [0.6, 0.4, 0.3, 0.2, 0.15, 0.12, 0.11, 0.1];
        let accuracy = [0.7, 0.85, 0.9, 0.93, 0.95, 0.96, 0.965, 0.97];
        let val_loss = [0.5, 0.35, 0.3, 0.29, 0.28, 0.283, 0.281, 0.284];
        let found = |gap: f64, n: usize| {
            let val: Vec<f64> = accuracy.iter().map(|a| a - gap).collect();
            let events = four(&loss, &accuracy, &val_loss, &val);
            let facts = Facts {
                val_samples: Some(n),
                ..Facts::from_events(&events)
            };
            detect(&facts).is_some()
        };
        assert!(found(0.08, 1000));
        assert!(!found(0.08, 20));
        assert!(!found(0.03, 1000));
    }
}
