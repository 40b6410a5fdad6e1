//! A batch that holds so many rows that an epoch is hardly a step.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "batch_size_too_large",
    title: "Batches so large that an epoch is hardly a step",
    explain: EXPLAIN,
    detect,
    remedies: &["smaller_batch", "more_epochs", "higher_learning_rate"],
};

const EXPLAIN: &str = "\
A batch holds a quarter of the training rows or more, so that an epoch makes five steps or fewer. The
optimizer moves by steps, not by epochs: a run of 20 epochs is over after 80 of them, where batches of
32 would have made thousands. Gradients of such batches are exact, and nothing is gained by that.

How the doctor knows: rows, batch size and epochs as the run or the spec tells them; 1,000 rows at
least (on fewer, whole batches are usual), and fewer than 300 steps in all. Of more steps it says
nothing.

Take batches of 32 to 256 rows.";

const ROWS: usize = 1000;
const PARTS: usize = 4;
const STEPS: usize = 300;

fn detect(facts: &Facts) -> Option<Finding> {
    let (rows, batch) = (facts.train_samples?, facts.batch_size?);
    let epochs = facts.epochs_planned?;
    let per_epoch = rows.div_ceil(batch.max(1));
    let steps = epochs * per_epoch;
    if rows < ROWS || rows / batch.max(1) > PARTS || steps >= STEPS {
        return None;
    }
    let title =
        format!("Batches of {batch} of {rows} rows: {per_epoch} steps an epoch, {steps} in all");
    let explanation = "The optimizer moves by steps: batches of 32 to 256 rows make hundreds of them an epoch at no loss.".to_owned();
    let evidence = [
        ("batch_size", json!(batch)),
        ("train_samples", json!(rows)),
        ("steps", json!(steps)),
    ];
    let mut finding = finding(Severity::Warning, 0.85, title, explanation, evidence);
    finding.check =
        "Train with batches of 128 for as many epochs: the loss ends clearly lower.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_steps_alone() {
        let told = |rows: usize, batch: usize, epochs: usize| {
            detect(&Facts {
                train_samples: Some(rows),
                batch_size: Some(batch),
                epochs_planned: Some(epochs),
                ..Facts::default()
            })
            .is_some()
        };
        assert!(told(269_501, 67_375, 20));
        assert!(!told(269_501, 128, 20) && !told(200, 200, 20) && !told(5000, 5000, 1000));
    }
}
