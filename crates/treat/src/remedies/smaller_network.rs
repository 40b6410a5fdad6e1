//! Half the width.

use crate::network::widths;
use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "smaller_network",
    title: "Half the width",
    explain: "Halves every hidden layer: less room to learn rows by heart.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    widths(patient, &[(0.5, "half"), (0.25, "a quarter")])
}
