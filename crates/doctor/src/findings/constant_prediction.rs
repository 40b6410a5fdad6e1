//! The same answer for every row: a validation result that does not move at all.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::Curve;
use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "constant_prediction",
    title: "The same answer for every row",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "lower_learning_rate",
        "default_initializer",
        "relu_hidden",
        "fix_output_activation",
    ],
};

const EXPLAIN: &str = "\
Validation loss and accuracy come out the same epoch after epoch, although the network is trained in
between: its answer does not depend on the row. Dead units are the usual cause (a first step that was
too long, weights that begin at zero), then an output that is constant by construction.

How the doctor knows: over three epochs or more, the accuracy on validation rows does not change at
all, in a place where a changing network would (between 0.02 and 0.98), and validation loss by less
than a thousandth; from the first or second epoch on, or after the accuracy fell by 5 points or more:
a network that is trained to its end stands still at its best. A loss near 16.118, 15.942 or 15.333 times the share of wrong answers is the
ceiling at which Keras clips the logarithm of 0, at its various versions: the network is not just
constant but sure. A run records the predicted classes: where these differ, the network merely stands
still, and nothing is told. Where the share is that of the commonest class, see majority_class, too.";

/// Change of the loss, as a share of it, that is none.
const SAME: f64 = 1e-3;
const EPOCHS: usize = 3;
/// Share of one predicted class that is all rows.
const ALL: f64 = 0.999;
/// Accuracy that a network has lost when its units die.
const DIED: f64 = 0.05;
/// What Keras's clip makes of the logarithm of 0: f32 and f64 epsilon 1e-7, and Theano's 1e-7 in floats.
const CEILINGS: [f64; 3] = [16.118, 15.942, 15.333];

fn detect(facts: &Facts) -> Option<Finding> {
    let accuracy = Curve::accuracies(facts);
    let loss = Curve::losses(facts);
    let n = accuracy.len();
    let last = *accuracy.val.last()?;
    let same = accuracy
        .val
        .iter()
        .rev()
        .take_while(|a| **a == last)
        .count();
    if same < EPOCHS || !(0.02..0.98).contains(&last) || loss.len() != n {
        return None;
    }
    let level = *loss.val.last()?;
    let tail = &loss.val[n - same..];
    let still = tail.iter().all(|v| (v - level).abs() <= SAME * level.abs());
    let rises = accuracy.train[n - 1] - accuracy.train[n - same] > 0.02;
    let best = accuracy.val.iter().copied().fold(f64::MIN, f64::max);
    // A network that is trained to its end stands still, too: at its best, and after it had moved.
    // No constant answer that is right for this share has a lower crossentropy.
    let entropy = -(last * last.ln() + (1.0 - last) * (1.0 - last).ln());
    if last > 0.5 && level < 0.95 * entropy {
        return None;
    }
    // What a run recorded decides: a network that stands still is not one that answers the same.
    let row = facts.history.last()?;
    let shares = &row.telemetry.val_predicted_shares;
    if !shares.is_empty() && shares.iter().all(|share| *share < ALL) {
        return None;
    }
    let never = same + 1 >= n;
    let died = best - last > DIED;
    if !still || rises || level.abs() < 1e-6 || !(never || died) {
        return None;
    }
    let ceiling = CEILINGS
        .iter()
        .find(|c| (level / (*c * (1.0 - last)) - 1.0).abs() < 0.005);
    let sure = ceiling.map_or(String::new(), |c| format!(" The loss is {c} times the share of wrong answers, where Keras clips the logarithm of 0: the answer is not just constant, but sure."));
    let title =
        format!("Validation stands still for {same} epochs: accuracy {last:.4}, loss {level:.4}");
    let explanation = format!(
        "The network's answer does not depend on the row, and training does not change it.{sure}"
    );
    let evidence = [
        ("epochs", json!(same)),
        ("val_accuracy", json!(last)),
        ("val_loss", json!(level)),
        ("clip_ceiling", json!(ceiling)),
    ];
    let mut finding = finding(
        Severity::Warning,
        if same > EPOCHS { 0.95 } else { 0.85 },
        title,
        explanation,
        evidence,
    );
    finding.from_epoch = Some(facts.epoch_name(accuracy.epochs[n - same]));
    finding.check = "Predict ten different rows: the answers are equal.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::four;

    fn told(val_loss: &[f64], val_accuracy: &[f64]) -> Option<serde_json::Value> {
        let train = vec![1.0; val_loss.len()];
        let events = four(&train, &vec![0.3; val_loss.len()], val_loss, val_accuracy);
        detect(&Facts::from_events(&events)).map(|found| found.evidence["clip_ceiling"].clone())
    }

    #[test]
    fn a_result_that_does_not_move() {
        assert!(told(&[2.2971, 2.2971, 2.2972, 2.2971], &[0.098; 4]).is_some());
        assert_eq!(
            told(&[5.7257; 4], &[1.0 - 5.7257 / 16.118; 4]),
            Some(json!(16.118))
        );
        assert!(
            told(
                &[2.2971, 2.2971, 2.2972, 2.2971],
                &[0.098, 0.1, 0.098, 0.098]
            )
            .is_none()
        );
        assert!(told(&[2.30, 2.25, 2.2, 2.15], &[0.098; 4]).is_none());
        assert!(told(&[0.01; 4], &[1.0; 4]).is_none());
        let ends = [0.5, 0.7, 0.9, 0.9, 0.9, 0.9];
        assert!(told(&[1.0, 0.5, 0.3, 0.3, 0.3, 0.3], &ends).is_none());
        let dies = [0.5, 0.7, 0.1, 0.1, 0.1, 0.1];
        assert!(told(&[1.0, 0.5, 2.3, 2.3, 2.3, 2.3], &dies).is_some());
        assert!(told(&[2.3; 2], &[0.1; 2]).is_none());
    }

    #[test]
    fn what_a_run_recorded_decides() {
        let told = |shares: &[f64]| {
            let mut events = four(&[1.0; 4], &[0.3; 4], &[2.3; 4], &[0.6; 4]);
            for event in &mut events {
                if let regimen_run::Event::EpochEnd { telemetry, .. } = event {
                    telemetry.val_predicted_shares = shares.to_vec();
                }
            }
            detect(&Facts::from_events(&events)).is_some()
        };
        assert!(told(&[]) && told(&[1.0, 0.0]) && !told(&[0.6, 0.4]));
    }
}
