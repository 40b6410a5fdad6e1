//! Nothing beats knowing only how common the answers are.

use regimen_run::{Finding, Profile, Severity};
use serde_json::json;

use crate::curve::{series, share_error};
use crate::findings::finding;
use crate::sampling::chi_square_tail;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "no_signal",
    title: "The features tell nothing of the label",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "other_features",
        "smaller_network",
        "shallower_network",
        "fix_labels",
    ],
};

const EXPLAIN: &str = "\
A constant answer has a loss, too: knowing only how common the classes are in validation gives their
entropy, ln K where all are equal; answering the mean of the targets gives their variance as squared
error. In no epoch was the network better on validation
rows than that. Either the features hold nothing about the label, or what was to be learnt did not
arrive (labels that got out of step with their rows, inputs that a step before made equal).

What the doctor compares: the best validation loss of all epochs against that of the constant answer,
under crossentropies and the squared error, and the validation accuracy against the share of the
commonest class. It needs the shares of the classes (a run has them; --class-shares and
--val-class-shares tell them of a log). From ten epochs on it is an alarm, before it is told as how
things stand so far. A run counts true and predicted classes: where they go together beyond chance, the network
has learnt something, whatever weights of classes or smoothed labels make of its loss; without the counts, an
accuracy above the commonest class's share by more than the luck of the best epoch says so. A network that overfits from the first epoch on is not told: its training loss
fell far below. A run's data are asked before training, too: where the ten nearest rows tell the class
no more often than the commonest class is right, and no feature goes with the label beyond chance, it
says so; where they do tell it, a network that learnt nothing is not put down to the features.

Try the simplest model (a linear one, nearest neighbours): where that finds nothing, a larger network
will not.";

/// Part of the constant answer's loss that is no better.
const SAME: f64 = 0.98;
/// Epochs that make it an alarm.
const EPOCHS: usize = 10;
/// Share of one class in validation beyond which nothing can be told.
const ONE_CLASS: f64 = 0.98;
/// Fall of the training loss that is learning, by heart or not.
const FALL: f64 = 0.8;

fn detect(facts: &Facts) -> Option<Finding> {
    if facts.history.is_empty() {
        return before(facts);
    }
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
    let accuracies: Vec<f64> = facts
        .history
        .iter()
        .filter_map(|row| facts.accuracy(row, "val_"))
        .collect();
    let accuracy = accuracies.iter().copied().reduce(f64::max);
    let skilled = match goes_with_truth(facts) {
        Some(goes) => goes,
        None => share.zip(accuracy).is_some_and(|(share, best)| {
            best > share + allowance(share, facts.val_samples, accuracies.len())
        }),
    };
    // One class in validation is always guessed.
    let one_class = share.is_some_and(|share| share > ONE_CLASS);
    // A loss that still falls says nothing yet of where it ends.
    let falls = val.len() < EPOCHS && falling(&val) && falling(&train);
    let better = falls || best < SAME * constant || learnt || skilled || one_class || val.len() < 2;
    if better || says_something(facts) {
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
    let explanation = format!(
        "Either the features hold nothing about the label, or what was to be learnt did not arrive: labels out of step with their rows, or inputs that are all alike.{}",
        silent(facts).map_or(String::new(), |why| format!(" {why}"))
    );
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

/// Whether a loss fell in every epoch, by more than rounding.
fn falling(loss: &[(usize, f64)]) -> bool {
    loss.len() > 2
        && loss
            .windows(2)
            .all(|two| two[1].1 < two[0].1 * (1.0 - 1e-3))
}

/// How far above the commonest class's share the best of some epochs may lie by luck: its sampling error times what the best
/// of so many gains, 2 points at least.
fn allowance(share: f64, rows: Option<usize>, epochs: usize) -> f64 {
    let luck = (2.0 * (epochs.max(2) as f64).ln()).sqrt().max(2.0);
    rows.map_or(0.0, |rows| luck * share_error(share, rows))
        .max(0.02)
}

/// Whether the classes predicted in the last epoch go with the true ones more than chance has it (chi-square, one in a
/// thousand); `None` where a run did not count them. Weights of classes and smoothed labels move the loss, but not that.
fn goes_with_truth(facts: &Facts) -> Option<bool> {
    let counts = facts.history.iter().rev().find_map(|row| {
        let told = &row.telemetry.validation.as_ref()?.confusion;
        (!told.is_empty()).then_some(told)
    })?;
    let k = (counts.len() as f64).sqrt() as usize;
    let n: f64 = counts.iter().map(|c| *c as f64).sum();
    let truth: Vec<f64> = (0..k)
        .map(|i| counts[i * k..(i + 1) * k].iter().map(|c| *c as f64).sum())
        .collect();
    let said: Vec<f64> = (0..k)
        .map(|j| (0..k).map(|i| counts[i * k + j] as f64).sum())
        .collect();
    let met = |sums: &[f64]| sums.iter().filter(|sum| **sum > 0.0).count();
    let degrees = met(&truth).saturating_sub(1) * met(&said).saturating_sub(1);
    if degrees == 0 || n == 0.0 {
        return Some(false);
    }
    let cells = (0..k).flat_map(|i| (0..k).map(move |j| (i, j)));
    let sum: f64 = cells
        .filter(|&(i, j)| truth[i] > 0.0 && said[j] > 0.0)
        .map(|(i, j)| {
            let wanted = truth[i] * said[j] / n;
            (counts[i * k + j] as f64 - wanted).powi(2) / wanted
        })
        .sum();
    Some(chi_square_tail(degrees, sum) < 0.001)
}

/// Whether the data themselves hold something about the label: neighbours are right more often than the commonest class is,
/// by four standard errors, or a feature goes with the label beyond chance. What a network makes of it is another question.
fn says_something(facts: &Facts) -> bool {
    let Some(profile) = facts.profile else {
        return false;
    };
    let by_rows = profile.neighbours.as_ref().is_some_and(|near| {
        let of = near.rows.max(1) as f64;
        let (right, chance) = (near.right as f64 / of, near.commonest as f64 / of);
        right > chance + 4.0 * share_error(chance, near.rows)
    });
    by_rows || strongest_by_chance(profile).is_some_and(|p| p < 1e-6)
}

/// How often chance gives any feature so strong a correlation with the label.
fn strongest_by_chance(profile: &Profile) -> Option<f64> {
    let found = &profile.correlation;
    let (rows, features) = (found.rows as f64, found.features as f64);
    let value = found.top.first()?.value;
    let degrees = match found.measure.as_str() {
        "eta" => profile.label.classes.len().saturating_sub(1).max(1),
        _ => 1,
    };
    Some((features * chi_square_tail(degrees, rows * value.powi(2))).min(1.0))
}

/// Before training: neither neighbours nor any single feature tell anything.
fn before(facts: &Facts) -> Option<Finding> {
    let why = silent(facts)?;
    let near = facts.profile?.neighbours.as_ref()?;
    let title = format!(
        "Neither nearest rows nor single features tell the class ({} of {} votes right, the commonest class has {})",
        near.right, near.rows, near.commonest
    );
    let evidence = [
        ("rows", json!(near.rows)),
        ("right", json!(near.right)),
        ("commonest", json!(near.commonest)),
    ];
    let mut finding = finding(Severity::Info, 0.6, title, why, evidence);
    finding.check =
        "Train the network: a validation loss that falls clearly below that of the classes' shares refutes it.".to_owned();
    Some(finding)
}

/// What the data themselves say, where the simplest methods find nothing in them: neighbours are right no more often than
/// the commonest class is, by two standard errors, and no feature goes with the label more than chance has it (chi-square
/// of n eta^2, one in a thousand over all features together).
fn silent(facts: &Facts) -> Option<String> {
    let profile = facts.profile?;
    let near = profile.neighbours.as_ref()?;
    let (right, chance) = (
        near.right as f64 / near.rows.max(1) as f64,
        near.commonest as f64 / near.rows.max(1) as f64,
    );
    let top = profile.correlation.top.first()?;
    let features = profile.correlation.features;
    let p = strongest_by_chance(profile)?;
    let error = share_error(chance, near.rows);
    (profile.correlation.measure == "eta" && right <= chance + 2.0 * error && p > 0.001).then(|| {
        format!(
            "Of {} rows the ten nearest others tell {:.1} %, the commonest class is {:.1} %; the strongest of {} features goes with the class at {:.3}, as chance has it.",
            near.rows,
            100.0 * right,
            100.0 * chance,
            features,
            top.value
        )
    })
}

/// The validation loss of the best constant answer, and which answer that is.
fn constant(facts: &Facts) -> Option<(f64, &'static str)> {
    let loss = match facts.model.map(|model| model.outputs.as_slice()) {
        Some([output]) => output.loss.as_deref(),
        Some([]) | None => None,
        Some(_) => return None,
    };
    let data = facts.data?;
    let known = loss.is_none_or(|loss| loss.ends_with("crossentropy") && !loss.contains("focal"));
    let val = &data.val_shares;
    if known && val.len() > 1 {
        // The best one in hindsight: where the parts differ, a network that learns shares passes it by on its way.
        let cross: f64 = val
            .iter()
            .filter(|share| **share > 0.0)
            .map(|share| -share * share.ln())
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
    use regimen_run::event::{Telemetry, ValidationTelemetry};
    use regimen_run::profile::Neighbours;

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

    /// Whether it is told of a flat loss, with these counts of true and predicted classes, shares and neighbours.
    fn told(confusion: &[u64], val_shares: &[f64], right: usize) -> bool {
        let flat = [0.7; 12];
        let mut events = losses(&flat, &flat);
        for event in &mut events {
            if let regimen_run::Event::EpochEnd { telemetry, .. } = event {
                *telemetry = Telemetry {
                    validation: Some(ValidationTelemetry {
                        confusion: confusion.to_vec(),
                        ..ValidationTelemetry::default()
                    }),
                    ..Telemetry::default()
                };
            }
        }
        let data = DataProfile {
            val_shares: val_shares.to_vec(),
            ..DataProfile::default()
        };
        let profile = Profile {
            neighbours: Some(Neighbours {
                rows: 400,
                commonest: 210,
                right,
                ..Neighbours::default()
            }),
            ..Profile::default()
        };
        let facts = Facts {
            data: Some(&data),
            profile: Some(&profile),
            ..Facts::from_events(&events)
        };
        detect(&facts).is_some()
    }

    #[test]
    fn counted_classes_neighbours_and_one_class() {
        let noise = [52, 48, 49, 51];
        assert!(told(&noise, &[0.5, 0.5], 205));
        // Weights of classes raise the loss of a network that has learnt.
        assert!(!told(&[281, 89, 7, 23], &[0.93, 0.07], 370));
        assert!(!told(&noise, &[0.5, 0.5], 380), "the data hold something");
        assert!(!told(&noise, &[1.0, 0.0], 205), "one class alone");
    }
}
