//! Weight decay.

use serde_json::json;

use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "weight_decay",
    title: "Weight decay",
    explain: "Shrinks every weight a little in each step, apart from the gradient: L2 as it is meant for adaptive optimizers.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let options = &mut spec.compile.optimizer.config;
    let known = options.get("weight_decay");
    if known.is_some_and(|value| !value.is_null() && value != "None") {
        return Err("the optimizer decays weights already".to_owned());
    }
    options.insert("weight_decay".to_owned(), json!(4e-3));
    Ok(one("weight_decay 0.004", spec))
}
