//! Three times the epochs.

use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "more_epochs",
    title: "Three times the epochs",
    explain: "Where the curve still falls at the end. It costs three times as much.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    spec.fit.epochs *= 3;
    Ok(one(format!("{} epochs", spec.fit.epochs), spec))
}
