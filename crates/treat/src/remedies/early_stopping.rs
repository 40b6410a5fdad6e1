//! Early stopping with the best weights.

use serde_json::json;

use crate::network::object;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "early_stopping",
    title: "Early stopping with the best weights",
    explain: "Ends the run some epochs after the best one and puts its weights back. It cures whatever comes after the best epoch, and nothing before it.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    if spec
        .callbacks
        .iter()
        .any(|c| c.class_name == "EarlyStopping")
    {
        return Err("the run stops early already".to_owned());
    }
    if patient.profile.rows[1] == 0 && spec.fit.validation_split == 0.0 {
        return Err("nothing is validated on: give a validation part".to_owned());
    }
    let patience = (patient.epochs / 10).max(3);
    let options = [
        ("monitor", json!("val_loss")),
        ("patience", json!(patience)),
        ("restore_best_weights", json!(true)),
    ];
    spec.callbacks.push(object("EarlyStopping", options));
    Ok(one(format!("patience {patience} on val_loss"), spec))
}
