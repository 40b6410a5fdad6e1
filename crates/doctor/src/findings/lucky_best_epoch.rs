//! The best of many equal epochs is better by luck.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::{Curve, mean, scatter, share_error};
use crate::findings::finding;
use crate::sampling;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "lucky_best_epoch",
    title: "The best epoch owes its lead to luck",
    explain: EXPLAIN,
    detect,
    remedies: &["test_split", "more_validation_data"],
};

const EXPLAIN: &str = "\
Of n epochs that are equally good, the one that came out best on the validation rows did so by luck:
the best of n values that scatter by s lies about s sqrt(2 ln n) above their mean. Whoever reports the
best validation accuracy reports that luck with it; on rows that were not used for the choice, the
network does as well as its neighbours.

What the doctor compares: the accuracies from the epoch on from which they no longer trend, five or
more of them: the best is among them, and lies above their mean by no more than their scatter
explains, but by one point or half of the sampling error at least.

Keep a test part for the figure that is reported, and read it once; a run file does that.";

fn detect(facts: &Facts) -> Option<Finding> {
    let accuracy = Curve::accuracies(facts);
    let settled = sampling::settled(&accuracy.val)?;
    let tail = &accuracy.val[settled..];
    let n = tail.len();
    let best = tail.iter().copied().fold(f64::MIN, f64::max);
    let of_all = accuracy.val.iter().copied().fold(f64::MIN, f64::max);
    if n < 5 || best < of_all {
        return None;
    }
    let level = mean(tail);
    let scatter = scatter(tail);
    let luck = scatter * (2.0 * (n as f64).ln()).sqrt();
    let error = facts.val_samples.map(|rows| share_error(level, rows));
    let noticed = (best - level) >= error.map_or(0.01, |error| (0.5 * error).min(0.01));
    if !noticed || best - level > 1.5 * luck {
        return None;
    }
    let at = settled + tail.iter().position(|a| *a == best).unwrap_or(0);
    let epoch = facts.epoch_name(accuracy.epochs[at]);
    let title = format!(
        "The best val_accuracy, {:.2} % in epoch {epoch}, owes {:.2} points to being the best of {n}",
        100.0 * best,
        100.0 * (best - level)
    );
    let explanation = format!(
        "Since epoch {} the epochs are equally good; on rows that were not used to choose one, expect {:.2} %.",
        facts.epoch_name(accuracy.epochs[settled]),
        100.0 * level
    );
    let evidence = [
        ("best", json!(best)),
        ("mean", json!(level)),
        ("scatter", json!(scatter)),
        ("expected_luck", json!(luck)),
        ("epochs", json!(n)),
        ("standard_error", json!(error)),
    ];
    let mut finding = finding(Severity::Info, 0.8, title, explanation, evidence);
    finding.from_epoch = Some(facts.epoch_name(accuracy.epochs[settled]));
    finding.check = "Evaluate the best epoch's weights on the test part.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::four;

    #[test]
    fn the_best_of_many() {
        let loss = [0.5; 12];
        let val = [
            0.6, 0.75, 0.8, 0.815, 0.79, 0.81, 0.8, 0.82, 0.795, 0.805, 0.79, 0.81,
        ];
        let told = |val: &[f64]| {
            detect(&Facts::from_events(&four(
                &loss[..val.len()],
                &loss[..val.len()],
                &loss[..val.len()],
                val,
            )))
            .is_some()
        };
        assert!(told(&val));
        assert!(!told(&val[..4]));
        assert!(!told(&[0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8]));
    }
}
