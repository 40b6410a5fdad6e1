//! A training loss that fell, and then stood still where the task is not solved.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::{mean, scatter, series};
use crate::findings::{divergence, finding};
use crate::trend::slope;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "plateau",
    title: "Training stands still",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "reduce_lr_on_plateau",
        "lower_learning_rate",
        "larger_network",
        "cosine_schedule",
    ],
};

const EXPLAIN: &str = "\
Training loss fell at first and has stood still since, while training rows are still got wrong. What
holds it there is one of three: steps too large for the valley it is in (the loss jitters), a network
or features that allow no more (it does not), or a penalty that pulls as hard as the data.

What the doctor compares: the losses of the last half of the epochs, ten epochs in all at least: a
straight line through them does not fall by two errors of its slope, and its two halves differ by less
than 1 % or the scatter; they swing by less than a third of their level, and lie near the least loss; the loss had fallen by 5 % before; training accuracy, where it is told, is
below 0.95. Where nothing fell at all, see no_learning; where the curve follows a law with a floor,
diminishing_returns; where training rows are solved, converged.

Divide the learning rate by ten for a few epochs: a loss that drops at once was jitter. If it does not
move, a larger network decides between size and features.";

pub(super) const EPOCHS: usize = 10;
const FELL: f64 = 0.05;
const STILL: f64 = 0.01;
/// Swing, or height above the least loss, that is not standing still.
const SWING: f64 = 0.3;
pub(super) const SOLVED: f64 = 0.95;
/// Part of the first loss that is little, where no accuracy is told.
pub(super) const LITTLE: f64 = 0.1;

fn detect(facts: &Facts) -> Option<Finding> {
    let (from, level, jitter) = stands(facts)?;
    let accuracy = last_accuracy(facts);
    let first = series(facts, "loss").first().map_or(0.0, |(_, loss)| *loss);
    let solved = accuracy.map_or(level <= LITTLE * first, |accuracy| accuracy >= SOLVED);
    // A loss that rises, however it ends, has a finding of its own.
    if solved || divergence::rising(facts).is_some() {
        return None;
    }
    let from_epoch = facts.epoch_name(from);
    let right = accuracy.map_or(String::new(), |a| {
        format!(", training accuracy at {:.1} %", 100.0 * a)
    });
    let title = format!("Training loss has stood at {level:.4} since epoch {from_epoch}{right}");
    let explanation = format!(
        "It jitters by {:.2} % from epoch to epoch{}.",
        100.0 * jitter / level.abs().max(f64::MIN_POSITIVE),
        match jitter > 0.005 * level.abs() {
            true => ": steps too large for where it stands are the likelier cause",
            false =>
                ": hardly, so that size of the network, features or penalties are the likelier cause",
        }
    );
    let evidence = [
        ("loss", json!(level)),
        ("scatter", json!(jitter)),
        ("accuracy", json!(accuracy)),
    ];
    let mut finding = finding(Severity::Info, 0.7, title, explanation, evidence);
    finding.from_epoch = Some(from_epoch);
    finding.check =
        "Divide the learning rate by ten for three epochs: a loss that drops at once was jitter."
            .to_owned();
    Some(finding)
}

/// The 0-based epoch since which training loss stands, its level and its scatter; `None` where it moves or never fell.
pub(super) fn stands(facts: &Facts) -> Option<(usize, f64, f64)> {
    let losses = series(facts, "loss");
    let values: Vec<f64> = losses.iter().map(|(_, loss)| *loss).collect();
    let n = values.len();
    let first = *values.first()?;
    if n < EPOCHS || losses[0].0 > 0 || !facts.non_finite.is_empty() {
        return None;
    }
    let last = &values[n - n / 2..];
    let (level, jitter) = (mean(last), scatter(last));
    let fell = first - level >= FELL * first.abs();
    let still = slope(last).is_none_or(|(slope, error)| slope.abs() <= 2.0 * error || slope == 0.0);
    let (early, late) = last.split_at(last.len() / 2);
    let apart = (mean(early) - mean(late)).abs();
    let close = apart <= (STILL * level.abs()).max(jitter);
    // What swings, or stands far above its least, does something else than stand.
    let most = last.iter().copied().fold(f64::MIN, f64::max);
    let least = least_of(&values);
    let swings = most - least_of(last) > SWING * level.abs() || level - least > SWING * level.abs();
    (fell && still && close && !swings).then_some((losses[n - n / 2].0, level, jitter))
}

fn least_of(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::MAX, f64::min)
}

/// Mean training accuracy of the last third.
pub(super) fn last_accuracy(facts: &Facts) -> Option<f64> {
    let all: Vec<f64> = facts
        .history
        .iter()
        .filter_map(|row| facts.accuracy(row, ""))
        .collect();
    let n = all.len();
    (n > 0).then(|| mean(&all[n - (n / 3).max(1)..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{epochs, four};

    fn falls_to(level: f64) -> Vec<f64> {
        (0..20).map(|e| level + (-f64::from(e)).exp()).collect()
    }

    #[test]
    fn falls_and_stands() {
        let jitters: Vec<f64> = (0..20)
            .map(|e| 0.5 + 0.5 * (-f64::from(e)).exp() + if e % 2 == 0 { 0.01 } else { -0.01 })
            .collect();
        let events = epochs("loss", &jitters);
        let found = detect(&Facts::from_events(&events)).expect("stands");
        assert!(
            found.explanation.contains("too large"),
            "{}",
            found.explanation
        );
        assert_eq!(found.from_epoch, Some(11));
        let falls: Vec<f64> = (0..20).map(|e| 1.0 - 0.04 * f64::from(e)).collect();
        assert!(detect(&Facts::from_events(&epochs("loss", &falls))).is_none());
        assert!(detect(&Facts::from_events(&epochs("loss", &[0.7; 20]))).is_none());
        let solved = epochs("loss", &falls_to(0.02));
        assert!(detect(&Facts::from_events(&solved)).is_none());
        let solved = four(&jitters, &[0.99; 20], &jitters, &[0.9; 20]);
        assert!(detect(&Facts::from_events(&solved)).is_none());
    }
}
