//! Windows have used the input up: convolutions with padding="valid" and poolings make pictures and
//! sequences smaller.

use crate::FindingDef;
use crate::findings::shape_fault;

/// The finding.
pub const DEF: FindingDef = FindingDef {
    id: "layer_output_too_small",
    title: "Windows have used the input up",
    explain: EXPLAIN,
    detect: |facts| shape_fault(facts, "layer_output_too_small"),
    remedies: &["padding_same", "fewer_poolings"],
};

const EXPLAIN: &str = "\
Convolutions with padding=\"valid\" and poolings make pictures and sequences smaller. Here one of
them has a window that is larger than what is left of an axis, and Keras refuses the model
(\"Negative dimension size\").

How the doctor knows: it follows the sizes through the layers as Keras computes them: (size -
window) / stride + 1 for padding=\"valid\", size / stride rounded up for \"same\".

Take padding=\"same\", smaller windows, fewer poolings, or larger inputs. Where the declared shape
has its channels first and the layers take them last, the finding is wrong_input_shape instead.";
