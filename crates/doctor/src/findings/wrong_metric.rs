//! Accuracy of numbers, which are never equal.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::output::{Range, is_distance, task};
use crate::spec::Task;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "wrong_metric",
    title: "Accuracy of numbers",
    explain: EXPLAIN,
    detect,
    remedies: &["fix_metric"],
};

const EXPLAIN: &str = "\
Accuracy counts the rows whose answer is exactly the target. Numbers are hardly ever exactly equal,
so for a network that learns numbers it stays near 0 (or at the share of one value) and says nothing
of how good the answers are. Training itself is not touched: metrics are only looked at.

How the doctor knows: the output has no activation that gives probabilities, the loss measures
distances, and accuracy is among the metrics. It is told as worth knowing, not as an alarm.

Watch the mean absolute error, in the targets' own units, or RootMeanSquaredError and R2Score.";

fn detect(facts: &Facts) -> Option<Finding> {
    let model = facts.model?;
    let [output] = model.outputs.as_slice() else {
        return None;
    };
    let metric = model
        .metrics
        .iter()
        .find(|name| matches!(name.as_str(), "accuracy" | "acc"))?;
    let range = Range::of(output.activation.as_deref()?)?;
    let numbers = match task(facts) {
        Some(task) => task == Task::Numbers,
        None => !range.is_probability(),
    };
    if !numbers || !output.loss.as_deref().is_some_and(is_distance) {
        return None;
    }
    let title = format!("`{metric}` of numbers says nothing");
    let explanation = "It counts rows whose answer is exactly the target, and numbers hardly ever are. Watch `mae` instead.".to_owned();
    let evidence = [("metric", json!(metric)), ("loss", json!(output.loss))];
    let mut finding = finding(Severity::Info, 0.95, title, explanation, evidence);
    finding.layer = Some(output.path.clone());
    finding.check = "Add `mae` to the metrics: it moves while accuracy does not.".to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::one_output;

    #[test]
    fn accuracy_of_numbers_only() {
        for (activation, loss, metric, told) in [
            ("linear", "mean_squared_error", "accuracy", true),
            ("linear", "mean_squared_error", "mean_absolute_error", false),
            ("sigmoid", "mean_squared_error", "accuracy", false),
            ("sigmoid", "binary_crossentropy", "accuracy", false),
        ] {
            let mut case = one_output(activation, 1, loss);
            case.model.metrics = vec![metric.into()];
            assert_eq!(
                detect(&case.facts()).is_some(),
                told,
                "{activation} {loss} {metric}"
            );
        }
    }
}
