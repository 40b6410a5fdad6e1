//! L1 and L2 penalties together.

use serde_json::json;

use crate::network::penalized;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "l1_l2",
    title: "L1 and L2 penalties together",
    explain: "Both: few weights, and none large.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let penalty = json!({"class_name": "L1L2", "config": {"l1": 1e-5, "l2": 1e-4}});
    let spec = penalized(&patient.spec, &penalty)?;
    Ok(one("l1 = 0.00001, l2 = 0.0001", spec))
}
