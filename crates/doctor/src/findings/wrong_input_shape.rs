//! Rows do not fit the first layer: what the first layer takes and what it is given differ.

use crate::FindingDef;
use crate::findings::shape_fault;

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "wrong_input_shape",
    title: "Rows do not fit the first layer",
    explain: EXPLAIN,
    detect: |facts| shape_fault(facts, "wrong_input_shape"),
    remedies: &["fix_input_shape"],
};

const EXPLAIN: &str = "\
What the first layer takes and what it is given differ. A layer takes rows of a fixed number of
axes: Dense (features,), recurrent layers (steps, features), Conv1D (steps, channels), Conv2D
(height, width, channels). The axis of samples is never part of an input shape.

Usual slips: input_shape=X.shape or X.shape[0] instead of X.shape[1:]; an axis of one channel that
is missing (28, 28) or stands first (1, 28, 28) where the layers take channels last; steps and
features exchanged; a leading None for the batch.

How the doctor knows: it follows the shapes through the layers as Keras computes them, with sizes
that only the program knows left open, and compares the declared rows with the arrays that the
spec tells of. It is certain where all sizes that matter are told; where a program could still
reshape rows in a text that the spec lacks, it says so and is less sure.";
