//! Majority class: the network answers one class whatever it is shown.
//!
//! Seen directly in the shares of predicted classes, where the trainer recorded them; else from
//! validation accuracy that equals the share of the commonest validation class to within half a
//! row, epoch after epoch. An accuracy of n rows hits that value by chance with probability of at
//! most about p = 1 / sqrt(2 pi n s (1 - s)), so as many epochs in a row are asked for as make
//! p^epochs < 1 %, and two at least. The state has to last until the latest epoch.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{EpochFacts, Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "majority_class",
    title: "One class for every row",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "scale_inputs",
        "lower_learning_rate",
        "fix_output_activation",
        "class_weight",
        "balance_classes",
    ],
};

const EXPLAIN: &str = "\
The network answers the same class for every validation row, so its accuracy is exactly that
class's share: a number that can look respectable and means that nothing was learned.

How the doctor knows: from the share of each predicted class, which Regimen records with every
epoch; for a log alone, from validation accuracy that equals the share of the commonest class to
within half a row, for so many epochs that chance is ruled out (give the shares with
--val-class-shares).

Usual causes, cheapest to check first: inputs of very different or large scale; a learning rate so
high that the first steps saturate the network, or so low that it has not moved; an output
activation that does not fit the loss; dead hidden units; classes so unequal that always answering
the commonest is hard to beat, for which class weights or balancing help.";

const CHANCE: f64 = 0.01;
const MIN_EPOCHS: usize = 2;
/// Accuracies in logs are often rounded to four digits.
const ROUNDING: f64 = 5e-5;

fn detect(facts: &Facts) -> Option<Finding> {
    if facts
        .history
        .iter()
        .any(|row| !row.telemetry.val_predicted_shares.is_empty())
    {
        return by_predictions(facts);
    }
    by_accuracy(facts)
}

/// From predicted shares: one class gets all rows in each of the latest epochs.
fn by_predictions(facts: &Facts) -> Option<Finding> {
    let half_row = facts
        .val_samples
        .map_or(ROUNDING, |rows| 0.5 / rows.max(1) as f64);
    let single = |row: &EpochFacts| {
        let shares = &row.telemetry.val_predicted_shares;
        shares
            .iter()
            .position(|share| *share > 1.0 - half_row)
            .filter(|_| shares.len() > 1)
    };
    let measured = facts
        .history
        .iter()
        .filter(|row| !row.telemetry.val_predicted_shares.is_empty());
    let latest: Vec<_> = measured
        .rev()
        .map_while(|row| single(row).map(|c| (row, c)))
        .collect();
    let (row, class) = *latest.last()?;
    if latest.len() < MIN_EPOCHS || is_one_class(facts) {
        return None;
    }
    let share = facts
        .data
        .and_then(|data| data.val_shares.get(class))
        .copied();
    Some(tell(facts, row, latest.len(), Some(class), share, 0.99))
}

/// From accuracy: it equals the largest class share in each of the latest epochs.
fn by_accuracy(facts: &Facts) -> Option<Finding> {
    let shares = &facts.data?.val_shares;
    let class = (0..shares.len()).max_by(|&a, &b| shares[a].total_cmp(&shares[b]))?;
    let share = shares[class];
    let rows = facts.val_samples.or(facts.data?.val_rows);
    if is_one_class(facts) || !(share > 0.0 && share < 1.0) {
        return None;
    }
    let near = rows.map_or(ROUNDING, |rows| (0.5 / rows.max(1) as f64).max(ROUNDING));
    let measured = facts
        .history
        .iter()
        .filter_map(|row| Some((row, facts.val_accuracy(row)?)));
    let measured: Vec<_> = measured.collect();
    let latest = measured
        .iter()
        .rev()
        .take_while(|(_, x)| (x - share).abs() <= near);
    let (row, n_epochs) = latest.fold((None, 0), |(_, n), (row, _)| (Some(row), n + 1));
    if n_epochs < epochs_needed(share, rows) {
        return None;
    }
    Some(tell(facts, row?, n_epochs, Some(class), Some(share), 0.97))
}

/// Epochs in a row after which chance is ruled out.
fn epochs_needed(share: f64, rows: Option<usize>) -> usize {
    let Some(rows) = rows else {
        return MIN_EPOCHS + 1;
    };
    let variance = 2.0 * std::f64::consts::PI * rows.max(1) as f64 * share * (1.0 - share);
    let p = (1.0 / variance.sqrt()).min(0.9);
    ((CHANCE.ln() / p.ln()).ceil() as usize).max(MIN_EPOCHS)
}

/// A validation part of one class only: answering it always is right.
fn is_one_class(facts: &Facts) -> bool {
    let shares = facts
        .data
        .map(|data| data.val_shares.as_slice())
        .unwrap_or_default();
    shares.iter().any(|share| *share >= 1.0)
}

fn tell(
    facts: &Facts,
    first: &EpochFacts,
    n_epochs: usize,
    class: Option<usize>,
    share: Option<f64>,
    probability: f64,
) -> Finding {
    let from_epoch = facts.epoch_name(first.epoch);
    let names = facts
        .data
        .map(|data| data.classes.as_slice())
        .unwrap_or_default();
    let name = class.map(|class| {
        names
            .get(class)
            .cloned()
            .unwrap_or_else(|| class.to_string())
    });
    let accuracy = facts
        .history
        .iter()
        .rev()
        .find_map(|row| facts.val_accuracy(row));
    let what = name
        .as_ref()
        .map_or("one class".to_string(), |name| format!("class {name}"));
    let part = share.map_or(String::new(), |share| {
        format!(", {:.1} % of them", 100.0 * share)
    });
    let title = format!("The network answers {what} for every validation row{part}");
    let explanation = format!(
        "Since epoch {from_epoch} ({n_epochs} epochs) every validation row gets the same answer: \
         the accuracy is that class's share and says nothing about skill."
    );
    let evidence = [
        ("class", json!(name)),
        ("class_share", json!(share)),
        ("val_accuracy", json!(accuracy)),
        ("epochs", json!(n_epochs)),
        ("val_samples", json!(facts.val_samples)),
    ];
    let mut finding = finding(Severity::Warning, probability, title, explanation, evidence);
    finding.from_epoch = Some(from_epoch);
    finding.check = "Train on one batch of 32 rows: a sound network and learning rate bring its \
                     accuracy to 1 within a few hundred steps."
        .into();
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{epochs, predicted};
    use regimen_run::{DataProfile, Event};

    fn shares(val_shares: &[f64]) -> DataProfile {
        DataProfile {
            val_shares: val_shares.to_vec(),
            classes: vec!["no".into(), "yes".into()],
            ..DataProfile::default()
        }
    }

    fn found(events: &[Event], data: &DataProfile, rows: usize) -> Option<Finding> {
        let facts = Facts {
            val_samples: Some(rows),
            data: Some(data),
            ..Facts::from_events(events)
        };
        detect(&facts)
    }

    #[test]
    fn fires_on_the_share_of_the_commonest_class() {
        let events = epochs("val_accuracy", &[0.52, 0.6539, 0.6539, 0.6539]);
        let finding = found(&events, &shares(&[0.65392, 0.34608]), 1000).expect("one class");
        assert_eq!(finding.from_epoch, Some(2));
        assert_eq!(finding.evidence["class"], "no");
        assert_eq!(finding.severity, Severity::Warning);
    }

    #[test]
    fn fires_on_a_single_predicted_class() {
        let events = predicted(&[&[0.5, 0.5], &[0.0, 1.0], &[0.0, 1.0]]);
        let finding = found(&events, &shares(&[0.6, 0.4]), 1000).expect("one class");
        assert_eq!(finding.from_epoch, Some(2));
        assert!(finding.title.contains("class yes"), "{}", finding.title);
    }

    #[test]
    fn silent_when_the_accuracy_only_comes_near() {
        let events = epochs("val_accuracy", &[0.655, 0.656, 0.652]);
        assert!(found(&events, &shares(&[0.65392, 0.34608]), 1000).is_none());
    }

    #[test]
    fn silent_after_one_epoch_or_once_it_learns() {
        let data = shares(&[0.65, 0.35]);
        assert!(found(&epochs("val_accuracy", &[0.65]), &data, 1000).is_none());
        assert!(found(&epochs("val_accuracy", &[0.65, 0.65, 0.9]), &data, 1000).is_none());
        assert!(
            found(
                &predicted(&[&[1.0, 0.0], &[1.0, 0.0], &[0.7, 0.3]]),
                &data,
                1000
            )
            .is_none()
        );
    }

    #[test]
    fn few_rows_need_more_epochs() {
        let data = shares(&[0.5, 0.5]);
        assert!(found(&epochs("val_accuracy", &[0.5; 2]), &data, 10).is_none());
        assert!(found(&epochs("val_accuracy", &[0.5; 6]), &data, 10).is_some());
    }

    #[test]
    fn predictions_outweigh_accuracy() {
        let mut events = epochs("val_accuracy", &[0.65; 4]);
        for event in &mut events {
            if let Event::EpochEnd { telemetry, .. } = event {
                telemetry.val_predicted_shares = vec![0.6, 0.4];
            }
        }
        assert!(found(&events, &shares(&[0.65, 0.35]), 1000).is_none());
    }

    #[test]
    fn silent_without_shares_or_with_one_class() {
        let events = epochs("val_accuracy", &[0.65; 4]);
        assert!(detect(&Facts::from_events(&events)).is_none());
        assert!(
            found(
                &epochs("val_accuracy", &[1.0; 4]),
                &shares(&[1.0, 0.0]),
                100
            )
            .is_none()
        );
        assert!(found(&predicted(&[&[1.0], &[1.0], &[1.0]]), &shares(&[1.0]), 100).is_none());
    }
}
