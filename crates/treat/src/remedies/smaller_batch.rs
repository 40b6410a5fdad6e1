//! A quarter of the batch.

use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "smaller_batch",
    title: "A quarter of the batch",
    explain: "Noisier gradients that find flatter places, more steps; the epochs are divided so that the number of steps stays.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    if spec.fit.batch_size < 8 {
        return Err("the batch is small already".to_owned());
    }
    spec.fit.batch_size /= 4;
    spec.fit.epochs = spec.fit.epochs.div_ceil(4);
    Ok(one(
        format!("{} rows, {} epochs", spec.fit.batch_size, spec.fit.epochs),
        spec,
    ))
}
