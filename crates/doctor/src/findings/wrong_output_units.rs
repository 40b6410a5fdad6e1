//! Another number of output units than the classes or labels need.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::{finding, shape_fault};
use crate::output::{Takes, task};
use crate::spec::Task;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "wrong_output_units",
    title: "Output units and classes differ in number",
    explain: EXPLAIN,
    detect,
    remedies: &["fix_output_units"],
};

const EXPLAIN: &str = "\
One class of K needs K softmax units (two classes may have one sigmoid unit), and K labels or
numbers per row need K units. Fewer units than classes cannot tell them apart: a single sigmoid
unit takes class numbers 0, 1, 2 for probabilities, its binary crossentropy goes below zero and
accuracy stays near the share of one class. More units than classes learn that the others never
occur; they cost little, and mostly show that the number was typed wrongly.

How the doctor knows: from the units of the last layer and the number of classes in the data, or as
a spec tells them. Fewer units are an alarm; more are told as worth knowing, unless the labels'
array itself has another width, which Keras refuses.";

fn detect(facts: &Facts) -> Option<Finding> {
    if let Some(found) = shape_fault(facts, "wrong_output_units") {
        return Some(found);
    }
    let [output] = facts.model?.outputs.as_slice() else {
        return None;
    };
    let units = output.shape.last().copied().flatten()?;
    let loss = output.loss.as_deref()?;
    // Shares of classes that were told count them, too.
    let shares = facts.data.map_or(0, |data| data.train_shares.len());
    let classes = match task(facts) {
        Some(Task::Classes(Some(classes))) => classes,
        Some(Task::Classes(None)) | None if shares > 1 => shares,
        _ => return None,
    };
    let one_sigmoid = Takes::of(loss) == Takes::Probabilities && units == 1 && classes > 2;
    let categorical = Takes::of(loss) == Takes::Distribution && units > 1;
    let severity = match () {
        _ if one_sigmoid || (categorical && units < classes) => Severity::Warning,
        _ if categorical && units > classes => Severity::Info,
        _ => return None,
    };
    let title = format!(
        "{}: {units} unit{} for {classes} classes",
        output.path,
        if units == 1 { "" } else { "s" }
    );
    let explanation = match severity {
        Severity::Info => format!(
            "The {} units more learn that they never occur. {classes} units are enough.",
            units - classes
        ),
        _ => format!(
            "Classes share a unit, so they cannot be told apart. Use {classes} softmax units with a categorical crossentropy."
        ),
    };
    let evidence = [
        ("units", json!(units)),
        ("classes", json!(classes)),
        ("loss", json!(loss)),
    ];
    let mut finding = finding(severity, 0.95, title, explanation, evidence);
    finding.layer = Some(output.path.clone());
    finding.check = "Count the different labels of the training rows.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::one_output;

    #[test]
    fn units_against_classes() {
        for (activation, units, loss, severity) in [
            ("sigmoid", 1, "binary_crossentropy", Some(Severity::Warning)),
            (
                "softmax",
                2,
                "sparse_categorical_crossentropy",
                Some(Severity::Warning),
            ),
            ("softmax", 3, "sparse_categorical_crossentropy", None),
            (
                "softmax",
                9,
                "categorical_crossentropy",
                Some(Severity::Info),
            ),
            ("linear", 1, "mean_squared_error", None),
        ] {
            let mut case = one_output(activation, units, loss);
            case.data.label_encoding = Some("index".into());
            case.data.classes = ["a", "b", "c"].map(String::from).to_vec();
            let found = detect(&case.facts()).map(|found| found.severity);
            assert_eq!(found, severity, "{activation} {units} {loss}");
        }
        let mut told = one_output("softmax", 2, "categorical_crossentropy");
        told.data.train_shares = vec![0.3, 0.3, 0.4];
        let found = detect(&told.facts()).map(|found| found.severity);
        assert_eq!(found, Some(Severity::Warning), "shares that were told");
    }
}
