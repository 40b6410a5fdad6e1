//! Nothing is validated on, so nothing can be said of new rows.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "no_validation",
    title: "No validation",
    explain: EXPLAIN,
    detect,
    remedies: &["validation_split"],
};

const EXPLAIN: &str = "\
Training loss and accuracy tell how well a network knows the rows that it was shown. Whether it knows
the task shows only on rows that it was not: without them, learning by heart and learning look the
same, and nothing says when to stop.

How the doctor knows: the log has no val_ column, or the spec's fit neither validation_data nor
validation_split. It is told as worth knowing.

Hold a part of the rows back: validation_split in Keras (shuffle first: it takes the last rows as
they lie), split in a run file, which shuffles or goes by groups or time.";

fn detect(facts: &Facts) -> Option<Finding> {
    let validated = facts
        .history
        .iter()
        .any(|row| row.logs.keys().any(|name| name.starts_with("val_")));
    let planned = facts.spec.and_then(|spec| spec.validates);
    let missing = match (facts.history.len(), planned) {
        (0, planned) => planned == Some(false),
        (1, _) => false,
        _ => !validated,
    };
    missing.then(|| {
        let title = "Nothing is validated on".to_owned();
        let explanation = "Learning by heart and learning look the same on the training rows, and nothing says when to stop. Hold a part of the rows back.".to_owned();
        let mut finding = finding(Severity::Info, 1.0, title, explanation, [("epochs", json!(facts.history.len()))]);
        finding.check = "Evaluate on rows that training never saw.".to_owned();
        finding
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{epochs, losses};

    #[test]
    fn a_log_without_validation() {
        let told = |events: &[regimen_run::Event]| detect(&Facts::from_events(events)).is_some();
        assert!(told(&epochs("loss", &[1.0, 0.5])));
        assert!(!told(&losses(&[1.0, 0.5], &[1.0, 0.6])));
        assert!(!told(&epochs("loss", &[1.0])) && !told(&[]));
    }

    #[test]
    fn a_spec_without_validation() {
        let told = |fit: serde_json::Value| {
            let spec = json!({"layers": [{"class_name": "Dense", "config": {}}], "fit": fit});
            detect(&crate::spec::of_json(&spec).expect("a spec").facts()).is_some()
        };
        assert!(told(json!({"epochs": 3})));
        assert!(!told(json!({"epochs": 3, "validation_split": 0.1})) && !told(json!({})));
    }
}
