//! The learning rate that a range test suggests.

use serde_json::json;

use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "rate_range_test",
    title: "The learning rate of a range test",
    explain: "Raises the rate from 1e-6 to 10 in one short run; a tenth of the rate at which the loss was least is taken (Smith, 2017).",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let rate = patient
        .range_rate
        .ok_or("the range test suggests no rate: its loss never fell clearly")?;
    if patient
        .rate
        .is_some_and(|now| (now / rate).log10().abs() < 0.15)
    {
        return Err(format!(
            "the range test suggests {rate}, about the rate that the run has"
        ));
    }
    let mut spec = patient.spec.clone();
    let options = &mut spec.compile.optimizer.config;
    options.remove("lr");
    options.insert("learning_rate".to_owned(), json!(rate));
    Ok(one(format!("rate {rate}"), spec))
}
