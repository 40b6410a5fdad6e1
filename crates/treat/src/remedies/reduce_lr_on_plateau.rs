//! A lower learning rate where the loss stands.

use serde_json::json;

use crate::network::object;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "reduce_lr_on_plateau",
    title: "A lower learning rate where the loss stands",
    explain: "Divides the learning rate by five when val_loss has not improved for some epochs: smaller steps get further down.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    if spec
        .callbacks
        .iter()
        .any(|c| c.class_name == "ReduceLROnPlateau")
    {
        return Err("the run lowers its rate already".to_owned());
    }
    if patient.rate.is_none() {
        return Err("a schedule sets the learning rate".to_owned());
    }
    let validates = patient.profile.rows[1] > 0 || spec.fit.validation_split > 0.0;
    let monitor = if validates { "val_loss" } else { "loss" };
    let patience = (patient.epochs / 20).max(2);
    let options = [
        ("monitor", json!(monitor)),
        ("factor", json!(0.2)),
        ("patience", json!(patience)),
    ];
    spec.callbacks.push(object("ReduceLROnPlateau", options));
    Ok(one(
        format!("a fifth after {patience} epochs without a better {monitor}"),
        spec,
    ))
}
