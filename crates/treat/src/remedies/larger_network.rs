//! Twice the width.

use crate::network::widths;
use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "larger_network",
    title: "Twice the width",
    explain: "Doubles every hidden layer: where training rows are not learnt.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    widths(patient, &[(2.0, "twice"), (4.0, "four times")])
}
