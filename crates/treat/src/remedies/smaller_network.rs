//! Half the width.

use crate::network::scaled;
use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "smaller_network",
    title: "Half the width",
    explain: "Halves every hidden layer: less room to learn rows by heart.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let with = |factor: f64, what: &str| -> Result<Change, String> {
        Ok(Change {
            what: what.to_owned(),
            spec: scaled(&patient.spec, factor)?,
        })
    };
    Ok(vec![with(0.5, "half")?, with(0.25, "a quarter")?])
}
