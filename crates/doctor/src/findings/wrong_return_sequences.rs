//! return_sequences does not fit: A recurrent layer gives its last step, (batch, units), or with
//! return_sequences=True every step, (batch, steps, units).

use crate::FindingDef;
use crate::findings::shape_fault;

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "wrong_return_sequences",
    title: "return_sequences does not fit",
    explain: EXPLAIN,
    detect: |facts| shape_fault(facts, "wrong_return_sequences"),
    remedies: &["fix_return_sequences"],
};

const EXPLAIN: &str = "\
A recurrent layer gives its last step, (batch, units), or with return_sequences=True every step,
(batch, steps, units). A recurrent layer that follows another one goes through steps, so all but
the last of a stack must return sequences; and in front of a Dense that gives one answer per row
the last one must not.

How the doctor knows: it follows the shapes through the layers as Keras computes them, and
compares the output with the labels that the spec tells of: (rows, 1) against an output of
(batch, steps, 1), for instance. The finding names the layer whose option is to be changed.";
