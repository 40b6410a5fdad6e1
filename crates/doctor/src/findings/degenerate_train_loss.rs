//! A training loss of zero that the accuracy does not bear out.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::series;
use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "degenerate_train_loss",
    title: "Training loss is zero, and nothing is learnt",
    explain: EXPLAIN,
    detect,
    remedies: &["fix_labels", "unscale_targets", "fix_output_units"],
};

const EXPLAIN: &str = "\
A loss of zero says that every training row is answered rightly and surely. Within the first epochs
no real task is like that: the labels must all be the same, as far as the loss can see. Class numbers
that were divided by 255 (the loss cuts them all to class 0), labels that were overwritten, a
categorical loss over one unit are the usual causes.

How the doctor knows: training loss is below a millionth, while the accuracy that is logged beside it
is between 0.03 and 0.9 (below, it is the accuracy of numbers), or the validation loss is large.

Print the different values of the labels just before fit.";

fn detect(facts: &Facts) -> Option<Finding> {
    let losses = series(facts, "loss");
    let early = losses.iter().take(2).any(|(_, loss)| loss.abs() < 1e-6);
    let last = *losses.last()?;
    let vanished = last.1.abs() < 1e-6;
    if !(early || vanished) {
        return None;
    }
    let row = facts.history.last()?;
    let accuracy = facts.accuracy(row, "");
    // Near 0 it is the accuracy of numbers, which are never equal.
    let numbers = facts.model.is_some_and(|model| {
        model.outputs.iter().any(|output| {
            output
                .loss
                .as_deref()
                .is_some_and(crate::output::is_distance)
        })
    });
    let wrong = accuracy.is_some_and(|a| (0.03..0.9).contains(&a)) && !numbers;
    let validation = row
        .logs
        .get("val_loss")
        .copied()
        .filter(|loss| loss.is_finite());
    let far = validation
        .is_some_and(|loss| loss > 1.0 && facts.accuracy(row, "val_").is_none_or(|a| a < 0.5));
    if !(wrong || (early && far)) {
        return None;
    }
    let shown = accuracy.map_or(String::new(), |a| format!(" beside an accuracy of {a:.4}"));
    let title = format!("Training loss is {:.1e}{shown}", last.1);
    let explanation = "For the loss all labels are the same: class numbers that were scaled, labels that were overwritten, or one unit under a categorical loss.".to_owned();
    let evidence = [
        ("last_loss", json!(last.1)),
        ("accuracy", json!(accuracy)),
        ("val_loss", json!(validation)),
    ];
    let mut finding = finding(Severity::Error, 0.93, title, explanation, evidence);
    finding.from_epoch = losses.first().map(|(epoch, _)| facts.epoch_name(*epoch));
    finding.check = "Print the different values of the labels just before `fit`.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{epochs, four};

    #[test]
    fn zero_beside_a_poor_accuracy() {
        let zero = [1e-7, 0.0, 0.0];
        assert!(
            detect(&Facts::from_events(&four(
                &zero,
                &[0.1, 0.1, 0.1],
                &zero,
                &[0.1, 0.1, 0.1]
            )))
            .is_some()
        );
        assert!(
            detect(&Facts::from_events(&four(
                &zero,
                &[1.0, 1.0, 1.0],
                &zero,
                &[1.0, 1.0, 1.0]
            )))
            .is_none()
        );
        assert!(detect(&Facts::from_events(&epochs("loss", &[0.5, 0.1, 0.01]))).is_none());
        assert!(detect(&Facts::from_events(&[])).is_none());
    }
}
