//! Training that ended, or is planned to end, long before it is done.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::{degenerate_train_loss, finding, negative_loss, plateau, still_improving};
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "epochs_too_few",
    title: "Too few epochs",
    explain: EXPLAIN,
    detect,
    remedies: &["more_epochs", "higher_learning_rate", "smaller_batch"],
};

const EXPLAIN: &str = "\
The run ends while much is still to be gained. A network that saw a hundred steps has hardly begun,
whatever the number of epochs is: epochs of few, large batches are few steps.

How the doctor knows: the curve was still falling at the end by the rule of still_improving, at a pace
that as many epochs again would gain a fifth; or, before training, where rows, batch size and epochs
are all told, fewer than a hundred steps in all.

More epochs with EarlyStopping on val_loss cost nothing where they are not needed. Where an epoch has
few steps, a smaller batch makes more of them.";

/// What as many epochs again would gain, and steps that are few.
const MUCH: f64 = 0.2;
/// Training accuracy at which nothing is left to be gained, and validation rows that tell nothing.
const SOLVED: f64 = 0.99;
const FEW_ROWS: usize = 20;
const FEW: usize = 100;

fn detect(facts: &Facts) -> Option<Finding> {
    if facts.history.is_empty() {
        return planned(facts);
    }
    let goes_on = facts
        .epochs_planned
        .is_some_and(|epochs| facts.history.len() < epochs);
    let stopped = facts.ended == Some("stopped");
    let (name, gain, from) = still_improving::improving(facts)?;
    let done = plateau::last_accuracy(facts).is_some_and(|accuracy| accuracy >= SOLVED);
    let few = facts.val_samples.is_some_and(|rows| rows < FEW_ROWS);
    let odd = [degenerate_train_loss::DEF, negative_loss::DEF];
    let odd = odd.iter().any(|def| (def.detect)(facts).is_some());
    if gain < MUCH || stopped || (goes_on && facts.ended.is_none()) || done || few || odd {
        return None;
    }
    let gain = gain.min(0.99);
    let epochs = facts.history.len();
    let title = format!(
        "{name} fell to the last of {epochs} epochs: at this pace as many again would take {:.0} % off it",
        100.0 * gain
    );
    let explanation = "Nothing can be said yet of how good this network is.".to_owned();
    let evidence = [
        ("epochs", json!(epochs)),
        ("gain", json!(gain)),
        ("steps", json!(null)),
    ];
    let mut finding = finding(Severity::Info, 0.8, title, explanation, evidence);
    finding.from_epoch = Some(facts.epoch_name(from));
    finding.check =
        "Train for twice as many epochs: the best value moves to the new ones.".to_owned();
    Some(finding)
}

/// Before training.
fn planned(facts: &Facts) -> Option<Finding> {
    let (rows, batch) = (facts.train_samples?, facts.batch_size?);
    let epochs = facts.epochs_planned?;
    let steps = epochs * rows.div_ceil(batch.max(1));
    if steps >= FEW || rows == 0 {
        return None;
    }
    let title = format!(
        "{steps} steps in all: {epochs} epochs of {} batches",
        rows.div_ceil(batch.max(1))
    );
    let explanation = "A network of any size has hardly begun after so few.".to_owned();
    let evidence = [
        ("epochs", json!(epochs)),
        ("gain", json!(null)),
        ("steps", json!(steps)),
    ];
    let mut finding = finding(Severity::Info, 0.6, title, explanation, evidence);
    finding.check = "Train for ten times as many steps: the loss ends clearly lower.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::losses;

    #[test]
    fn falling_to_the_end_and_few_steps() {
        let falls: Vec<f64> = (0..9).map(|e| 1.0 - 0.08 * f64::from(e)).collect();
        let events = losses(&falls, &falls);
        assert!(detect(&Facts::from_events(&events)).is_some());
        let going_on = Facts {
            epochs_planned: Some(100),
            ..Facts::from_events(&events)
        };
        assert!(detect(&going_on).is_none());
        let plan = |rows: usize, batch: usize, epochs: usize| {
            detect(&Facts {
                train_samples: Some(rows),
                batch_size: Some(batch),
                epochs_planned: Some(epochs),
                ..Facts::default()
            })
            .is_some()
        };
        assert!(plan(1000, 1000, 20) && !plan(1000, 32, 20));
    }
}
