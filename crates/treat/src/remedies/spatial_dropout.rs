//! Dropout of whole channels.

use serde_json::json;

use crate::network::{behind_hidden, layer};
use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "spatial_dropout",
    title: "Dropout of whole channels",
    explain: "Leaves out whole channels of convolutions: neighbouring places are so alike that single ones are not missed.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let with = |class: &str, behind: &[&str]| -> Result<Change, String> {
        let new = layer(class, [("rate", json!(0.2))]);
        Ok(Change {
            what: format!("{class} of 0.2"),
            spec: behind_hidden(&patient.spec, behind, &new)?,
        })
    };
    let flat = with("SpatialDropout1D", &["Conv1D", "SeparableConv1D"]);
    let plane = with("SpatialDropout2D", &["Conv2D", "SeparableConv2D"]);
    flat.or(plane).map(|change| vec![change])
}
