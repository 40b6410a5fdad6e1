//! In which order remedies are tried: what findings name, what is usual, all others.

use std::cmp::Reverse;

use regimen_run::Finding;

use super::Course;
use crate::remedies;

/// Tried where the doctor names nothing that can be tried.
const USUAL: &[&str] = &[
    "early_stopping",
    "dropout",
    "l2",
    "smaller_network",
    "larger_network",
    "lower_learning_rate",
    "higher_learning_rate",
];
/// Behind those, where nothing names them, what mends faults of the run file itself; it cannot be applied where there is none.
/// All others follow in the order of their names.
const OTHERS: &[&str] = &[
    "fix_output_activation",
    "fix_loss",
    "fix_output_units",
    "fix_labels",
    "fix_return_sequences",
    "scale_inputs",
    "scale_targets",
    "default_initializer",
    "relu_hidden",
    "adam",
    "more_epochs",
    "smaller_batch",
    "batch_norm",
    "deeper_network",
    "weaker_penalty",
];
/// What the doctor tells of curves without naming a fault: of equal severity it stands behind what does.
const OBSERVATIONS: &[&str] = &[
    "converged",
    "diminishing_returns",
    "lucky_best_epoch",
    "overfitting_benign",
    "overfitting_mild",
    "still_improving",
    "train_above_validation_explained",
    "train_loss_fluctuation",
    "val_noise_within_sampling_error",
];
/// Remedies that are no edit of the run, but measured in a way of their own.
pub(super) const MORE_DATA: &str = "more_data";
pub(super) const RANGE_TEST: &str = "rate_range_test";

impl Course<'_> {
    /// The findings, the worst first; of equal severity those that name a fault before those that tell what curves do.
    pub(super) fn suspects(&self) -> Vec<&Finding> {
        let mut all: Vec<&Finding> = self.patient.findings.iter().collect();
        all.sort_by_key(|f| (Reverse(f.severity), OBSERVATIONS.contains(&f.id.as_str())));
        all
    }

    /// Ids of what is to be tried, in order.
    pub(super) fn wanted(&self) -> Vec<String> {
        let findings = self.suspects();
        // The first remedy of each finding, then the second ones: the worst finding's first.
        let most = findings.iter().map(|f| f.remedies.len()).max().unwrap_or(0);
        let named = (0..most).flat_map(|i| findings.iter().filter_map(move |f| f.remedies.get(i)));
        let usual = USUAL.iter().map(|id| (*id).to_owned());
        let all: Vec<String> = match self.options.remedies.is_empty() {
            true => named.cloned().chain(usual).collect(),
            false => self.options.remedies.clone(),
        };
        let mut ids: Vec<String> = vec![];
        for id in all {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        // The range test says which rate to try where a rate is in question.
        let rates = ["lower_learning_rate", "higher_learning_rate"];
        let asked = !self.options.remedies.is_empty();
        let place = ids.iter().position(|id| rates.contains(&id.as_str()));
        match place {
            Some(place) if !asked && !ids.iter().any(|id| id == RANGE_TEST) => {
                ids.insert(place + 1, RANGE_TEST.to_owned());
            }
            _ => {}
        }
        ids
    }
}

/// Ids of all other remedies that leave what is measured as it is.
pub(super) fn others(before: &[String]) -> impl Iterator<Item = &'static str> {
    let rest = crate::REMEDIES.iter().map(|def| def.id);
    let rest = rest.filter(|id| !OTHERS.contains(id));
    let all = OTHERS.iter().copied().chain(rest);
    let apart = [MORE_DATA, RANGE_TEST];
    let new = all.filter(|id| !before.iter().any(|b| b == id) && !apart.contains(id));
    let new: Vec<&str> = new.filter(|id| !remedies::remeasures(id)).collect();
    new.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_no_others_twice() {
        let before: Vec<String> = USUAL.iter().map(|id| (*id).to_owned()).collect();
        let all: Vec<&str> = others(&before).collect();
        assert!(all.iter().all(|id| remedies::find(id).is_some()));
        assert!(all.starts_with(&["fix_output_activation", "fix_loss"]));
        for id in OBSERVATIONS {
            assert!(regimen_doctor::find(id).is_some(), "{id}");
        }
        for id in USUAL.iter().chain(&[MORE_DATA, RANGE_TEST, "test_split"]) {
            assert!(!all.contains(id), "{id}");
        }
        let mut once = all.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), all.len());
    }
}
