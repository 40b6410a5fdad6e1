//! Relu in hidden layers.

use serde_json::json;

use crate::network::{hidden, layers};
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "relu_hidden",
    title: "Relu in hidden layers",
    explain: "Gives every hidden dense layer relu: without an activation stacked layers are one, and sigmoid ones pass little gradient on.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let layers = layers(&mut spec)?;
    let mut changed = 0;
    for place in hidden(layers) {
        let layer = &mut layers[place];
        let class = layer.object.class_name.as_str();
        let dense = class == "Dense" || class.starts_with("Conv");
        let known = layer
            .object
            .config
            .get("activation")
            .and_then(|a| a.as_str());
        if dense && known != Some("relu") {
            layer
                .object
                .config
                .insert("activation".to_owned(), json!("relu"));
            changed += 1;
        }
    }
    match changed {
        0 => Err("every hidden layer has relu already".to_owned()),
        n => Ok(one(format!("{n} layers"), spec)),
    }
}
