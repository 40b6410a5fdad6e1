//! Softmax over a single unit: always 1, whatever the network computes.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "softmax_single_unit",
    title: "Softmax over one unit",
    explain: EXPLAIN,
    detect,
    remedies: &["fix_output_activation", "fix_output_units"],
};

const EXPLAIN: &str = "\
Softmax divides each unit's exponential by the sum of all of them. Over a single unit that is 1,
whatever the network computes: the output is constant, its gradient is zero, and nothing in the
network ever moves. Accuracy is then exactly the share of class 1, and under mean squared error the
loss is the mean of (1 - y) squared.

How the doctor knows: from the last layer alone; no data can mend it. Use sigmoid with
binary_crossentropy for a yes or no, two softmax units with a categorical crossentropy, or no
activation where a number is to be learnt.";

fn detect(facts: &Facts) -> Option<Finding> {
    let outputs = &facts.model?.outputs;
    let output = outputs.iter().find(|output| {
        let one = output.shape.len() > 1 && output.shape.last() == Some(&Some(1));
        one && output.activation.as_deref() == Some("softmax") && !over_another_axis(facts)
    })?;
    let title = format!("{}: softmax over 1 unit is always 1", output.path);
    let explanation = "Softmax over a single unit is always 1, whatever the network computes: it cannot learn. Use \
                       sigmoid with binary_crossentropy for yes or no, no activation for a number."
        .to_owned();
    let evidence = [("units", json!(1)), ("loss", json!(output.loss))];
    let mut finding = finding(Severity::Error, 1.0, title, explanation, evidence);
    finding.layer = Some(output.path.clone());
    finding.check = "Predict any two rows: both give exactly 1.".to_owned();
    Some(finding)
}

/// A Softmax layer at the end that goes over the steps.
fn over_another_axis(facts: &Facts) -> bool {
    let last = facts.model.and_then(|model| {
        model
            .layers
            .iter()
            .rev()
            .find(|layer| layer.class_name == "Softmax")
    });
    last.and_then(|layer| layer.config.get("axis"))
        .is_some_and(|axis| axis.as_i64() != Some(-1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::one_output;

    #[test]
    fn one_unit_only() {
        let model = one_output("softmax", 1, "mean_squared_error");
        assert!(detect(&model.facts()).is_some());
        for (activation, units) in [("softmax", 2), ("sigmoid", 1), ("linear", 1)] {
            let model = one_output(activation, units, "mean_squared_error");
            assert!(detect(&model.facts()).is_none(), "{activation} {units}");
        }
    }
}
