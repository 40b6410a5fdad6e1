//! A loss for numbers on classes, or for classes on numbers.

use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::output::{Range, Takes, is_distance, task};
use crate::spec::Task;
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "wrong_loss",
    title: "The loss does not fit the task",
    explain: EXPLAIN,
    detect,
    remedies: &["fix_loss", "fix_output_units"],
};

const EXPLAIN: &str = "\
A crossentropy asks how likely the right class was; a distance (mean squared or absolute error)
asks how far a number was off. Classes can be trained under a distance, but badly: where softmax or
sigmoid is surely wrong its slope is nearly zero, so the rows that need the largest step get the
smallest. The absolute error is worse than slow: its best constant answer is the median, that is
the commoner class, and a small network often stays there. Numbers under a crossentropy are taken
for probabilities and clipped.

How the doctor knows: from the loss, the output activation and the task (classes of the labels, or
what a spec tells). The squared error on one sigmoid unit is not told: it is a usual choice for
small problems and does learn.

Use binary_crossentropy for a yes or no and for several labels at once, a categorical crossentropy
for one class of many, mse, mae or huber for numbers.";

fn detect(facts: &Facts) -> Option<Finding> {
    let [output] = facts.model?.outputs.as_slice() else {
        return None;
    };
    let loss = output.loss.as_deref()?;
    let range = Range::of(output.activation.as_deref()?)?;
    let units = output.shape.last().copied().flatten();
    let several = units.is_some_and(|n| n > 1);
    let absolute = loss == "mean_absolute_error" || loss == "mean_absolute_percentage_error";
    let task = task(facts)?;
    let (probability, why, mend) = match task {
        Task::Numbers if Takes::of(loss) != Takes::Numbers && beyond_one(facts) => (
            0.95,
            "It takes the targets for probabilities, and they are numbers beyond 0..1.",
            "mse, mae or huber, without an output activation",
        ),
        // Softmax over one unit is a finding of its own.
        Task::Binary if absolute && range == Range::UnitInterval => (
            0.9,
            "Its best constant answer is the commoner class, and where the sigmoid is surely wrong its slope is nearly zero.",
            "binary_crossentropy",
        ),
        Task::Binary | Task::Classes(_)
            if is_distance(loss) && several && range.is_probability() =>
        {
            (
                0.85,
                "Where the output is surely wrong its slope is nearly zero, so the rows that need the largest step get the smallest.",
                "categorical_crossentropy (labels one-hot) or sparse_categorical_crossentropy (class numbers)",
            )
        }
        Task::Classes(_) if is_distance(loss) && units == Some(1) => (
            0.85,
            "It takes class numbers for amounts: class 2 counts as twice class 1.",
            "softmax with one unit per class and sparse_categorical_crossentropy",
        ),
        _ => return None,
    };
    let title = format!("{}: {loss} on {}", output.path, words(task));
    let explanation = format!("{why} Use {mend}.");
    let evidence = [
        ("loss", json!(loss)),
        ("activation", json!(output.activation)),
        ("units", json!(units)),
    ];
    let mut finding = finding(Severity::Warning, probability, title, explanation, evidence);
    finding.layer = Some(output.path.clone());
    finding.check =
        "Train both losses on the same split and seed and compare the metric, not the losses."
            .to_owned();
    Some(finding)
}

fn words(task: Task) -> String {
    match task {
        Task::Binary => "a yes or no".to_owned(),
        Task::Classes(Some(n)) => format!("one class of {n}"),
        Task::Classes(None) => "one class of many".to_owned(),
        Task::Labels => "several labels at once".to_owned(),
        Task::Numbers => "numbers".to_owned(),
    }
}

/// Whether targets are known to lie outside 0..1.
fn beyond_one(facts: &Facts) -> bool {
    let of_data = facts.data.and_then(|data| data.target_range);
    let of_notes = || facts.spec?.targets.as_ref()?.range;
    of_data
        .or_else(of_notes)
        .is_some_and(|(low, high)| low < 0.0 || high > 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::one_output;

    fn told(activation: &str, units: usize, loss: &str, task: Task) -> bool {
        let mut case = one_output(activation, units, loss);
        case.told.task = Some(task);
        case.data.target_range = (task == Task::Numbers).then_some((-5.0, 5.0));
        detect(&case.facts()).is_some()
    }

    #[test]
    fn losses_against_tasks() {
        let many = Task::Classes(Some(4));
        assert!(told("sigmoid", 1, "mean_absolute_error", Task::Binary));
        assert!(told("softmax", 4, "mean_squared_error", many));
        assert!(told("softmax", 2, "mean_squared_error", Task::Binary));
        assert!(told("linear", 1, "mean_squared_error", many));
        assert!(told("linear", 1, "binary_crossentropy", Task::Numbers));
        assert!(!told("sigmoid", 1, "mean_squared_error", Task::Binary));
        assert!(!told("softmax", 4, "categorical_crossentropy", many));
        assert!(!told("linear", 1, "mean_squared_error", Task::Numbers));
        assert!(!told("sigmoid", 4, "binary_crossentropy", Task::Labels));
        assert!(!told("softmax", 1, "mean_squared_error", Task::Binary));
        let unknown = one_output("softmax", 4, "mean_squared_error");
        assert!(detect(&unknown.facts()).is_none());
    }
}
