//! No Flatten between convolutions and the head: A Dense layer behind a convolution works on the last
//! axis alone: without Flatten or a global pooling, the network gives an answer at each place of the
//! picture or at each step, of shape (batch, places, classes), where the labels have one per row.

use crate::FindingDef;
use crate::findings::shape_fault;

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "missing_flatten",
    title: "No Flatten between convolutions and the head",
    explain: EXPLAIN,
    detect: |facts| shape_fault(facts, "missing_flatten"),
    remedies: &["add_flatten"],
};

const EXPLAIN: &str = "\
A Dense layer behind a convolution works on the last axis alone: without Flatten or a global
pooling, the network gives an answer at each place of the picture or at each step, of shape
(batch, places, classes), where the labels have one per row.

How the doctor knows: it follows the shapes through the layers as Keras computes them. Where the
output keeps places, dense layers stand behind a convolution without Flatten, Reshape, global
pooling or TimeDistributed, and labels are one per row, it is certain. Where the labels' shape is
not told it says what it suspects: an answer at each step may be meant.

Put a Flatten, or a GlobalAveragePooling with far fewer weights behind it, in front of the first
Dense layer.";
