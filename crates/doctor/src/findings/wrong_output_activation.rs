//! An output activation that cannot give the answers of the task.

use regimen_run::facts::OutputFacts;
use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::output::{Range, is_distance, task};
use crate::spec::Task;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "wrong_output_activation",
    title: "The output activation cannot give the answers",
    explain: EXPLAIN,
    detect,
    remedies: &["fix_output_activation", "fix_loss"],
};

const EXPLAIN: &str = "\
The output activation decides which numbers a network can answer at all. relu gives nothing below
zero, sigmoid and softmax nothing outside 0..1, tanh nothing outside -1..1: targets beyond are never
reached, however long it trains. And softmax makes the units of a row sum to 1, so it cannot say
yes to two labels at once.

How the doctor knows: from the activation of the output and from the targets: their smallest and
largest value, where the data tell them, or what the notes of a spec say of them. Softmax with
several labels per row needs the task to be told (labels encoded as multi-hot, or a spec's task).

Leave the activation away where numbers are to be learnt (or scale the targets into its range);
use sigmoid with binary_crossentropy for several labels at once.";

fn detect(facts: &Facts) -> Option<Finding> {
    let [output] = facts.model?.outputs.as_slice() else {
        return None;
    };
    let activation = output.activation.as_deref()?;
    let range = Range::of(activation)?;
    let units = output.shape.last().copied().flatten();
    let task = task(facts);
    if task == Some(Task::Labels) && range == Range::Distribution && units.is_none_or(|n| n > 1) {
        return Some(tell(
            output,
            0.95,
            format!("{}: softmax for several labels at once", output.path),
            "Softmax makes the units of a row sum to 1: a row with two labels can reach 0.5 for each at best, and one without any cannot be answered. Use sigmoid with binary_crossentropy.".to_owned(),
        ));
    }
    let numbers = task == Some(Task::Numbers)
        || (task.is_none() && facts.data.is_some_and(|data| data.target_range.is_some()));
    if !numbers || !output.loss.as_deref().is_none_or(is_distance) {
        return None;
    }
    let (low, high) = targets(facts)?;
    // Softmax over one unit is a finding of its own.
    let beyond = match range {
        Range::Positive => low < 0.0,
        Range::UnitInterval => low < -TOLERANCE || high > 1.0 + TOLERANCE,
        Range::Distribution => {
            units.is_some_and(|n| n > 1) && (low < -TOLERANCE || high > 1.0 + TOLERANCE)
        }
        Range::Signed => low.is_finite() && (low < -1.0 - TOLERANCE || high > 1.0 + TOLERANCE),
        Range::Elsewhere => false,
    };
    let reach = match range {
        Range::Positive => "0 and above",
        Range::Signed => "-1..1",
        _ => "0..1",
    };
    beyond.then(|| {
        let shown = match low == f64::NEG_INFINITY {
            true => "negative targets".to_owned(),
            false => format!("targets from {low:.4} to {high:.4}"),
        };
        let title = format!("{}: {activation} gives {reach}, and there are {shown}", output.path);
        let explanation = format!(
            "Targets outside {reach} are never reached, however long it trains. Leave the output activation away, or scale the targets into its range."
        );
        tell(output, 0.97, title, explanation)
    })
}

/// What rounding and a little noise may add to a range.
const TOLERANCE: f64 = 0.05;

/// Smallest and largest target; minus infinity where words say only that some are negative.
fn targets(facts: &Facts) -> Option<(f64, f64)> {
    if let Some(range) = facts.data.and_then(|data| data.target_range) {
        return Some(range);
    }
    let told = facts.spec?.targets.as_ref()?;
    match (told.range, told.negative) {
        (Some((low, high)), _) => Some((low, high)),
        (None, true) => Some((f64::NEG_INFINITY, 0.0)),
        (None, false) => None,
    }
}

fn tell(output: &OutputFacts, probability: f64, title: String, explanation: String) -> Finding {
    let evidence = [
        ("activation", json!(output.activation)),
        ("loss", json!(output.loss)),
        ("units", json!(output.shape.last().copied().flatten())),
    ];
    let mut finding = finding(Severity::Warning, probability, title, explanation, evidence);
    finding.layer = Some(output.path.clone());
    finding.check =
        "Compare the smallest and largest prediction with those of the targets.".to_owned();
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::one_output;

    fn told(activation: &str, range: (f64, f64)) -> bool {
        let mut case = one_output(activation, 1, "mean_squared_error");
        case.data.label_encoding = Some("number".into());
        case.data.target_range = Some(range);
        detect(&case.facts()).is_some()
    }

    #[test]
    fn targets_out_of_reach() {
        assert!(told("relu", (-3.0, 5.0)));
        assert!(told("sigmoid", (0.0, 9.0)));
        assert!(told("tanh", (0.0, 9.0)));
        assert!(!told("relu", (0.0, 5.0)));
        assert!(!told("sigmoid", (0.0, 1.0)));
        assert!(!told("tanh", (-1.0, 1.0)));
        assert!(!told("linear", (-3.0, 5.0)));
        assert!(!told("my_activation", (-3.0, 5.0)));
    }

    #[test]
    fn softmax_for_several_labels() {
        for (activation, encoding, expected) in [
            ("softmax", "multi_hot", true),
            ("sigmoid", "multi_hot", false),
            ("softmax", "one_hot", false),
        ] {
            let mut case = one_output(activation, 3, "binary_crossentropy");
            case.data.label_encoding = Some(encoding.into());
            assert_eq!(
                detect(&case.facts()).is_some(),
                expected,
                "{activation} {encoding}"
            );
        }
    }
}
