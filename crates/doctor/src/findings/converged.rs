//! A run that is done: both curves stand, and nothing speaks against the network.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::{Curve, mean, scatter};
use crate::findings::{finding, plateau};
use crate::trend::slope;
use crate::{Facts, FindingDef, generalization};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "converged",
    title: "Training is done",
    explain: EXPLAIN,
    detect,
    remedies: &["early_stopping"],
};

const EXPLAIN: &str = "\
Training and validation loss both stand, training rows are solved, and validation has not left its
best: more epochs change nothing. That is how a run should end.

What the doctor compares: training loss stands by the rule of plateau with a training accuracy of 0.95
or more (or no accuracy told and a loss below a tenth of its first), a straight line through the
validation losses of the last half neither falls nor rises by two errors of its slope, and none of the
forms of overfitting is found.

What would make it better now is not more of the same: more rows, other features, another kind of
network.";

fn detect(facts: &Facts) -> Option<Finding> {
    let (from, level, _) = plateau::stands(facts)?;
    let curve = Curve::losses(facts);
    let first = *curve.train.first()?;
    let solved = match plateau::last_accuracy(facts) {
        Some(accuracy) => accuracy >= plateau::SOLVED,
        None => level <= plateau::LITTLE * first,
    };
    let n = curve.len();
    if n < plateau::EPOCHS || !solved || generalization::judge(facts).is_some() {
        return None;
    }
    let last = &curve.val[n - n / 2..];
    let still = slope(last).is_none_or(|(slope, error)| slope.abs() <= 2.0 * error || slope == 0.0);
    if !still {
        return None;
    }
    let from_epoch = facts.epoch_name(from);
    let title = format!(
        "Both curves have stood since epoch {from_epoch}: loss {level:.4}, val_loss {:.4}",
        mean(last)
    );
    let explanation = "More epochs of the same change nothing.".to_owned();
    let evidence = [
        ("loss", json!(level)),
        ("val_loss", json!(mean(last))),
        ("val_loss_scatter", json!(scatter(last))),
    ];
    let mut finding = finding(Severity::Info, 0.8, title, explanation, evidence);
    finding.from_epoch = Some(from_epoch);
    finding.check = "Go on for half as many epochs: neither curve leaves its scatter.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::four;

    #[test]
    fn both_stand() {
        let curve = |floor: f64| -> Vec<f64> {
            (0..24)
                .map(|e| floor + (-f64::from(e)).exp() + if e % 2 == 0 { 1e-3 } else { -1e-3 })
                .collect()
        };
        let told = |train: f64, accuracy: f64| {
            let events = four(&curve(train), &[accuracy; 24], &curve(0.1), &[0.96; 24]);
            detect(&Facts::from_events(&events)).is_some()
        };
        assert!(told(0.09, 0.97) && !told(0.09, 0.8));
    }
}
