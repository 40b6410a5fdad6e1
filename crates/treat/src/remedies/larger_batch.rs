//! Four times the batch.

use crate::patient::{Change, Patient, RemedyDef, one};

/// The remedy.
pub const DEF: RemedyDef = RemedyDef {
    id: "larger_batch",
    title: "Four times the batch",
    explain: "Steadier gradients, fewer steps; the epochs are multiplied so that the number of steps stays.",
    changes,
};

fn changes(patient: &Patient) -> Result<Vec<Change>, String> {
    let mut spec = patient.spec.clone();
    let rows = patient.profile.rows[0];
    let batch = 4 * spec.fit.batch_size;
    if batch > rows {
        return Err(format!(
            "the training part has {rows} rows, fewer than a batch of {batch}"
        ));
    }
    spec.fit.batch_size = batch;
    spec.fit.epochs *= 4;
    Ok(one(
        format!("{batch} rows, {} epochs", spec.fit.epochs),
        spec,
    ))
}
