//! Penalties on a few weights, and nearly all weights elsewhere.

use regimen_run::facts::LayerFacts;
use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "unregularized_parameters",
    title: "The penalty reaches few of the weights",
    explain: EXPLAIN,
    detect,
    remedies: &[
        "l2",
        "l2_embeddings",
        "dropout_embeddings",
        "smaller_embedding",
        "dropout",
    ],
};

const EXPLAIN: &str = "\
A penalty works on the weights that it is put on. Here most of the parameters sit in layers without
one, often an Embedding, whose table has a row for every word: the network can learn its training
rows by heart there, and no strength of the penalty elsewhere will stop it. That is why \"I added L2
and it still overfits\" is so common with text.

How the doctor knows: from the parameters of each layer and whether a regularizer sits on it. It is
told as worth knowing when some layer has a penalty and the layers without hold nine tenths of the
trainable parameters or more; and, beside overfitting, as a reason why the penalty does not help.

Put the penalty (or dropout) where the parameters are: embeddings_regularizer, fewer words, a
smaller output_dim, dropout on whole words, or pretrained vectors that are frozen.";

/// Share of the parameters without a penalty from which it cannot help.
const MOST: f64 = 0.9;

fn detect(facts: &Facts) -> Option<Finding> {
    let layers = &facts.model?.layers;
    let trainable = |layers: &mut dyn Iterator<Item = &LayerFacts>| {
        layers.map(|layer| layer.trainable_params).sum::<u64>()
    };
    let all = trainable(&mut layers.iter());
    let free = trainable(&mut layers.iter().filter(|layer| !layer.regularized));
    let share = free as f64 / all.max(1) as f64;
    let largest = layers
        .iter()
        .filter(|layer| !layer.regularized)
        .max_by_key(|layer| layer.trainable_params)?;
    if !layers.iter().any(|layer| layer.regularized) || share < MOST {
        return None;
    }
    let own = largest.trainable_params as f64 / all as f64;
    let title = format!(
        "The penalty reaches {:.1} % of the parameters: {} alone holds {:.1} % of them",
        100.0 * (1.0 - share),
        largest.path,
        100.0 * own
    );
    let explanation = format!(
        "{} of {all} trainable parameters have no penalty, so that a stronger one elsewhere cannot keep the network from learning rows by heart. Put it on {}, or make that smaller.",
        free, largest.path
    );
    let evidence = [
        ("params", json!(all)),
        ("unregularized", json!(free)),
        ("share", json!(share)),
        ("largest", json!(largest.path)),
        ("largest_share", json!(own)),
    ];
    let mut finding = finding(Severity::Info, 0.95, title, explanation, evidence);
    finding.layer = Some(largest.path.clone());
    finding.check = format!(
        "Train with the penalty on {}: training loss ends higher and validation loss lower.",
        largest.path
    );
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_run::ModelFacts;

    fn told(layers: &[(u64, bool)]) -> bool {
        let layer = |(trainable_params, regularized): &(u64, bool)| LayerFacts {
            trainable_params: *trainable_params,
            regularized: *regularized,
            ..LayerFacts::default()
        };
        let model = ModelFacts {
            layers: layers.iter().map(layer).collect(),
            ..ModelFacts::default()
        };
        detect(&Facts {
            model: Some(&model),
            ..Facts::default()
        })
        .is_some()
    }

    #[test]
    fn a_penalty_beside_the_weights() {
        assert!(told(&[(14_951_700, false), (26_017, true)]));
        assert!(!told(&[(14_951_700, false), (26_017, false)]));
        assert!(!told(&[(14_951_700, true), (26_017, false)]));
        assert!(!told(&[(100, false), (100, true)]));
        assert!(!told(&[]));
    }
}
