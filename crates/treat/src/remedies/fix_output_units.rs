//! As many output units as there are classes, labels or numbers.

use regimen_run::RunSpec;
use regimen_run::spec::{KerasObject, LabelEncoding};
use serde_json::json;

use crate::loss::{
    Takes, encoding, from_logits, judged_otherwise, metrics_follow, only, only_mut, set_encoding,
};
use crate::network::answer::{Answer, list};
use crate::network::layers;
use crate::patient::{Change, Patient, RemedyDef, one};
use crate::task::Task;

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "fix_output_units",
    title: "As many output units as labels need",
    explain: "One unit for each class (one sigmoid unit for two under a binary crossentropy), for each label or for each number, with the activation and the loss that fit.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let answer = Answer::of(&spec)?;
    let end = End::of(patient, answer.units(&list(&spec)?.layers))?;
    if Takes::of(only(&spec)?) != Takes::of(&end.loss) {
        judged_otherwise(&spec)?;
    }
    let place = answer.place;
    let layers = layers(&mut spec)?;
    layers[place]
        .object
        .config
        .insert("units".to_owned(), json!(end.units));
    answer.set_activation(layers, end.activation);
    if let Some(wanted) = end.encoding {
        if encoding(&spec)? != wanted {
            metrics_follow(&spec)?;
        }
        *only_mut(&mut spec)? = end.loss;
        set_encoding(&mut spec, wanted)?;
    } else {
        *only_mut(&mut spec)? = end.loss;
    }
    let units = if end.units == 1 { "unit" } else { "units" };
    Ok(one(
        format!("{} {units}, {}", end.units, end.activation),
        spec,
    ))
}

/// The end of a network that fits its labels.
struct End {
    units: u64,
    activation: &'static str,
    loss: KerasObject,
    /// How labels reach the loss; `None` leaves that as it is.
    encoding: Option<LabelEncoding>,
}

impl End {
    fn of(patient: &Patient, now: Option<u64>) -> Result<End, String> {
        let task = Task::of(patient)?;
        let loss = only(&patient.spec)?;
        let takes = Takes::of(loss);
        let one_hot = encoding(&patient.spec)? == LabelEncoding::OneHot;
        let units = match task {
            Task::Classes(2) if takes == Takes::EachUnit && !one_hot => 1,
            Task::Classes(n) | Task::Labels(n) | Task::Numbers(Some(n)) => n,
            Task::Numbers(None) => {
                return Err("it is not known how many numbers are learnt".to_owned());
            }
        };
        let enough = match task {
            Task::Classes(2) if takes == Takes::Numbers && now == Some(1) => true,
            _ => now == Some(units),
        };
        if enough {
            return Err(format!(
                "the output has as many units as it needs: {}",
                now.unwrap_or(units)
            ));
        }
        Ok(match task {
            Task::Classes(_) if units == 1 => End::keep(patient, 1, Takes::EachUnit, "sigmoid")?,
            Task::Classes(_) if takes == Takes::OneHot => {
                End::keep(patient, units, takes, "softmax")?
            }
            Task::Classes(_) => End::keep(patient, units, Takes::Index, "softmax")?,
            Task::Labels(_) => End::keep(patient, units, Takes::EachUnit, "sigmoid")?,
            Task::Numbers(_) => End::keep(patient, units, Takes::Numbers, "linear")?,
        })
    }

    /// Keeps a loss that fits, and its logits.
    fn keep(
        patient: &Patient,
        units: u64,
        takes: Takes,
        activation: &'static str,
    ) -> Result<End, String> {
        let spec: &RunSpec = &patient.spec;
        let now = only(spec)?;
        let loss = match Takes::of(now) == takes {
            true => now.clone(),
            false => takes.usual(),
        };
        let labels = matches!(Task::of(patient)?, Task::Labels(_));
        Ok(End {
            units,
            activation: if from_logits(&loss) {
                "linear"
            } else {
                activation
            },
            loss,
            encoding: match takes {
                _ if labels => None,
                Takes::OneHot => Some(LabelEncoding::OneHot),
                Takes::Index | Takes::EachUnit => Some(LabelEncoding::Index),
                Takes::Numbers | Takes::Other => Some(LabelEncoding::Number),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, image, option, refusal, sequence, table, text};
    use crate::network::object;

    #[test]
    fn three_units_for_ten_classes() {
        let fixed = &edits(&DEF, &digits())[0];
        assert_eq!(fixed.what, "10 units, softmax");
        assert_eq!(option(fixed, 1, "units"), 10);
        for fits in [image(), table(), text(), sequence()] {
            assert!(refusal(&DEF, &fits).contains("as many"));
        }
    }

    #[test]
    fn one_sigmoid_unit_for_three_classes() {
        let mut patient = text();
        *only_mut(&mut patient.spec).expect("one") = object("bce", []);
        let layers = layers(&mut patient.spec).expect("a list");
        layers[4].object = object(
            "Dense",
            [("units", json!(1)), ("activation", json!("sigmoid"))],
        );
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(option(fixed, 4, "units"), 3);
        assert_eq!(option(fixed, 4, "activation"), "softmax");
        let loss = only(&fixed.spec).expect("one");
        assert_eq!(loss.class_name, "SparseCategoricalCrossentropy");
        assert_eq!(encoding(&fixed.spec), Ok(LabelEncoding::Index));
    }
}
