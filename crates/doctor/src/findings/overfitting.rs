//! Overfitting: validation loss has left its best while training loss goes on falling, or training rows are known by
//! heart. The rule: `generalization`.
//!
//! On the published healthy logs of the collection that docs/doctor.md names the sure rule is silent at their end.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::generalization::{self, Evidence, Verdict};
use crate::{Facts, FindingDef, paired};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "overfitting",
    title: "Overfitting",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "early_stopping",
        "dropout",
        "l2",
        "smaller_network",
        "more_data",
        "augmentation",
        "token_dropout",
        "input_noise",
        "global_pooling",
    ],
};

const EXPLAIN: &str = "\
The network learns its training rows by heart. From the best epoch on, training loss goes on
falling while validation loss rises: what is learned now holds for the training rows only.

What the doctor compares: the mean validation loss of the later half of the epochs after the best
one, against the best one; and the scatter of validation loss between neighbouring epochs, together
with the sampling error of the validation rows where their number is known. It is sure when the
rise is at least four times that noise, at least 3 %, over at least three epochs, while training
loss fell by 5 % or more. With half of that evidence it says so as a suspicion (severity info).
Where validation loss scatters too much to show a rise, a validation accuracy 15 points or more
below training accuracy (and four standard errors), with a loss that no longer improves, says the
same (as a suspicion, as long as accuracy is as good as it ever was). Where the metric ends as good as its best, the finding is overfitting_benign instead; where
the gap is smaller, overfitting_mild.

What helps, roughly in this order: stop at the best epoch (EarlyStopping with
restore_best_weights=True); dropout; L2 on the large layers; a smaller network; more or augmented
data. The weights of the best epoch are usually the ones to keep.";

fn detect(facts: &Facts) -> Option<Finding> {
    let found = generalization::judge(facts)?;
    match found.verdict {
        Verdict::Overfitting { sure } => Some(tell(facts, &found, sure)),
        Verdict::Benign | Verdict::Mild => None,
    }
}

fn tell(facts: &Facts, found: &Evidence, sure: bool) -> Finding {
    let curve = &found.curve;
    let last = curve.len() - 1;
    let best_epoch = facts.epoch_name(curve.epochs[found.best]);
    let from_epoch = facts.epoch_name(found.from());
    let (best_val, last_val) = (curve.val[found.best], curve.val[last]);
    let (best_train, last_train) = (curve.train[found.best], curve.train[last]);
    let title = format!(
        "{} from epoch {from_epoch}: val_loss {best_val:.4} -> {last_val:.4} since its best at \
         epoch {best_epoch}, while loss fell {best_train:.4} -> {last_train:.4}",
        if sure {
            "Overfitting"
        } else {
            "Perhaps overfitting"
        }
    );
    let doubt = if sure {
        "That is well beyond its scatter from epoch to epoch."
    } else {
        "Its scatter from epoch to epoch is too large, or the log too short, to be sure."
    };
    let mut explanation = format!(
        "Validation loss stays {:.0} % above its best, and training loss fell by {:.0} % meanwhile: \
         since epoch {from_epoch} the network learns the training rows rather than the task. {doubt}",
        100.0 * found.rise.max(0.0),
        100.0 * found.drop.max(0.0)
    );
    if let Some(gap) = found.gap.filter(|gap| gap.size() > 0.0) {
        explanation += &format!(
            " Accuracy is {:.1} % on training rows and {:.1} % on validation rows, where the best was {:.1} %.",
            100.0 * gap.train,
            100.0 * gap.val,
            100.0 * gap.best
        );
    }
    let onset = found.onset();
    let last_epoch = facts.history.last().map_or(0, |row| row.epoch);
    let pairs = paired::beside_best(facts, curve.epochs[found.best], last_epoch);
    let moved = pairs
        .first()
        .and_then(|pair| Some((pair.gained?, pair.lost?)));
    if let Some((gained, lost)) = moved {
        explanation += &format!(
            " Since that epoch {lost} validation rows became wrong and {gained} right; chance alone does that with p = {:.2} (McNemar).",
            paired::mcnemar(gained, lost)
        );
    }
    let evidence = [
        ("rows_lost", json!(moved.map(|(_, lost)| lost))),
        ("rows_gained", json!(moved.map(|(gained, _)| gained))),
        (
            "loss_change",
            json!(pairs.first().map(|pair| [pair.change, pair.error])),
        ),
        ("best_epoch", json!(best_epoch)),
        ("best_val_loss", json!(best_val)),
        ("last_val_loss", json!(last_val)),
        ("loss_at_best", json!(best_train)),
        ("last_loss", json!(last_train)),
        ("val_loss_rise", json!(found.rise)),
        ("loss_drop", json!(found.drop)),
        ("noise", json!(found.noise)),
        ("epochs_after_best", json!(found.after)),
        (
            "onset",
            json!([facts.epoch_name(onset.0), facts.epoch_name(onset.1)]),
        ),
        ("accuracy_gap", json!(found.gap.map(|gap| gap.size()))),
    ];
    let probability = if sure { 0.97 } else { 0.7 };
    let severity = if sure {
        Severity::Warning
    } else {
        Severity::Info
    };
    let mut finding = finding(severity, probability, title, explanation, evidence);
    finding.from_epoch = Some(from_epoch);
    finding.check = "Train again with early stopping on val_loss, restoring the best weights: the \
                     validation metric should end no worse."
        .into();
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{epochs, losses};

    fn found(events: &[regimen_run::Event]) -> Option<Finding> {
        detect(&Facts::from_events(events))
    }

    /// Seed 000's kind of curve: best at once, then val_loss climbs.
    const FALLING: [f64; 8] = [1.5, 1.1, 0.8, 0.6, 0.45, 0.35, 0.3, 0.25];

    #[test]
    fn fires_with_first_and_best_epoch() {
        let events = losses(&FALLING, &[1.3, 1.15, 1.2, 1.3, 1.42, 1.55, 1.66, 1.8]);
        let finding = found(&events).expect("overfits");
        assert_eq!(finding.severity, Severity::Warning);
        assert_eq!(finding.from_epoch, Some(3));
        assert_eq!(finding.evidence["best_epoch"], 2);
        assert_eq!(finding.evidence["best_val_loss"], 1.15);
        assert_eq!(finding.evidence["epochs_after_best"], 6);
        assert!(
            finding.title.starts_with("Overfitting from epoch 3"),
            "{}",
            finding.title
        );
    }

    #[test]
    fn counts_as_the_log_counts() {
        let events = losses(&FALLING, &[1.3, 1.15, 1.2, 1.3, 1.42, 1.55, 1.66, 1.8]);
        let facts = Facts {
            first_epoch: 0,
            ..Facts::from_events(&events)
        };
        assert_eq!(
            detect(&facts).and_then(|finding| finding.from_epoch),
            Some(2)
        );
    }

    #[test]
    fn equal_best_values_count_from_the_later() {
        let events = losses(&FALLING, &[1.3, 1.15, 1.15, 1.3, 1.42, 1.55, 1.66, 1.8]);
        assert_eq!(
            found(&events).and_then(|finding| finding.from_epoch),
            Some(4)
        );
    }

    #[test]
    fn one_spike_does_not_hide_a_long_rise() {
        let train: Vec<f64> = (0..40).map(|i| 1.5 * 0.9f64.powi(i)).collect();
        let rising = (0..35).map(|i| 0.25 + 0.003 * f64::from(i));
        let mut val: Vec<f64> = [1.2, 0.8, 0.5, 0.3, 0.24]
            .into_iter()
            .chain(rising)
            .collect();
        val[6] = 0.6;
        let finding = found(&losses(&train, &val)).expect("overfits");
        assert_eq!(
            (finding.severity, finding.from_epoch),
            (Severity::Warning, Some(6))
        );
    }

    #[test]
    fn silent_while_validation_improves() {
        assert!(
            found(&losses(
                &FALLING,
                &[1.6, 1.3, 1.1, 1.0, 0.95, 0.92, 0.9, 0.89]
            ))
            .is_none()
        );
    }

    #[test]
    fn silent_when_both_losses_rise() {
        let rising = [1.0, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5];
        assert!(found(&losses(&rising, &[1.1, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6])).is_none());
    }

    #[test]
    fn not_sure_within_the_scatter() {
        let noisy = [1.0, 0.8, 1.1, 0.75, 1.2, 0.85, 1.15, 0.8];
        let finding = found(&losses(&FALLING, &noisy));
        assert!(finding.is_none_or(|finding| finding.severity == Severity::Info));
    }

    #[test]
    fn silent_on_a_plateau() {
        let flat = [1.3, 1.1, 1.0, 1.001, 1.002, 1.001, 1.003, 1.002];
        assert!(found(&losses(&FALLING, &flat)).is_none());
    }

    #[test]
    fn few_validation_rows_make_it_unsure() {
        let val = [1.3, 1.15, 1.17, 1.2, 1.22, 1.24, 1.26, 1.28];
        let many = found(&losses(&FALLING, &val)).map(|finding| finding.severity);
        assert_eq!(many, Some(Severity::Warning));
        let events = losses(&FALLING, &val);
        let facts = Facts {
            val_samples: Some(40),
            ..Facts::from_events(&events)
        };
        assert!(detect(&facts).is_none_or(|finding| finding.severity == Severity::Info));
    }

    #[test]
    fn silent_on_short_missing_or_broken_curves() {
        assert!(found(&[]).is_none());
        assert!(found(&losses(&[1.0, 0.5], &[1.0, 2.0])).is_none());
        assert!(found(&epochs("loss", &FALLING)).is_none());
        assert!(found(&losses(&FALLING, &[f64::NAN; 8])).is_none());
        assert!(found(&losses(&[0.0; 8], &[0.0; 8])).is_none());
        assert!(found(&losses(&FALLING, &[-1.0; 8])).is_none());
    }

    #[test]
    fn epochs_without_validation_are_passed_over() {
        let gap = f64::NAN;
        let val = [1.3, gap, 1.1, 1.2, gap, 1.35, 1.5, 1.65];
        assert_eq!(
            found(&losses(&FALLING, &val)).and_then(|f| f.from_epoch),
            Some(4)
        );
    }
}
