//! Batches are not those that the model is made for: A model with a batch_shape (stateful recurrent
//! layers need one) takes batches of exactly that many rows: each row of a batch goes on where the same
//! row of the batch before stopped.

use crate::FindingDef;
use crate::findings::shape_fault;

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "stateful_batch_size",
    title: "Batches are not those that the model is made for",
    explain: EXPLAIN,
    detect: |facts| shape_fault(facts, "stateful_batch_size"),
    remedies: &["fix_batch_size"],
};

const EXPLAIN: &str = "\
A model with a batch_shape (stateful recurrent layers need one) takes batches of exactly that many
rows: each row of a batch goes on where the same row of the batch before stopped. fit is told
another batch_size, and Keras refuses it, or refuses the last batch when the number of samples is
no multiple of it.

How the doctor knows: both numbers are in the spec, and they differ. Feed batches of the fixed
size, and cut the samples to a multiple of it; or leave the batch axis open and stateful off.";
