//! Batches of one row under batch normalization.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "batch_size_too_small",
    title: "Batches too small for batch normalization",
    explain: EXPLAIN,
    detect,
    remedies: &["larger_batch", "layer_norm"],
};

const EXPLAIN: &str = "\
Batch normalization takes mean and variance from the rows of a batch. Of one row behind dense layers
they say nothing at all: every output is its beta, and no gradient passes. Of two or three they are so
rough that training and inference are two different networks.

How the doctor knows: a BatchNormalization layer whose input has no axes beside the batch and the
channels, in a run or spec with batches of one row (error) or of two to four (warning). Behind
convolutions every place counts as a row, and nothing is said.

Take batches of 16 rows or more, or LayerNormalization or GroupNormalization, which look at one row.";

const SMALL: usize = 4;

fn detect(facts: &Facts) -> Option<Finding> {
    let batch = facts
        .batch_size
        .filter(|batch| (1..=SMALL).contains(batch))?;
    let layers = &facts.model?.layers;
    let flat = |layer: &&regimen_run::facts::LayerFacts| {
        layer.class_name == "BatchNormalization" && layer.output_shape.len() == 2
    };
    let layer = layers.iter().find(flat)?;
    let (severity, probability) = match batch {
        1 => (Severity::Error, 0.97),
        _ => (Severity::Warning, 0.8),
    };
    let title = format!("{}: mean and variance from batches of {batch}", layer.path);
    let explanation = match batch {
        1 => "Of one row they are the row itself and zero: every output is the layer's beta, and no gradient passes.".to_owned(),
        _ => "They are so rough that training and inference are two different networks.".to_owned(),
    };
    let evidence = [("batch_size", json!(batch))];
    let mut finding = finding(severity, probability, title, explanation, evidence);
    finding.layer = Some(layer.path.clone());
    finding.check =
        "Train with batches of 32: training and validation loss come together.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_run::ModelFacts;
    use regimen_run::facts::LayerFacts;

    #[test]
    fn by_batch_and_axes() {
        let told = |batch: usize, shape: Vec<Option<usize>>| {
            let model = ModelFacts {
                layers: vec![LayerFacts {
                    path: "batch_normalization".to_owned(),
                    class_name: "BatchNormalization".to_owned(),
                    output_shape: shape,
                    ..LayerFacts::default()
                }],
                ..ModelFacts::default()
            };
            let facts = Facts {
                model: Some(&model),
                batch_size: Some(batch),
                ..Facts::default()
            };
            detect(&facts).map(|found| found.severity)
        };
        assert_eq!(told(1, vec![None, Some(8)]), Some(Severity::Error));
        assert_eq!(told(3, vec![None, Some(8)]), Some(Severity::Warning));
        assert_eq!(told(32, vec![None, Some(8)]), None);
        assert_eq!(told(1, vec![None, Some(8), Some(8), Some(3)]), None);
    }
}
