//! Targets so large that the loss's gradients are, too.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::output::{is_distance, rescales, task};
use crate::spec::Task;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "targets_unscaled",
    title: "Targets are not scaled",
    explain: EXPLAIN,
    detect,
    remedies: &["scale_targets", "lower_learning_rate"],
};

const EXPLAIN: &str = "\
The gradient of the squared error is as large as the targets are. A network begins with answers near
zero: with targets of tens of thousands its first steps are as many times too long (plain gradient
descent blows up or dies on the way), and with Adam, whose steps have a fixed length, the last
layer needs thousands of steps only to reach the mean of the targets.

How the doctor knows: from the smallest and largest target, or what the notes of a spec say of
them, and no text that scales them, nor a Rescaling layer at the output. It is an alarm from a magnitude of 1,000 on under a loss that
measures distances; below, and where the loss is a crossentropy, nothing is told.

Standardize the targets with figures of the training rows (a run file's target has `scale`), and
turn predictions back; or let the last bias begin at the targets' mean.";

/// Magnitude of targets from which steps are far too long or too short.
const LARGE: f64 = 1000.0;

fn detect(facts: &Facts) -> Option<Finding> {
    let [output] = facts.model?.outputs.as_slice() else {
        return None;
    };
    if !output.loss.as_deref().is_some_and(is_distance)
        || task(facts).is_some_and(|task| task != Task::Numbers)
    {
        return None;
    }
    let range = facts
        .data
        .and_then(|data| data.target_range)
        .or_else(|| facts.spec?.targets.as_ref()?.range)?;
    let scaled = rescales(facts) || facts.spec.is_some_and(|spec| !spec.scaling.is_empty());
    let most = range.0.abs().max(range.1.abs());
    if scaled || most < LARGE {
        return None;
    }
    let title = format!("Targets reach {most}, and nothing scales them");
    let explanation = "The loss's gradients are as large: steps of plain gradient descent are far too long, those of Adam far too short. Standardize the targets, and turn predictions back.".to_owned();
    let evidence = [
        ("smallest", json!(range.0)),
        ("largest", json!(range.1)),
        ("loss", json!(output.loss)),
    ];
    let mut finding = finding(Severity::Warning, 0.85, title, explanation, evidence);
    finding.layer = Some(output.path.clone());
    finding.check =
        "Divide the targets by their deviation and compare the loss divided by its square."
            .to_owned();
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::one_output;

    #[test]
    fn large_numbers_under_a_distance() {
        for (loss, range, told) in [
            ("mean_squared_error", (0.0, 1e8), true),
            ("mean_squared_error", (-5e3, 2.0), true),
            ("mean_squared_error", (0.0, 125.0), false),
            ("binary_crossentropy", (0.0, 1e8), false),
        ] {
            let mut case = one_output("linear", 1, loss);
            case.data.label_encoding = Some("number".into());
            case.data.target_range = Some(range);
            assert_eq!(detect(&case.facts()).is_some(), told, "{loss} {range:?}");
        }
    }
}
