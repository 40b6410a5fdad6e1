//! A feature that gives the label away.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "leaking_feature",
    title: "A feature gives the label away",
    explain: EXPLAIN,
    detect,
    remedies: &["drop_feature"],
};

const EXPLAIN: &str = "\
One feature alone tells the label, nearly or altogether: a column that was filled in after the outcome
was known, an id that counts through the classes, the label itself in other words. The network learns
to copy it, validation is excellent, and on new rows, which do not have it yet, it fails.

How the doctor knows: from the data as they are read: a correlation of 0.98 or more in size with the
label (eta for classes), values of a category that each go with one class, or a column that is label
and feature at once. Now and then a task is that easy: then the feature is all that is needed.

Leave the column out unless it is known before the label is.";

/// Strength of a single feature that is too good.
const STRONG: f64 = 0.98;

fn detect(facts: &Facts) -> Option<Finding> {
    let profile = facts.profile?;
    let told = profile
        .warnings
        .iter()
        .find(|warning| matches!(warning.id.as_str(), "leak" | "label_as_feature"));
    let strongest = profile
        .correlation
        .top
        .iter()
        .max_by(|a, b| a.value.abs().total_cmp(&b.value.abs()));
    let strong =
        strongest.filter(|top| top.value.abs() >= STRONG && profile.correlation.rows >= 20);
    let (title, feature) = match (told, strong) {
        (Some(warning), _) => (
            capital(&warning.text),
            strongest.map(|top| top.feature.clone()),
        ),
        (None, Some(top)) => (
            format!(
                "`{}` alone goes with the label at {:.3} ({})",
                top.feature, top.value, profile.correlation.measure
            ),
            Some(top.feature.clone()),
        ),
        (None, None) => return None,
    };
    let explanation = "The network will copy it, and new rows may not have it. Leave it out unless it is known before the label is.".to_owned();
    let evidence = [
        ("feature", json!(feature)),
        ("strength", json!(strongest.map(|top| top.value))),
    ];
    let mut finding = finding(Severity::Warning, 0.9, title, explanation, evidence);
    finding.check =
        "Train without the feature: a validation that falls to a plausible level was a leak."
            .to_owned();
    Some(finding)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_run::Profile;
    use regimen_run::profile::{Correlated, DataWarning};

    #[test]
    fn by_warning_or_strength() {
        let mut profile = Profile::default();
        profile.correlation.rows = 500;
        profile.correlation.top = vec![Correlated {
            feature: "x".into(),
            value: 0.7,
            label: None,
        }];
        let told = |profile: &Profile| {
            detect(&Facts {
                profile: Some(profile),
                ..Facts::default()
            })
            .is_some()
        };
        assert!(!told(&profile));
        profile.correlation.top[0].value = -0.99;
        assert!(told(&profile));
        profile.correlation.top.clear();
        profile.warnings = vec![DataWarning {
            id: "leak".into(),
            text: "`x` gives it away".into(),
            mend: String::new(),
        }];
        assert!(told(&profile));
    }
}
