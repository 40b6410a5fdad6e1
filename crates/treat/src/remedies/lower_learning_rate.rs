//! A tenth of the learning rate.

use serde_json::json;

use crate::number::shown;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "lower_learning_rate",
    title: "A tenth of the learning rate",
    explain: "Smaller steps: where losses jump, rise or stop being finite.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let rate = patient.rate.ok_or("a schedule sets the learning rate")?;
    let mut spec = patient.spec.clone();
    let next = rate / 10.0;
    let options = &mut spec.compile.optimizer.config;
    options.remove("lr");
    options.insert("learning_rate".to_owned(), json!(next));
    Ok(one(format!("{} to {}", shown(rate), shown(next)), spec))
}
