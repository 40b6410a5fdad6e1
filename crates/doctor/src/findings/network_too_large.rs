//! A network with far more parameters than rows, that learns them by heart.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::generalization;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "network_too_large",
    title: "The network has far more parameters than rows",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "smaller_network",
        "dropout",
        "l2",
        "early_stopping",
        "shallower_network",
    ],
};

const EXPLAIN: &str = "\
The network overfits, and it has ten times as many trainable parameters as there are training rows, or
more. Size alone is no fault (many a large network generalises well); together with overfitting it is
one of its likely causes, and the one that is cheapest to test.

How the doctor knows: overfitting beyond its noise, and the counts. The largest layer is named: most of
the parameters sit in it.

Halve the widest layer, then halve it again: a smaller network that validates as well is the better
one. Where even a small network overfits, there are too few rows.";

/// Parameters for each row.
const MANY: u64 = 10;

fn detect(facts: &Facts) -> Option<Finding> {
    let rows = facts.train_samples.filter(|rows| *rows > 0)?;
    let layers = &facts.model?.layers;
    let params: u64 = layers.iter().map(|layer| layer.trainable_params).sum();
    let found = generalization::judge(facts)?;
    if !found.knows_rows() || params < MANY * rows as u64 {
        return None;
    }
    let largest = layers.iter().max_by_key(|layer| layer.trainable_params)?;
    let title = format!(
        "{params} trainable parameters for {rows} training rows, {} of them in `{}`",
        largest.trainable_params, largest.path
    );
    let explanation = "Room enough to learn every row by heart. A smaller network that validates as well is the better one.".to_owned();
    let evidence = [
        ("params", json!(params)),
        ("train_samples", json!(rows)),
        ("largest_layer", json!(largest.path)),
        ("of_it", json!(largest.trainable_params)),
    ];
    let mut finding = finding(Severity::Info, 0.6, title, explanation, evidence);
    finding.layer = Some(largest.path.clone());
    finding.check =
        "Halve the units of that layer: if validation loss rises later or less, size was a cause."
            .to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::losses;
    use regimen_run::ModelFacts;
    use regimen_run::facts::LayerFacts;

    #[test]
    fn beside_overfitting_alone() {
        let train = [1.5, 1.1, 0.8, 0.6, 0.45, 0.35, 0.3, 0.25];
        let model = ModelFacts {
            layers: vec![LayerFacts {
                path: "embedding".to_owned(),
                trainable_params: 1_000_000,
                ..LayerFacts::default()
            }],
            ..ModelFacts::default()
        };
        let told = |val: &[f64], rows: usize| {
            let events = losses(&train, val);
            let facts = Facts {
                model: Some(&model),
                train_samples: Some(rows),
                ..Facts::from_events(&events)
            };
            detect(&facts).is_some()
        };
        let rises = [1.3, 1.15, 1.2, 1.3, 1.42, 1.55, 1.66, 1.8];
        assert!(told(&rises, 10_000) && !told(&rises, 1_000_000));
        assert!(!told(&train, 10_000));
    }
}
