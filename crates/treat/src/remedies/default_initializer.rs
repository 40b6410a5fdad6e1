//! Keras's own initializers.

use crate::network::layers;
use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "default_initializer",
    title: "Keras's own initializers",
    explain: "Takes initializers out of all layers, which leaves Glorot's: where a constant or too wide a one was given.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let mut changed = 0;
    for layer in layers(&mut spec)?.iter_mut() {
        let before = layer.object.config.len();
        layer
            .object
            .config
            .retain(|name, _| !name.ends_with("_initializer"));
        changed += before - layer.object.config.len();
    }
    match changed {
        0 => Err("no layer names an initializer".to_owned()),
        n => Ok(one(format!("{n} taken out"), spec)),
    }
}
