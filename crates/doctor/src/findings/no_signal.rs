//! Nothing beats knowing only how common the answers are.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::series;
use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "no_signal",
    title: "The features tell nothing of the label",
    explain: EXPLAIN,
    detect,
    remedies: &["other_features", "simpler_model", "fix_labels"],
};

const EXPLAIN: &str = "\
A constant answer has a loss, too: knowing only how common the classes are gives the crossentropy
between their shares in training and in validation, ln K where all are equal; answering the mean of
the targets gives their variance as squared error. In no epoch was the network better on validation
rows than that. Either the features hold nothing about the label, or what was to be learnt did not
arrive (labels that got out of step with their rows, inputs that a step before made equal).

What the doctor compares: the best validation loss of all epochs against that of the constant answer,
under crossentropies and the squared error, and the validation accuracy against the share of the
commonest class. It needs the shares of the classes (a run has them; --class-shares and
--val-class-shares tell them of a log). From ten epochs on it is an alarm, before it is told as how
things stand so far. A network that overfits from the first epoch on is not told: its training loss
fell far below.

Try the simplest model (a linear one, nearest neighbours): where that finds nothing, a larger network
will not.";

/// Part of the constant answer's loss that is no better.
const SAME: f64 = 0.98;
/// Epochs that make it an alarm.
const EPOCHS: usize = 10;
/// Fall of the training loss that is learning, by heart or not.
const FALL: f64 = 0.8;

fn detect(facts: &Facts) -> Option<Finding> {
    let val = series(facts, "val_loss");
    let best = val.iter().map(|(_, loss)| *loss).reduce(f64::min)?;
    let (constant, what) = constant(facts)?;
    let train = series(facts, "loss");
    let learnt = train
        .last()
        .is_some_and(|(_, loss)| *loss < FALL * constant);
    let share = facts
        .data
        .and_then(|data| data.val_shares.iter().copied().reduce(f64::max));
    let accuracy = facts
        .history
        .iter()
        .filter_map(|row| facts.accuracy(row, "val_"))
        .reduce(f64::max);
    let skilled = share
        .zip(accuracy)
        .is_some_and(|(share, accuracy)| accuracy > share + 0.02);
    if best < SAME * constant || learnt || skilled || val.len() < 2 {
        return None;
    }
    let severity = if val.len() >= EPOCHS {
        Severity::Warning
    } else {
        Severity::Info
    };
    let so_far = if severity == Severity::Info {
        "So far nothing"
    } else {
        "Nothing"
    };
    let title = format!(
        "{so_far} beats a constant answer: the best val_loss is {best:.4}, {what} has {constant:.4}"
    );
    let explanation = "Either the features hold nothing about the label, or what was to be learnt did not arrive: labels out of step with their rows, or inputs that are all alike.".to_owned();
    let evidence = [
        ("best_val_loss", json!(best)),
        ("constant_loss", json!(constant)),
        ("best_val_accuracy", json!(accuracy)),
        ("largest_share", json!(share)),
        ("epochs", json!(val.len())),
    ];
    let mut finding = finding(
        severity,
        if severity == Severity::Info {
            0.6
        } else {
            0.85
        },
        title,
        explanation,
        evidence,
    );
    finding.from_epoch = val.first().map(|(epoch, _)| facts.epoch_name(*epoch));
    finding.check =
        "Shuffle the labels and train again: if nothing changes, there was no signal.".to_owned();
    Some(finding)
}

/// The validation loss of the best constant answer that the training rows suggest, and which answer that is.
fn constant(facts: &Facts) -> Option<(f64, &'static str)> {
    let loss = match facts.model.map(|model| model.outputs.as_slice()) {
        Some([output]) => output.loss.as_deref(),
        Some([]) | None => None,
        Some(_) => return None,
    };
    let data = facts.data?;
    let known = loss.is_none_or(|loss| loss.ends_with("crossentropy") && !loss.contains("focal"));
    let (train, val) = (&data.train_shares, &data.val_shares);
    let answers = if train.len() == val.len() { train } else { val };
    if known && val.len() > 1 {
        let cross: f64 = val
            .iter()
            .zip(answers)
            .filter(|(q, _)| **q > 0.0)
            .map(|(q, p)| -q * p.max(1e-7).ln())
            .sum();
        // Under a binary loss over K units each unit is judged by itself.
        let several = loss == Some("binary_crossentropy")
            && facts
                .model
                .is_some_and(|model| model.outputs[0].shape.last() != Some(&Some(1)));
        return (!several).then_some((cross, "knowing the classes' shares"));
    }
    let squared = loss == Some("mean_squared_error");
    let figures = facts
        .profile
        .and_then(|profile| profile.label.numbers.get(1).copied().flatten());
    figures
        .filter(|_| squared)
        .map(|figures| (figures.deviation.powi(2), "the mean of the targets"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::losses;
    use regimen_run::DataProfile;

    fn severity(train: &[f64], val: &[f64]) -> Option<Severity> {
        let events = losses(train, val);
        let data = DataProfile {
            train_shares: vec![0.2; 5],
            val_shares: vec![0.2; 5],
            ..DataProfile::default()
        };
        detect(&Facts {
            data: Some(&data),
            ..Facts::from_events(&events)
        })
        .map(|found| found.severity)
    }

    #[test]
    fn against_the_constant_answer() {
        let flat = [1.61; 12];
        assert_eq!(severity(&flat, &flat), Some(Severity::Warning));
        assert_eq!(
            severity(&flat[..3], &[1.6073, 1.6042, 1.6005]),
            Some(Severity::Info)
        );
        assert_eq!(severity(&flat, &[1.4; 12]), None);
        let by_heart: Vec<f64> = (0..12).map(|i| 1.6 - 0.1 * f64::from(i)).collect();
        assert_eq!(severity(&by_heart, &flat), None);
    }
}
