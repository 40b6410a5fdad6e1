//! The output activation that labels and loss ask for.

use crate::loss::{Takes, from_logits, only};
use crate::network::answer::{Answer, list};
use crate::network::layers;
use crate::patient::{Change, Patient, RemedyDef, one};
use crate::task::Task;

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "fix_output_activation",
    title: "The output activation that labels and loss ask for",
    explain: "Softmax for one class of many, sigmoid for a yes or no and for several labels at once, none for numbers and for losses that take logits.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let answer = Answer::of(&spec)?;
    let wanted = wanted(patient, &answer)?;
    match answer.set_activation(layers(&mut spec)?, wanted) {
        true => Ok(one(wanted, spec)),
        false => Err(format!(
            "the output activation is {wanted}, as it should be"
        )),
    }
}

fn wanted(patient: &Patient, answer: &Answer) -> Result<&'static str, String> {
    let loss = only(&patient.spec)?;
    let layers = &list(&patient.spec)?.layers;
    let units = answer.units(layers);
    Ok(match Takes::of(loss) {
        _ if from_logits(loss) => "linear",
        Takes::OneHot | Takes::Index if units == Some(1) => {
            return Err("one unit cannot tell classes apart under this loss".to_owned());
        }
        Takes::OneHot | Takes::Index => "softmax",
        Takes::EachUnit => "sigmoid",
        Takes::Numbers => match Task::of(patient)? {
            Task::Numbers(_) if reached(patient, &answer.squashed_by(layers)) => {
                return Err("the output activation reaches all targets".to_owned());
            }
            Task::Numbers(_) => "linear",
            Task::Classes(2) if units == Some(1) => "sigmoid",
            Task::Classes(_) if units == Some(1) => {
                return Err("one unit cannot tell several classes apart".to_owned());
            }
            Task::Classes(_) => "softmax",
            Task::Labels(_) => "sigmoid",
        },
        Takes::Other => {
            return Err(format!("it is not known what {} takes", loss.class_name));
        }
    })
}

/// Whether the numbers to be learnt lie where the output can be.
fn reached(patient: &Patient, activations: &[String]) -> bool {
    let parts = patient.profile.label.numbers.iter().flatten();
    let low = parts
        .clone()
        .fold(f64::INFINITY, |low, part| low.min(part.min));
    let high = parts.fold(f64::NEG_INFINITY, |high, part| high.max(part.max));
    activations.iter().all(|name| match name.as_str() {
        "relu" | "softplus" | "exponential" => low >= 0.0,
        "sigmoid" | "hard_sigmoid" => low >= 0.0 && high <= 1.0,
        "tanh" | "softsign" => low >= -1.0 && high <= 1.0,
        "softmax" => false,
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{digits, edits, option, refusal, sequence, table, text};

    #[test]
    fn as_the_loss_asks() {
        // relu under a binary crossentropy.
        assert_eq!(
            option(&edits(&DEF, &sequence())[0], 2, "activation"),
            "sigmoid"
        );
        assert!(refusal(&DEF, &digits()).contains("as it should be"));
        assert!(
            refusal(&DEF, &text()).contains("linear"),
            "logits are wanted"
        );
    }

    #[test]
    fn as_the_targets_ask() {
        let with = |activation: &str| {
            let mut patient = table();
            let layers = layers(&mut patient.spec).expect("a list");
            layers[2]
                .object
                .config
                .insert("activation".into(), activation.into());
            patient
        };
        let fixed = &edits(&DEF, &with("sigmoid"))[0];
        assert!(option(fixed, 2, "activation").is_null());
        assert!(refusal(&DEF, &with("relu")).contains("reaches"));
        assert!(refusal(&DEF, &table()).contains("reaches"));
    }
}
