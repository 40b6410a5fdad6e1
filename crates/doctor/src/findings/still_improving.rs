//! Validation was still getting better when training ended.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::series;
use crate::findings::{early_stopping_too_early, epochs_too_few, finding};
use crate::generalization::{self, Verdict};
use crate::trend::slope;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "still_improving",
    title: "Training stopped while it still helped",
    explain: EXPLAIN,
    detect,
    remedies: &["more_epochs", "higher_learning_rate"],
};

const EXPLAIN: &str = "\
The curve was still going down at the end, so more epochs would very likely have made the network
better. A comparison of two such runs compares how far each came, not how good each can be.

What the doctor compares: a straight line through the validation losses (training losses where
nothing is validated on) of the last third of the epochs, four at least: it falls by three standard
errors of its slope or more, and as many epochs again at that pace would gain 2 % or more.

Where a fifth or more is to be gained, see epochs_too_few; where a callback ended the run,
early_stopping_too_early.

Train on with EarlyStopping on val_loss and a patience of some epochs.";

/// Standard errors of the slope, and gain in as many epochs again, that count.
const ERRORS: f64 = 3.0;
const GAIN: f64 = 0.02;

fn detect(facts: &Facts) -> Option<Finding> {
    let (name, gain, from) = improving(facts)?;
    // A curve that has left its best for good does not improve, whatever its last third does.
    if generalization::judge(facts).is_some_and(|found| found.verdict != Verdict::Mild) {
        return None;
    }
    // One fact, one finding: much to be gained, and a run that was stopped, have findings of their own.
    let told = [epochs_too_few::DEF, early_stopping_too_early::DEF];
    if told.iter().any(|def| (def.detect)(facts).is_some()) {
        return None;
    }
    let title = format!(
        "{name} was still falling at the end: some {:.0} % lower in as many epochs again at this pace",
        100.0 * gain
    );
    let explanation = "More epochs would very likely have helped; until they are tried, nothing is known of how good this network can be.".to_owned();
    let mut finding = finding(
        Severity::Info,
        0.85,
        title,
        explanation,
        [("curve", json!(name)), ("gain", json!(gain))],
    );
    finding.from_epoch = Some(facts.epoch_name(from));
    finding.check =
        "Train on for half as many epochs: the best value moves to the new ones.".to_owned();
    Some(finding)
}

/// The curve, what as many epochs again as its last third would gain at its pace, and the 0-based epoch the third begins.
pub(super) fn improving(facts: &Facts) -> Option<(&'static str, f64, usize)> {
    let name = ["val_loss", "loss"]
        .into_iter()
        .find(|name| !series(facts, name).is_empty())?;
    let values = series(facts, name);
    let n = values.len();
    let tail = &values[n - (n / 3).max(4).min(n)..];
    let losses: Vec<f64> = tail.iter().map(|(_, loss)| *loss).collect();
    let (slope, error) = slope(&losses)?;
    let end = losses[losses.len() - 1];
    let gain = -slope * losses.len() as f64 / end.abs().max(f64::MIN_POSITIVE);
    (slope < 0.0 && slope <= -ERRORS * error && gain >= GAIN).then(|| (name, gain, tail[0].0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{epochs, losses};

    #[test]
    fn a_curve_that_falls_to_the_end() {
        let told = |values: &[f64]| detect(&Facts::from_events(&epochs("loss", values))).is_some();
        assert!(told(&[1.0, 0.98, 0.96, 0.94, 0.92, 0.9]));
        // Much to be gained has a finding of its own.
        assert!(!told(&[1.0, 0.9, 0.8, 0.7, 0.6, 0.5]));
        assert!(!told(&[1.0, 0.5, 0.4, 0.4, 0.4, 0.4]));
        assert!(!told(&[1.0, 0.9, 0.8]));
        let train = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5];
        let val = [1.0, 0.9, 0.88, 0.9, 0.93, 0.97];
        assert!(detect(&Facts::from_events(&losses(&train, &val))).is_none());
    }
}
