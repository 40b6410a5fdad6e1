//! Weights that no gradient reaches.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "unreached_weights",
    title: "Weights that no gradient reaches",
    explain: EXPLAIN,
    detect,
    remedies: &["fix_layers"],
};

const EXPLAIN: &str = "\
A trainable weight from which no way leads to the loss never moves: it stays as it was drawn, and
what it computes is noise that the rest has to work around. That happens where a layer's result is
used only through something without a slope (argmax, a comparison, a rounding, ids into an
embedding), or where an output has no loss.

How the doctor knows: from the graph of the training step, before the first step: the gradient of
the loss with respect to these weights is zero by construction. Layers that are frozen on purpose
(trainable=False) are not told.

Take the layer out, freeze it on purpose, or lead its result to the loss through layers with slopes.";

fn detect(facts: &Facts) -> Option<Finding> {
    let layers = &facts.model?.layers;
    let unreached: Vec<_> = layers
        .iter()
        .filter(|layer| !layer.reached && layer.trainable_params > 0)
        .collect();
    let first = unreached.first()?;
    let names: Vec<&str> = unreached.iter().map(|layer| layer.path.as_str()).collect();
    let params: u64 = unreached.iter().map(|layer| layer.trainable_params).sum();
    let title = format!(
        "{}: {params} trainable parameters never get a gradient",
        names.join(", ")
    );
    let explanation = "No way with a slope leads from them to the loss, so they stay as they were drawn. Take the layer out, set trainable=False, or lead its result to the loss.".to_owned();
    let evidence = [("layers", json!(names)), ("params", json!(params))];
    let mut finding = finding(Severity::Warning, 1.0, title, explanation, evidence);
    finding.layer = Some(first.path.clone());
    finding.check =
        "Compare the layer's weights before and after an epoch: they are equal.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_run::ModelFacts;
    use regimen_run::facts::LayerFacts;

    #[test]
    fn trained_weights_only() {
        let layer = |reached: bool, trainable_params: u64| LayerFacts {
            path: "a".into(),
            reached,
            trainable_params,
            ..LayerFacts::default()
        };
        for (reached, trainable, told) in [(false, 10, true), (true, 10, false), (false, 0, false)]
        {
            let model = ModelFacts {
                layers: vec![layer(reached, trainable)],
                ..ModelFacts::default()
            };
            let facts = Facts {
                model: Some(&model),
                ..Facts::default()
            };
            assert_eq!(detect(&facts).is_some(), told, "{reached} {trainable}");
        }
    }
}
