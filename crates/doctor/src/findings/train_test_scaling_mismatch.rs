//! Training and validation rows that were not brought to one scale.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::{finding, train_val_distribution_shift};
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "train_test_scaling_mismatch",
    title: "Training and validation rows are on different scales",
    explain: EXPLAIN,
    detect,
    remedies: &["scale_inputs"],
};

const EXPLAIN: &str = "\
Nearly every feature is distributed differently in the training and in the validation rows. Real
shifts move some features; all of them at once are mostly moved by the program: one part was scaled
and the other was not, each part was scaled by its own mean and deviation, or pictures of one part
were divided by 255 twice.

How the doctor knows: from the data of a run: four of five features or more, three at least, fail the
two-sample test of train_val_distribution_shift, and the strongest of them lie 0.3 apart or more.

Fit the scaling on the training rows, and apply the same numbers to all parts: `scale` of a run file
does that.";

fn detect(facts: &Facts) -> Option<Finding> {
    let shift = facts.profile?.shift.as_ref()?;
    // Rows of other classes have other features: that has a finding of its own.
    if !train_val_distribution_shift::scaled_apart(facts)
        || train_val_distribution_shift::differ(facts).is_some()
    {
        return None;
    }
    let title = format!(
        "{} of {} features are distributed differently in training and validation rows",
        shift.shifted, shift.features
    );
    let explanation = "All at once, that is more likely the program than the world: fit the scaling on the training rows and apply it to every part.".to_owned();
    let evidence = [
        ("shifted", json!(shift.shifted)),
        ("features", json!(shift.features)),
        ("strongest", train_val_distribution_shift::strongest(shift)),
    ];
    let mut finding = finding(Severity::Warning, 0.85, title, explanation, evidence);
    finding.check = "Print mean and deviation of a feature in both parts, as the network sees it: they should be close.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_run::Profile;
    use regimen_run::profile::{Shift, ShiftedFeature};

    #[test]
    fn all_features_at_once() {
        let told = |shifted: usize| {
            let of = |i: usize| ShiftedFeature {
                feature: format!("f{i}"),
                distance: 0.8,
                p: 0.0,
            };
            let profile = Profile {
                shift: Some(Shift {
                    rows: [1000, 500],
                    features: 10,
                    shifted,
                    top: (0..shifted).map(of).collect(),
                }),
                ..Profile::default()
            };
            let facts = Facts {
                profile: Some(&profile),
                ..Facts::default()
            };
            detect(&facts).is_some()
        };
        assert!(told(9) && !told(5));
    }
}
