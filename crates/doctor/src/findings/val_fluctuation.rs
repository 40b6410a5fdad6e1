//! Validation that jumps from epoch to epoch, beyond what its rows explain.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::{Curve, mean, scatter, share_error};
use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "val_fluctuation",
    title: "Validation jumps from epoch to epoch",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "lower_learning_rate",
        "batch_norm_momentum",
        "larger_batch",
        "more_validation_data",
    ],
};

const EXPLAIN: &str = "\
Validation loss jumps up and down between neighbouring epochs while training loss goes its way
smoothly. The network of one epoch is a different one from that of the next: a learning rate that is
too high for where training stands, batch normalization whose moving averages do not match the
batches (small batches, few steps, frozen layers), or rows that one step decides over.

What the doctor compares: the scatter of validation loss between neighbouring epochs, by second
differences, against its own level and against the training loss's scatter: 10 % of the level and
five times the other, over six epochs or more; and, where the number of validation rows is known,
more than twice what a sample of that size explains. Movement within the sampling error is
val_noise_within_sampling_error instead. It is an alarm from half of the level on.";

/// Scatter over level, and over the scatter of training.
const LEVEL: f64 = 0.1;
const WILD: f64 = 0.5;
const APART: f64 = 5.0;

fn detect(facts: &Facts) -> Option<Finding> {
    let loss = Curve::losses(facts);
    let n = loss.len();
    if n < 6 {
        return None;
    }
    let (val, train) = (&loss.val[n / 3..], &loss.train[n / 3..]);
    let own = scatter(val) / mean(val).max(f64::MIN_POSITIVE);
    let other = scatter(train) / mean(train).max(f64::MIN_POSITIVE);
    let sampling = facts
        .val_samples
        .map(|rows| 0.5 / (rows.max(1) as f64).sqrt());
    let beyond = sampling.is_none_or(|error| own > 2.0 * error);
    if own < LEVEL || own < APART * other || !beyond {
        return None;
    }
    let accuracy = Curve::accuracies(facts);
    let moves = (accuracy.len() == n).then(|| scatter(&accuracy.val[n / 3..]));
    let explained = facts
        .val_samples
        .zip(moves)
        .map(|(rows, _)| share_error(mean(&accuracy.val[n / 3..]), rows));
    let severity = if own >= WILD {
        Severity::Warning
    } else {
        Severity::Info
    };
    let title = format!(
        "val_loss jumps by {:.0} % of itself from epoch to epoch, loss by {:.0} %",
        100.0 * own,
        100.0 * other
    );
    let explanation = "The network of one epoch is a different one from that of the next: the learning rate is too high for where training stands, or moving averages of batch normalization do not match the batches.".to_owned();
    let evidence = [
        ("val_loss_scatter", json!(own)),
        ("loss_scatter", json!(other)),
        ("sampling_error", json!(sampling)),
        ("val_accuracy_scatter", json!(moves)),
        ("val_accuracy_error", json!(explained)),
    ];
    let mut finding = finding(severity, 0.85, title, explanation, evidence);
    finding.from_epoch = Some(facts.epoch_name(loss.epochs[n / 3]));
    finding.check = "Go on for three epochs at a tenth of the learning rate: the jumps shrink by more than half.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::losses;

    const TRAIN: [f64; 9] = [1.0, 0.8, 0.7, 0.62, 0.56, 0.51, 0.47, 0.44, 0.41];

    fn severity(val: [f64; 9]) -> Option<Severity> {
        detect(&Facts::from_events(&losses(&TRAIN, &val))).map(|found| found.severity)
    }

    #[test]
    fn jumps_and_trends() {
        let wild = [1.0, 2.5, 0.6, 3.0, 0.7, 2.2, 0.5, 2.8, 0.6];
        assert_eq!(severity(wild), Some(Severity::Warning));
        let some = [1.0, 0.9, 0.7, 0.95, 0.68, 0.9, 0.66, 0.88, 0.65];
        assert_eq!(severity(some), Some(Severity::Info));
        assert_eq!(
            severity([1.0, 0.9, 0.8, 0.72, 0.66, 0.61, 0.57, 0.54, 0.52]),
            None
        );
    }
}
