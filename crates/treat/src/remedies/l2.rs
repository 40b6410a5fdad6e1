//! An L2 penalty on all kernels.

use serde_json::json;

use crate::network::penalized;
use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "l2",
    title: "An L2 penalty on all kernels",
    explain: "Pulls large weights back: on kernels and on the tables of embeddings, where most parameters of text models sit.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let with = |size: f64| -> Result<Change, String> {
        let penalty = json!({"class_name": "L2", "config": {"l2": size}});
        Ok(Change {
            what: format!("l2 = {size}"),
            spec: penalized(&patient.spec, &penalty)?,
        })
    };
    [1e-4, 1e-3].into_iter().map(with).collect()
}
