//! Dropout behind hidden layers.

use serde_json::json;

use crate::network::{behind_hidden, layer};
use crate::patient::{Change, Patient, RemedyDef};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "dropout",
    title: "Dropout behind hidden layers",
    explain: "Leaves out a share of the units at random in each step, so that none can rely on another. Against overfitting.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let behind = ["Dense", "LSTM", "GRU", "SimpleRNN", "Embedding"];
    let with = |rate: f64| -> Result<Change, String> {
        let new = layer("Dropout", [("rate", json!(rate))]);
        Ok(Change {
            what: format!("rate {rate}"),
            spec: behind_hidden(&patient.spec, &behind, &new)?,
        })
    };
    Ok(vec![with(0.2)?, with(0.5)?])
}
