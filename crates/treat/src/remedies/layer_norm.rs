//! Layer normalization behind hidden layers.

use crate::network::{behind_hidden, layer};
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "layer_norm",
    title: "Layer normalization behind hidden layers",
    explain: "Brings what each layer gives to mean 0 and variance 1 row by row: as batch normalization, without needing a batch.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let behind = ["Dense", "LSTM", "GRU", "SimpleRNN", "Conv1D"];
    let spec = behind_hidden(&patient.spec, &behind, &layer("LayerNormalization", []))?;
    Ok(one("behind every hidden layer", spec))
}
