//! No output activation under a crossentropy that takes probabilities.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::output::Takes;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "missing_output_activation",
    title: "No output activation under a crossentropy",
    explain: EXPLAIN,
    detect,
    remedies: &["fix_output_activation", "fix_loss"],
};

const EXPLAIN: &str = "\
A crossentropy takes logarithms of probabilities. The output layer has no activation, so that its
numbers may lie anywhere: Keras clips them to 0..1 first, and no gradient passes a clipped value.
Training then depends on where the first weights happened to put the outputs; often the loss stays
where it began.

How the doctor knows: from the activation that makes the output, through Activation layers, Dropout
and Reshape, and from the loss. With from_logits=True a crossentropy takes such numbers, and there
is no finding.

Put softmax (one class of many) or sigmoid (yes or no, several labels) at the output; or, better for
the rounding of large numbers, leave it away and say from_logits=True in the loss.";

fn detect(facts: &Facts) -> Option<Finding> {
    let output = facts.model?.outputs.iter().find(|output| {
        let loss = output.loss.as_deref().map(Takes::of);
        let takes = loss.is_some_and(|takes| takes != Takes::Numbers);
        let units = output.shape.last().copied().flatten();
        // One unit under a categorical loss is a wrong pair whatever its activation.
        let pair = loss == Some(Takes::Distribution) && units == Some(1);
        takes && !pair && !output.from_logits && output.activation.as_deref() == Some("linear")
    })?;
    let loss = output.loss.as_deref().unwrap_or_default();
    let title = format!(
        "{}: no activation under {loss}, which takes probabilities",
        output.path
    );
    let right = match Takes::of(loss) {
        Takes::Distribution => "softmax",
        _ => "sigmoid",
    };
    let explanation = format!(
        "The loss clips what lies outside 0..1, and no gradient passes a clipped value. Use {right} at the output, or \
         from_logits=True in the loss."
    );
    let evidence = [
        ("activation", json!("linear")),
        ("loss", json!(loss)),
        ("from_logits", json!(false)),
    ];
    let mut finding = finding(Severity::Error, 0.99, title, explanation, evidence);
    finding.layer = Some(output.path.clone());
    finding.check = format!(
        "Train two epochs with {right} at the output on the same seed: the loss falls at once."
    );
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::one_output;

    #[test]
    fn only_where_probabilities_are_taken() {
        for (activation, units, loss, told) in [
            ("linear", 10, "categorical_crossentropy", true),
            ("linear", 1, "binary_crossentropy", true),
            ("linear", 1, "categorical_crossentropy", false),
            ("linear", 1, "mean_squared_error", false),
            ("softmax", 10, "categorical_crossentropy", false),
            ("relu", 10, "categorical_crossentropy", false),
        ] {
            let model = one_output(activation, units, loss);
            assert_eq!(
                detect(&model.facts()).is_some(),
                told,
                "{activation} {units} {loss}"
            );
        }
        let mut logits = one_output("linear", 10, "categorical_crossentropy");
        logits.model.outputs[0].from_logits = true;
        assert!(detect(&logits.facts()).is_none());
    }
}
