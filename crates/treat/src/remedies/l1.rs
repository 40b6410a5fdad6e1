//! An L1 penalty on all kernels.

use serde_json::json;

use crate::network::penalized;
use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "l1",
    title: "An L1 penalty on all kernels",
    explain: "Pulls weights to zero, many of them all the way. Against overfitting, and where few features matter.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let with = |size: f64| -> Result<Change, String> {
        let penalty = json!({"class_name": "L1", "config": {"l1": size}});
        Ok(Change {
            what: format!("l1 = {size}"),
            spec: penalized(&patient.spec, &penalty)?,
        })
    };
    [1e-5, 1e-4].into_iter().map(with).collect()
}
