//! hard_silu(x) = x · hard_sigmoid(x), also called hard swish. Follows keras/src/activations/activations.py.

use crate::activations::{ActivationDef, hard_sigmoid};

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "hard_silu",
    aliases: &["hard_swish"],
    about: "x · hard_sigmoid(x)",
    apply: |x| x * hard_sigmoid(x),
};
