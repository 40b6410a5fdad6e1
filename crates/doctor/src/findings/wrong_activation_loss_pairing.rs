//! Wrong pairing of output activation and loss: pairs that are wrong for every data set.
//!
//! Only what follows from the formulas is told, nothing that is a matter of taste: sigmoid with
//! binary crossentropy on many units is fine (several labels at once), and softmax over two units
//! with binary crossentropy equals categorical crossentropy. An activation or loss that is not
//! known by name says nothing.

use regimen_run::facts::OutputFacts;
use regimen_run::{Finding, Severity};
use serde_json::json;

use crate::findings::finding;
use crate::output::{Range, Takes};
use crate::{Facts, FindingDef};

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "wrong_activation_loss_pairing",
    title: "Output activation and loss do not fit",
    explain: EXPLAIN,
    detect,
    remedies: &["fix_output_activation", "fix_loss", "fix_output_units"],
};

const EXPLAIN: &str = "\
A loss assumes something about the numbers it is given; the output layer's activation decides what
they are. Pairs that belong together:

  one class of many          softmax, K units   categorical_crossentropy (labels one-hot)
                                                sparse_categorical_crossentropy (labels 0..K-1)
  yes or no                  sigmoid, 1 unit    binary_crossentropy
  several labels at once     sigmoid, K units   binary_crossentropy
  a number                   none, 1 unit       mse, mae, huber
  any crossentropy           none               with from_logits=True

Other pairs fail for reasons that no data can mend. Softmax over one unit is always 1. A
crossentropy takes logarithms of probabilities: of a linear, relu or tanh output it clips what lies
outside 0..1, and no gradient passes a clipped value. Sigmoid under categorical crossentropy only
raises the right class and is never told to lower the others. Softmax under binary crossentropy
couples units that the loss judges one by one.

Softmax over one unit, probabilities given as logits, and an output without any activation are
findings of their own.";

/// One wrong pair: how bad, why, and the mend.
type Fault = (Severity, &'static str, &'static str);

fn detect(facts: &Facts) -> Option<Finding> {
    let faults = facts
        .model?
        .outputs
        .iter()
        .filter_map(|output| Some((output, fault_of(output)?)));
    let (output, fault) = faults.reduce(|a, b| if b.1.0 > a.1.0 { b } else { a })?;
    Some(tell(output, fault))
}

fn fault_of(output: &OutputFacts) -> Option<Fault> {
    let activation = output.activation.as_deref()?;
    let units = output.shape.last().copied().flatten();
    let one = units == Some(1) && output.shape.len() > 1;
    // Findings of their own: softmax_single_unit, redundant_output_activation, missing_output_activation.
    if (activation == "softmax" && one) || output.from_logits {
        return None;
    }
    match (Takes::of(output.loss.as_deref()?), Range::of(activation)?) {
        (Takes::Numbers, _) => None,
        (Takes::Distribution, _) if one => Some(ONE_CLASS),
        _ if activation == "linear" => None,
        (_, range) if !range.is_probability() => Some(NO_PROBABILITIES),
        (Takes::Distribution, Range::UnitInterval) => Some(NOT_COMPETING),
        (Takes::Probabilities, Range::Distribution) if units.is_some_and(|n| n > 2) => {
            Some(COUPLED)
        }
        _ => None,
    }
}

const ONE_CLASS: Fault = (
    Severity::Error,
    "A categorical crossentropy over a single unit knows one class only: its loss is 0 and its \
     gradient too, or the labels of other classes have no unit.",
    "Use binary_crossentropy on one sigmoid unit, or softmax with a unit per class.",
);
const NO_PROBABILITIES: Fault = (
    Severity::Error,
    "The loss takes logarithms of probabilities, but this activation also gives values outside \
     0..1: they are clipped, and no gradient passes a clipped value.",
    "Use softmax (categorical) or sigmoid (binary) at the output, or from_logits=True without an \
     activation.",
);
const NOT_COMPETING: Fault = (
    Severity::Warning,
    "Under categorical crossentropy the units must compete for the row, as softmax makes them. \
     Sigmoid units do not: all of them saturate, and the loss only sees their ratio.",
    "Use softmax for one class of many, or binary_crossentropy for several labels at once.",
);
const COUPLED: Fault = (
    Severity::Warning,
    "Binary crossentropy judges each unit by itself, but softmax couples them: most of the loss \
     comes from classes that are rightly near 0, and rows with several labels cannot be fitted.",
    "Use categorical_crossentropy for one class of many, or sigmoid for several labels at once.",
);

fn tell(output: &OutputFacts, (severity, why, mend): Fault) -> Finding {
    let activation = output.activation.as_deref().unwrap_or("linear");
    let loss = output.loss.as_deref().unwrap_or("no loss");
    let units = output.shape.last().copied().flatten();
    let count = match units {
        Some(1) => " over 1 unit".to_string(),
        Some(n) => format!(" over {n} units"),
        None => String::new(),
    };
    let title = format!("{}: {activation}{count} does not fit {loss}", output.path);
    let evidence = [
        ("activation", json!(activation)),
        ("loss", json!(loss)),
        ("units", json!(units)),
    ];
    let probability = if severity == Severity::Error {
        1.0
    } else {
        0.95
    };
    let explanation = format!("{why} {mend}");
    let mut finding = finding(severity, probability, title, explanation, evidence);
    finding.layer = Some(output.path.clone());
    finding.check = "Train both pairs on the same split and seed: the right one's loss falls \
                     further within the first epochs."
        .into();
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use regimen_run::ModelFacts;

    fn pair(activation: &str, units: usize, loss: &str, from_logits: bool) -> Option<Severity> {
        let output = OutputFacts {
            path: "out".into(),
            shape: vec![None, Some(units)],
            activation: Some(activation.into()),
            loss: Some(loss.into()),
            from_logits,
        };
        let model = ModelFacts {
            outputs: vec![output],
            ..ModelFacts::default()
        };
        detect(&Facts {
            model: Some(&model),
            ..Facts::default()
        })
        .map(|found| found.severity)
    }

    #[test]
    fn what_cannot_work_is_an_error() {
        for (activation, units, loss) in [
            ("sigmoid", 1, "categorical_crossentropy"),
            ("relu", 10, "sparse_categorical_crossentropy"),
            ("tanh", 1, "binary_crossentropy"),
        ] {
            let found = pair(activation, units, loss, false);
            assert_eq!(found, Some(Severity::Error), "{activation} {units} {loss}");
        }
    }

    #[test]
    fn what_works_badly_is_a_warning() {
        let warning = Some(Severity::Warning);
        assert_eq!(
            pair("sigmoid", 5, "categorical_crossentropy", false),
            warning
        );
        assert_eq!(pair("softmax", 5, "binary_crossentropy", false), warning);
    }

    #[test]
    fn silent_on_pairs_that_work() {
        for (activation, units, loss, from_logits) in [
            ("softmax", 10, "categorical_crossentropy", false),
            ("softmax", 2, "sparse_categorical_crossentropy", false),
            ("softmax", 2, "binary_crossentropy", false),
            ("sigmoid", 1, "binary_crossentropy", false),
            ("sigmoid", 8, "binary_crossentropy", false),
            ("softmax", 1, "binary_crossentropy", false),
            ("linear", 10, "categorical_crossentropy", false),
            ("softmax", 5, "categorical_crossentropy", true),
            ("linear", 10, "categorical_crossentropy", true),
            ("linear", 1, "binary_crossentropy", true),
            ("linear", 1, "mean_squared_error", false),
            ("sigmoid", 1, "mean_squared_error", false),
            ("tanh", 1, "hinge", false),
            ("my_activation", 10, "categorical_crossentropy", false),
            ("softmax", 10, "my_loss", false),
        ] {
            let found = pair(activation, units, loss, from_logits);
            assert_eq!(found, None, "{activation} {units} {loss} {from_logits}");
        }
    }

    #[test]
    fn silent_on_what_is_unknown() {
        assert!(detect(&Facts::default()).is_none());
        let model = ModelFacts {
            outputs: vec![OutputFacts::default()],
            ..ModelFacts::default()
        };
        assert!(
            detect(&Facts {
                model: Some(&model),
                ..Facts::default()
            })
            .is_none()
        );
    }

    #[test]
    fn the_worst_output_is_named() {
        let output = |path: &str, units, activation: &str| OutputFacts {
            path: path.into(),
            shape: vec![None, Some(units)],
            activation: Some(activation.into()),
            loss: Some("categorical_crossentropy".into()),
            from_logits: false,
        };
        let outputs = vec![
            output("a", 3, "sigmoid"),
            output("b", 3, "relu"),
            output("c", 3, "softmax"),
        ];
        let model = ModelFacts {
            outputs,
            ..ModelFacts::default()
        };
        let found = detect(&Facts {
            model: Some(&model),
            ..Facts::default()
        })
        .expect("a fault");
        assert_eq!(found.layer.as_deref(), Some("b"));
        assert!(
            found.title.contains("relu over 3 units does not fit"),
            "{}",
            found.title
        );
    }
}
