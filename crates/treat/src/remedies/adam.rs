//! Adam as optimizer.

use serde_json::json;

use crate::network::object;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "adam",
    title: "Adam as optimizer",
    explain: "Steps that adapt to each weight, at Keras's default rate of 0.001: where plain gradient descent creeps.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    if spec
        .compile
        .optimizer
        .class_name
        .eq_ignore_ascii_case("adam")
    {
        return Err("the optimizer is Adam already".to_owned());
    }
    spec.compile.optimizer = object("Adam", [("learning_rate", json!(1e-3))]);
    Ok(one("learning rate 0.001", spec))
}
