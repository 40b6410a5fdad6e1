//! Gradients clipped.

use serde_json::json;

use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "gradient_clipping",
    title: "Gradients clipped",
    explain: "Cuts gradients to a norm of 1: one batch can no longer throw the network off.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let options = &mut spec.compile.optimizer.config;
    let clips = ["clipnorm", "clipvalue", "global_clipnorm"];
    if clips
        .iter()
        .any(|name| options.get(*name).is_some_and(|v| v.is_number()))
    {
        return Err("gradients are clipped already".to_owned());
    }
    options.insert("global_clipnorm".to_owned(), json!(1.0));
    Ok(one("global_clipnorm 1", spec))
}
