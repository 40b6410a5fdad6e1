//! Training and validation rows of other classes, or other features.

use regimen_run::profile::{Shift, ShiftedFeature};
use regimen_run::{Finding, Severity};
use serde_json::{Value, json};

use crate::findings::finding;
use crate::sampling::{Differ, classes_differ};
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "train_val_distribution_shift",
    title: "Training and validation rows differ",
    explain: EXPLAIN,
    detect,
    remedies: &["stratified_split", "shuffle_before_split"],
};

const EXPLAIN: &str = "\
The validation rows are not of the kind that the training rows are: their classes have other shares,
by more than a random split gives. What is learnt of the classes' frequencies is then wrong in
validation, and losses of the two parts cannot be compared as usual.

How the doctor knows: a chi-square test of the class counts of both parts; chance does it in fewer
than one case of a thousand, and some class's share differs by 2 points or more (with many rows the
smallest difference is certain, and harmless). It needs the number of rows and the shares of both
parts: a run has them, for a log --train-samples, --val-samples, --class-shares and
--val-class-shares tell them. Where the parts share hardly any class, see
validation_split_unshuffled, which is the likely reason.

Of a run's data it compares the features, too: the two-sample test of Kolmogorov and Smirnov for each,
of which at most one in a hundred told is chance (Benjamini and Hochberg's procedure). A feature whose
distribution functions lie 0.2 apart is an alarm, where chance does that to any feature at all in fewer
than one case of a thousand; from 0.1 on it is worth knowing.

Split at random, stratified by class. Where the shift is real (later data, other sites), keep it, and
judge by validation only.";

/// Distance of distribution functions that is an alarm.
const FAR: f64 = 0.2;
/// How often chance may do that to any of the features, in an alarm.
const CERTAIN: f64 = 1e-3;
/// Difference of a share that matters.
const POINTS: f64 = 0.02;
/// Effect from which the split itself is the likely reason.
pub(super) const APART: f64 = 0.3;

fn detect(facts: &Facts) -> Option<Finding> {
    let classes = classes(facts);
    let features = features(facts);
    match (&classes, &features) {
        (Some(found), _) if found.severity > Severity::Info => classes,
        (_, Some(_)) => features,
        (_, None) => classes,
    }
}

/// Features whose distributions differ.
fn features(facts: &Facts) -> Option<Finding> {
    let profile = facts.profile.filter(|profile| !profile.balanced)?;
    let shift = profile.shift.as_ref()?;
    let first = shift.top.first()?;
    let names: Vec<&str> = shift
        .top
        .iter()
        .map(|of| of.feature.as_str())
        .take(3)
        .collect();
    let title = format!(
        "{} of {} features differ between training and validation rows, most of all {} (distance {:.2})",
        shift.shifted,
        shift.features,
        names.join(", "),
        first.distance
    );
    let explanation = format!(
        "The distribution functions of `{}` lie up to {:.0} points apart; chance does that with p = {:.1e}. What is learnt on the one part need not hold on the other.",
        first.feature,
        100.0 * first.distance,
        first.p
    );
    // One cause, one alarm: classes that differ, and features that all do, are told as such.
    let own = differ(facts).is_none() && !scaled_apart(facts);
    let certain = first.p * shift.features as f64 <= CERTAIN;
    let severity = match first.distance >= FAR && own && certain {
        true => Severity::Warning,
        false => Severity::Info,
    };
    let evidence = [
        ("shifted", json!(shift.shifted)),
        ("features", json!(shift.features)),
        ("rows", json!(shift.rows)),
        ("strongest", strongest(shift)),
    ];
    let mut finding = finding(severity, 0.95, title, explanation, evidence);
    finding.check = "Train a classifier to tell training rows from validation rows: better than chance, and the features it uses are those that differ.".to_owned();
    Some(finding)
}

/// The features that differ most, with their distances.
pub(super) fn strongest(shift: &Shift) -> Value {
    let one = |of: &ShiftedFeature| format!("{} {:.2}", of.feature, of.distance);
    json!(shift.top.iter().map(one).collect::<Vec<String>>())
}

/// Whether nearly all features differ by so much that the parts were not brought to one scale.
pub(super) fn scaled_apart(facts: &Facts) -> bool {
    let shift = facts.profile.and_then(|profile| profile.shift.as_ref());
    shift.is_some_and(|shift| {
        let most = shift.shifted * 5 >= shift.features * 4;
        most && shift.features >= 3 && shift.top.iter().all(|of| of.distance >= APART)
    })
}

/// Classes whose shares differ.
fn classes(facts: &Facts) -> Option<Finding> {
    let differ = differ(facts)?;
    let data = facts.data?;
    let name = data
        .classes
        .get(differ.class)
        .cloned()
        .unwrap_or_else(|| differ.class.to_string());
    let (train, val) = (
        data.train_shares[differ.class],
        data.val_shares[differ.class],
    );
    let title = format!(
        "Class {name} has {:.1} % of the training rows and {:.1} % of the validation rows",
        100.0 * train,
        100.0 * val
    );
    let explanation = "A random split does not do that: chance is below one in a thousand. Losses and accuracies of the two parts cannot be compared as usual.".to_owned();
    // One cause, one alarm: a split of sorted rows is told by its own finding.
    let severity = if differ.effect >= APART {
        Severity::Info
    } else {
        Severity::Warning
    };
    let evidence = [
        ("train_shares", json!(data.train_shares)),
        ("val_shares", json!(data.val_shares)),
        ("effect", json!(differ.effect)),
        ("largest_difference", json!(differ.by)),
    ];
    let mut finding = finding(severity, 0.97, title, explanation, evidence);
    finding.check =
        "Split again at random, stratified by class: the gap between the losses shrinks."
            .to_owned();
    Some(finding)
}

/// How the classes of training and validation rows differ, when chance does not explain it.
pub(super) fn differ(facts: &Facts) -> Option<Differ> {
    // Rows repeated on purpose, so that classes are equal in training.
    if facts.profile.is_some_and(|profile| profile.balanced) {
        return None;
    }
    let data = facts.data?;
    let rows = [
        facts.train_samples.or(data.train_rows)?,
        facts.val_samples.or(data.val_rows)?,
    ];
    let differ = classes_differ([&data.train_shares, &data.val_shares], rows)?;
    (differ.certain && differ.by.abs() >= POINTS).then_some(differ)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_run::DataProfile;

    fn severity(train: &[f64], val: &[f64], rows: usize) -> Option<Severity> {
        let data = DataProfile {
            train_shares: train.to_vec(),
            val_shares: val.to_vec(),
            train_rows: Some(8 * rows),
            val_rows: Some(rows),
            ..DataProfile::default()
        };
        detect(&Facts {
            data: Some(&data),
            ..Facts::default()
        })
        .map(|found| found.severity)
    }

    #[test]
    fn beyond_chance_and_large_enough() {
        assert_eq!(
            severity(&[0.16, 0.40, 0.44], &[0.11, 0.35, 0.54], 30_000),
            Some(Severity::Warning)
        );
        assert_eq!(severity(&[0.16, 0.40, 0.44], &[0.11, 0.35, 0.54], 30), None);
        assert_eq!(severity(&[0.50, 0.50], &[0.505, 0.495], 1_000_000), None);
        assert_eq!(
            severity(&[0.9, 0.1], &[0.0, 1.0], 1000),
            Some(Severity::Info)
        );
        assert_eq!(severity(&[], &[], 1000), None);
    }

    #[test]
    fn features_that_differ() {
        let told = |distance: f64, shifted: usize| {
            let of = |i: usize| regimen_run::profile::ShiftedFeature {
                feature: format!("f{i}"),
                distance,
                p: 1e-9,
            };
            let shift = regimen_run::profile::Shift {
                rows: [1000, 500],
                features: 10,
                shifted,
                top: (0..shifted).map(of).collect(),
            };
            let profile = regimen_run::Profile {
                shift: Some(shift),
                ..Default::default()
            };
            detect(&Facts {
                profile: Some(&profile),
                ..Facts::default()
            })
            .map(|found| found.severity)
        };
        assert_eq!(told(0.4, 1), Some(Severity::Warning));
        assert_eq!(told(0.12, 1), Some(Severity::Info));
        assert_eq!(told(0.4, 10), Some(Severity::Info));
        assert_eq!(told(0.4, 0), None);
    }
}
