//! An output that is squashed twice: probabilities taken for logits, or two activations in a row.

use regimen_run::facts::ModelFacts;
use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::output::{Range, Takes};
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "redundant_output_activation",
    title: "The output is squashed twice",
    explain: EXPLAIN,
    detect,
    remedies: &["fix_output_activation", "fix_loss"],
};

const EXPLAIN: &str = "\
The output goes through softmax or sigmoid twice: once in the model and once more, in the loss
(from_logits=True says that the loss is to do it) or in a second activation behind the first. What
comes out can no longer get near 0 and 1: a second softmax over K units gives the surest answer
e / (e + K - 1), 0.23 for ten classes. The loss cannot come near zero, and gradients are small.

How the doctor knows: from the activations at the end of the model and from the loss's from_logits.
Drop one of the two: the output activation, or from_logits.";

fn detect(facts: &Facts) -> Option<Finding> {
    let model = facts.model?;
    for output in &model.outputs {
        let activation = output.activation.as_deref();
        let squashed = activation
            .and_then(Range::of)
            .is_some_and(Range::is_probability);
        let taken = output.loss.as_deref().map(Takes::of);
        let told = |by: &str, at: &str| {
            let activation = activation.unwrap_or_default();
            let title = format!("{}: {activation} and then {by}", output.path);
            let explanation = format!(
                "The output is already squashed to probabilities, and {by} squashes it again: the loss cannot come near \
                 zero and gradients are small. Drop {at}."
            );
            let evidence = [
                ("activation", json!(activation)),
                ("from_logits", json!(output.from_logits)),
            ];
            let mut finding = finding(Severity::Warning, 0.97, title, explanation, evidence);
            finding.layer = Some(output.path.clone());
            finding.check = "Train both forms on the same split and seed: the loss of the right one falls further.".to_owned();
            finding
        };
        if squashed && output.from_logits && taken.is_some_and(|takes| takes != Takes::Numbers) {
            return Some(told(
                "a loss with from_logits=True",
                "the output activation, or set from_logits=False",
            ));
        }
    }
    let [output] = model.outputs.as_slice() else {
        return None;
    };
    let first = twice(model)?;
    let second = output.activation.as_deref().unwrap_or_default();
    let title = format!("{}: {first} and then {second}", output.path);
    let explanation = format!(
        "Behind {first} the numbers lie in 0..1, and {second} squashes them once more: the answers cannot get near 0 and 1. \
         Drop one of the two."
    );
    let evidence = [("activation", json!(second)), ("before", json!(first))];
    let mut finding = finding(Severity::Warning, 0.97, title, explanation, evidence);
    finding.layer = Some(output.path.clone());
    finding.check =
        "Look at the largest prediction over the validation rows: it stays far from 1.".to_owned();
    Some(finding)
}

/// The squashing activation of the layer in front of an Activation that squashes too.
fn twice(model: &ModelFacts) -> Option<&str> {
    let [.., before, last] = model.layers.as_slice() else {
        return None;
    };
    let squashes = |name: &&str| Range::of(name).is_some_and(Range::is_probability);
    let behind = matches!(last.class_name.as_str(), "Activation" | "Softmax");
    last.activation
        .as_deref()
        .filter(|name| behind && squashes(name))?;
    before.activation.as_deref().filter(squashes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::one_output;
    use regimen_run::facts::LayerFacts;

    #[test]
    fn logits_that_are_probabilities() {
        for (activation, logits, loss, told) in [
            ("softmax", true, "categorical_crossentropy", true),
            ("sigmoid", true, "binary_crossentropy", true),
            ("softmax", false, "categorical_crossentropy", false),
            ("linear", true, "categorical_crossentropy", false),
            ("softmax", true, "mean_squared_error", false),
        ] {
            let mut model = one_output(activation, 5, loss);
            model.model.outputs[0].from_logits = logits;
            assert_eq!(
                detect(&model.facts()).is_some(),
                told,
                "{activation} {logits}"
            );
        }
    }

    #[test]
    fn two_activations_in_a_row() {
        let mut model = one_output("softmax", 5, "categorical_crossentropy");
        let layer = |class: &str, activation: &str| LayerFacts {
            class_name: class.into(),
            activation: Some(activation.into()),
            ..LayerFacts::default()
        };
        model.model.layers = vec![layer("Dense", "softmax"), layer("Activation", "softmax")];
        assert!(detect(&model.facts()).is_some());
        model.model.layers[0].activation = Some("linear".into());
        assert!(detect(&model.facts()).is_none());
    }
}
