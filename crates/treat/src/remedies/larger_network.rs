//! Twice the width.

use crate::network::scaled;
use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "larger_network",
    title: "Twice the width",
    explain: "Doubles every hidden layer: where training rows are not learnt.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let with = |factor: f64, what: &str| -> Result<Change, String> {
        Ok(Change {
            what: what.to_owned(),
            spec: scaled(&patient.spec, factor)?,
        })
    };
    Ok(vec![with(2.0, "twice")?, with(4.0, "four times")?])
}
