//! Batch normalization behind hidden layers.

use crate::network::{behind_hidden, layer};
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "batch_norm",
    title: "Batch normalization behind hidden layers",
    explain: "Brings what each layer gives to mean 0 and variance 1 over the batch: faster and steadier learning, and some regularization.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let behind = [
        "Dense",
        "Conv1D",
        "Conv2D",
        "Conv3D",
        "SeparableConv1D",
        "SeparableConv2D",
    ];
    let spec = behind_hidden(&patient.spec, &behind, &layer("BatchNormalization", []))?;
    Ok(one("behind every hidden layer", spec))
}
