//! Training loss does not fall.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::series;
use crate::findings::finding;
use crate::trend::{Trend, slope};
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "no_learning",
    title: "Training loss does not fall",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "lower_learning_rate",
        "higher_learning_rate",
        "scale_inputs",
        "fix_output_activation",
        "relu_hidden",
    ],
};

const EXPLAIN: &str = "\
A network that learns at all lowers its training loss within the first epochs. This one has not: the
loss at the end is where it was after the first epoch, within its noise, and so is the accuracy.

What the doctor compares: the mean training loss of the last quarter of the epochs (two at least)
against the first epoch's: a fall of less than 2 %, over three epochs or more, with a training accuracy
that rose by less than 2 points. It is an alarm from six epochs on (many a sound network stands still at
first), when the loss does not even creep (a slope of three standard errors, or most pairs of epochs in
order) and an accuracy is logged.
Left out are logs that begin later than their first epoch, and networks whose accuracy was 0.9 or
more after it: they have learnt already. Where the loss is close
to ln K or an accuracy to 1/K, the finding says so: the network answers the same for all rows.

What to try, cheapest first: does it learn 32 rows by heart? If not, the fault is in the program
(output and loss, labels, frozen weights) or in the step: a learning rate ten times lower, then ten
times higher; inputs that are not scaled; dead units. If it does, the features may hold nothing
about the label: see no_signal.";

/// Falls of the loss and rises of accuracy that are none.
const FALL: f64 = 0.02;
const RISE: f64 = 0.02;
/// Epochs before which many a sound network stands, too.
const EARLY: usize = 6;
/// Accuracy after the first epoch from which the network has learnt already.
const LEARNT: f64 = 0.9;

fn detect(facts: &Facts) -> Option<Finding> {
    let losses = series(facts, "loss");
    // A log that begins later goes on with a network that has learnt.
    if !facts.non_finite.is_empty() || losses.first().is_none_or(|(epoch, _)| *epoch > 0) {
        return None;
    }
    let values: Vec<f64> = losses.iter().map(|(_, loss)| *loss).collect();
    let loss = Trend::of(&values).filter(|loss| loss.epochs >= 3 && loss.first > 1e-4)?;
    let accuracy: Vec<f64> = facts
        .history
        .iter()
        .filter_map(|row| facts.accuracy(row, ""))
        .collect();
    let skilled = accuracy.first().is_some_and(|first| *first >= LEARNT);
    let rose = Trend::of(&accuracy).is_some_and(|accuracy| accuracy.end - accuracy.first >= RISE);
    let fell = loss.drop() >= FALL || (loss.first - loss.least) / loss.first >= 2.0 * FALL;
    let improves = (loss.first - loss.end) >= 4.0 * loss.noise
        && loss.drop() >= FALL / 2.0
        && loss.noise > 0.0;
    if fell || rose || improves || skilled || loss.rise() > 0.2 {
        return None;
    }
    let looks = fingerprint(loss.end, accuracy.last().copied());
    let from_epoch = facts.epoch_name(losses[0].0);
    let title = format!(
        "Training loss does not fall: {:.4} after the first epoch, {:.4} at the end of {}",
        loss.first, loss.end, loss.epochs
    );
    let explanation = format!(
        "What the network has learnt in the first epoch, if anything, is all that it has learnt.{looks}"
    );
    let evidence = [
        ("first_loss", json!(loss.first)),
        ("last_loss", json!(loss.end)),
        ("fall", json!(loss.drop())),
        ("accuracy", json!(accuracy.last())),
        ("epochs", json!(loss.epochs)),
    ];
    // Without an accuracy a network that has learnt before looks the same.
    let creeps = creeps(&values);
    let (severity, probability) = match (accuracy.is_empty() || creeps, loss.epochs) {
        (true, _) => (Severity::Info, 0.7),
        (false, ..EARLY) => (Severity::Info, 0.7),
        (false, _) => (Severity::Warning, 0.9),
    };
    let mut finding = finding(severity, probability, title, explanation, evidence);
    finding.from_epoch = Some(from_epoch);
    finding.check = "Train on one batch of 32 rows for some hundred steps: a sound program brings its loss near zero.".to_owned();
    Some(finding)
}

/// Whether a loss goes down, however little: by its slope, or by most pairs of epochs in order (Kendall's tau of -0.6).
fn creeps(values: &[f64]) -> bool {
    let line = slope(values).is_some_and(|(slope, error)| slope <= -3.0 * error && slope < 0.0);
    let some: Vec<f64> = values
        .iter()
        .step_by(values.len().div_ceil(50).max(1))
        .copied()
        .collect();
    let pairs = || (0..some.len()).flat_map(|i| (i + 1..some.len()).map(move |j| (i, j)));
    let falls = pairs().filter(|&(i, j)| some[j] < some[i]).count();
    let rises = pairs().filter(|&(i, j)| some[j] > some[i]).count();
    line || (some.len() > 3 && falls as f64 - rises as f64 >= 0.6 * pairs().count() as f64)
}

/// What a loss or an accuracy of a constant answer looks like.
fn fingerprint(loss: f64, accuracy: Option<f64>) -> String {
    let classes = (2..=1000).find(|k| {
        let k = *k as f64;
        (loss - k.ln()).abs() < 0.01 * k.ln() && accuracy.is_none_or(|a| a < 3.0 / k)
    });
    match (classes, accuracy) {
        (Some(k), Some(a)) if (a * k as f64 - 1.0).abs() < 0.05 => {
            format!(" The loss is ln {k} and the accuracy 1/{k}: the same answer for every row.")
        }
        // A network that is right more often does not answer the same for every row.
        (Some(k), Some(a)) if a > 1.0 / k as f64 + 0.3 => String::new(),
        (Some(k), _) => format!(
            " The loss is near ln {k} = {:.4}, that of {k} equally likely classes for every row.",
            (k as f64).ln()
        ),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{epochs, four};

    fn told(losses: &[f64]) -> bool {
        detect(&Facts::from_events(&epochs("loss", losses))).is_some()
    }

    #[test]
    fn a_flat_loss() {
        assert!(told(&[2.296, 2.295, 2.2961, 2.2958, 2.2955]));
        assert!(!told(&[2.296, 2.295]));
        assert!(!told(&[2.296, 2.0, 1.7]));
        assert!(!told(&[0.7, 0.69, 0.68, 0.67, 0.66]));
        assert!(!told(&[1e-7, 1e-7, 1e-7]));
    }

    #[test]
    fn an_accuracy_that_rises_is_learning() {
        let loss = [0.68, 0.68, 0.678, 0.677];
        assert!(
            detect(&Facts::from_events(&four(
                &loss,
                &[0.5, 0.5, 0.51, 0.51],
                &loss,
                &loss
            )))
            .is_some()
        );
        assert!(
            detect(&Facts::from_events(&four(
                &loss,
                &[0.5, 0.52, 0.54, 0.56],
                &loss,
                &loss
            )))
            .is_none()
        );
        assert!(
            detect(&Facts::from_events(&four(
                &loss,
                &[0.95, 0.95, 0.95, 0.95],
                &loss,
                &loss
            )))
            .is_none()
        );
    }

    #[test]
    fn constant_answers_are_recognized() {
        assert!(fingerprint(10f64.ln(), Some(0.1)).contains("ln 10 and the accuracy 1/10"));
        assert!(fingerprint(1.6094, Some(0.399)).contains("ln 5"));
        assert_eq!(fingerprint(0.05, Some(0.99)), "");
    }
}
