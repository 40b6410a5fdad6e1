//! Training ends early on its way: little is gained, and training and validation agree.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::series;
use crate::findings::finding;
use crate::trend::Trend;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "underfitting",
    title: "Little is learnt",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "more_epochs",
        "higher_learning_rate",
        "larger_network",
        "scale_inputs",
        "weaker_penalty",
        "deeper_network",
    ],
};

const EXPLAIN: &str = "\
The network does not even know its training rows well: the loss has gained little on where it began,
and validation looks the same. That is the opposite of overfitting, and regularization makes it
worse. Too few or too short steps, too small a network, too strong a penalty or dropout, features
that say little: all of them look like that.

What the doctor compares: training loss of the last quarter of the epochs against the first epoch's,
over five epochs or more: a gain of 2 to 25 % (less is no_learning), with a training accuracy below
0.8 where it is logged and no more than five points above validation. How well a task can be learnt
no log tells, so this is told as worth a look, never as an alarm.

Train longer at a higher rate first: it is the cheapest test. Then a larger network.";

/// Gains that are little.
const LITTLE: std::ops::Range<f64> = 0.02..0.25;
const EPOCHS: usize = 5;
/// Training accuracy that is good, and a gap to validation that is something else.
const GOOD: f64 = 0.8;
const GAP: f64 = 0.05;

fn detect(facts: &Facts) -> Option<Finding> {
    let losses = series(facts, "loss");
    let values: Vec<f64> = losses.iter().map(|(_, loss)| *loss).collect();
    let loss = Trend::of(&values).filter(|loss| loss.epochs >= EPOCHS && loss.first > 0.0)?;
    let row = facts.history.last()?;
    let (train, val) = (facts.accuracy(row, ""), facts.accuracy(row, "val_"));
    let good = train.is_some_and(|a| a >= GOOD);
    let apart = train.zip(val).is_some_and(|(train, val)| train - val > GAP);
    let begins_late = losses.first().is_some_and(|(epoch, _)| *epoch > 0);
    if !LITTLE.contains(&loss.drop()) || good || apart || begins_late {
        return None;
    }
    let title = format!(
        "Training loss gained {:.0} % in {} epochs: {:.4} -> {:.4}",
        100.0 * loss.drop(),
        loss.epochs,
        loss.first,
        loss.end
    );
    let explanation = "The training rows themselves are not learnt well, and validation looks the same: more or longer steps or a larger network come before any regularization.".to_owned();
    let evidence = [
        ("first_loss", json!(loss.first)),
        ("last_loss", json!(loss.end)),
        ("gain", json!(loss.drop())),
        ("accuracy", json!(train)),
        ("val_accuracy", json!(val)),
    ];
    let mut finding = finding(Severity::Info, 0.6, title, explanation, evidence);
    finding.from_epoch = losses.first().map(|(epoch, _)| facts.epoch_name(*epoch));
    finding.check = "Go on for as many epochs at three times the learning rate: a loss that falls was too slow, one that does not is too small a network or too little in the features.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{epochs, four};

    #[test]
    fn little_gain_and_no_gap() {
        let told = |losses: &[f64]| detect(&Facts::from_events(&epochs("loss", losses))).is_some();
        assert!(told(&[1.0, 0.97, 0.95, 0.93, 0.92, 0.91]));
        assert!(!told(&[1.0, 0.6, 0.4, 0.3, 0.2, 0.1]));
        assert!(!told(&[1.0, 1.0, 1.0, 1.0, 1.0, 1.0]));
        let loss = [0.7, 0.68, 0.66, 0.65, 0.64];
        let of = |train: f64, val: f64| {
            detect(&Facts::from_events(&four(
                &loss,
                &[train; 5],
                &loss,
                &[val; 5],
            )))
            .is_some()
        };
        assert!(of(0.6, 0.6) && !of(0.9, 0.9) && !of(0.7, 0.5));
    }
}
