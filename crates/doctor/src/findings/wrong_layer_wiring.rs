//! A layer cannot take what it is given: A layer inside of the model gets another number of axes than
//! it takes: a convolution behind a Flatten, a recurrent layer behind a Conv2D, a Reshape to another
//! number of elements.

use crate::FindingDef;
use crate::findings::shape_fault;

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "wrong_layer_wiring",
    title: "A layer cannot take what it is given",
    explain: EXPLAIN,
    detect: |facts| shape_fault(facts, "wrong_layer_wiring"),
    remedies: &["fix_layers"],
};

const EXPLAIN: &str = "\
A layer inside of the model gets another number of axes than it takes: a convolution behind a
Flatten, a recurrent layer behind a Conv2D, a Reshape to another number of elements. Keras refuses
such a model when it is built.

How the doctor knows: it follows the shapes through the layers as Keras computes them. The finding
names the layer, what arrives there, and the edit: a Reshape in front of it, or the layer that took
the axes away. Sizes that only the program knows are left open and raise nothing.";
