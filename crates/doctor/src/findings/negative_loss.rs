//! A loss below zero.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::curve::series;
use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "negative_loss",
    title: "The loss is below zero",
    explain: EXPLAIN,
    detect,
    remedies: &["fix_labels", "fix_loss", "fix_output_units"],
};

const EXPLAIN: &str = "\
Crossentropies and distances are zero at best. A loss below zero that goes on falling means that the
targets are not what the loss takes them for: under binary_crossentropy a target of 2 rewards the
network for being ever surer, without end. Class numbers 0, 1, 2 before a single sigmoid unit are
the usual case, pixels of 0..255 as targets another.

How the doctor knows: the training loss is negative. Losses that are negative by definition (cosine
similarity, likelihoods of densities, some losses of one's own) are left out where the loss is known
by name. In a log, which does not name it, the accuracy must not move either, and it is an alarm only
below -1 beside an accuracy below one half.

Use one unit per class with a categorical crossentropy, or bring the targets to 0..1.";

/// Losses that may be negative.
const SIGNED: [&str; 4] = [
    "cosine_similarity",
    "poisson",
    "kl_divergence",
    "categorical_hinge",
];

fn detect(facts: &Facts) -> Option<Finding> {
    let losses = series(facts, "loss");
    let (first_at, _) = *losses.iter().find(|(_, loss)| *loss < 0.0)?;
    let (_, last) = *losses.last()?;
    let names = facts.model.map(|model| {
        model
            .outputs
            .iter()
            .filter_map(|output| output.loss.as_deref())
            .collect::<Vec<_>>()
    });
    let mut wild = false;
    let certain = match &names {
        Some(names) if !names.is_empty() => {
            if names
                .iter()
                .any(|name| SIGNED.contains(name) || !is_known(name))
            {
                return None;
            }
            true
        }
        _ => {
            let accuracy: Vec<f64> = facts
                .history
                .iter()
                .filter_map(|row| facts.accuracy(row, ""))
                .collect();
            let still = accuracy.iter().all(|a| (a - accuracy[0]).abs() < 0.05);
            if accuracy.is_empty() || !still {
                return None;
            }
            // Similarities and likelihoods are negative by design, beside any accuracy.
            let low = accuracy.iter().all(|a| (0.03..0.5).contains(a));
            wild = low && last < -1.0 && losses.len() >= 3;
            false
        }
    };
    let title = format!("The loss is below zero: {last:.4}");
    let explanation = "The targets are not what the loss takes them for (a crossentropy takes 0..1): it can be lowered without end by being ever surer of anything.".to_owned();
    let evidence = [("last_loss", json!(last)), ("losses", json!(names))];
    let (severity, probability) = match (certain, wild) {
        (true, _) => (Severity::Error, 0.97),
        (false, true) => (Severity::Warning, 0.8),
        (false, false) => (Severity::Info, 0.4),
    };
    let mut finding = finding(severity, probability, title, explanation, evidence);
    finding.from_epoch = Some(facts.epoch_name(first_at));
    finding.check = "Print the smallest and largest target.".to_owned();
    Some(finding)
}

/// Losses of Keras that are zero at best.
fn is_known(name: &str) -> bool {
    name.contains("crossentropy")
        || crate::output::is_distance(name)
        || name == "hinge"
        || name == "squared_hinge"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{epochs, four};

    #[test]
    fn in_a_log_accuracy_must_stand() {
        let loss = [-1.0, -20.0, -90.0];
        let still = four(&loss, &[0.33, 0.34, 0.33], &loss, &loss);
        assert!(detect(&Facts::from_events(&still)).is_some());
        let moves = four(&loss, &[0.33, 0.5, 0.7], &loss, &loss);
        assert!(detect(&Facts::from_events(&moves)).is_none());
        assert!(detect(&Facts::from_events(&epochs("loss", &loss))).is_none());
        assert!(detect(&Facts::from_events(&epochs("loss", &[1.0, 0.5]))).is_none());
    }

    #[test]
    fn by_the_name_of_the_loss() {
        for (loss, told) in [
            ("binary_crossentropy", true),
            ("cosine_similarity", false),
            ("my_loss", false),
        ] {
            let case = crate::cases::one_output("sigmoid", 1, loss);
            let events = epochs("loss", &[-1.0, -2.0]);
            let facts = Facts {
                model: Some(&case.model),
                ..Facts::from_events(&events)
            };
            assert_eq!(detect(&facts).is_some(), told, "{loss}");
        }
    }
}
