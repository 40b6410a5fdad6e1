//! Leaky relu in place of relu.

use serde_json::{Map, json};

use crate::network::answer::{Answer, activation};
use crate::network::layers;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "leaky_relu",
    title: "Leaky relu in place of relu",
    explain: "Lets a fifth of what is below zero through, so that a unit that is below zero for all rows still gets a gradient and can come back.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let end = Answer::of(&spec).map_or(usize::MAX, |answer| answer.place);
    let layers = layers(&mut spec)?;
    let mut changed = 0;
    for layer in layers.iter_mut().take(end) {
        if activation(layer) != "relu" {
            continue;
        }
        if layer.object.class_name == "ReLU" {
            let name = layer.object.config.remove("name");
            layer.object.class_name = "Activation".to_owned();
            layer.object.config = Map::from_iter(name.map(|name| ("name".to_owned(), name)));
        }
        layer
            .object
            .config
            .insert("activation".to_owned(), json!("leaky_relu"));
        changed += 1;
    }
    match changed {
        0 => Err("no hidden layer has relu".to_owned()),
        n => Ok(one(format!("{n} layers"), spec)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::{classes, digits, edits, option, refusal, sequence, with_layers};

    #[test]
    fn relu_in_layers_and_behind_them() {
        let mut patient = digits();
        patient.spec = with_layers(
            "{ class_name = \"Dense\", units = 8, activation = \"relu\" }, \"Dense\", \"ReLU\", { class_name = \"Dense\", units = 3 }",
        );
        let fixed = &edits(&DEF, &patient)[0];
        assert_eq!(classes(fixed), ["Dense", "Dense", "Activation", "Dense"]);
        assert_eq!(option(fixed, 0, "activation"), "leaky_relu");
        assert_eq!(option(fixed, 2, "activation"), "leaky_relu");
        // The relu of its answer is none of a hidden layer.
        assert!(refusal(&DEF, &sequence()).contains("no hidden layer"));
    }
}
