//! silu(x) = x · sigmoid(x), also called swish. Follows keras/src/activations/activations.py.

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "silu",
    aliases: &["swish"],
    about: "x · sigmoid(x)",
    apply: |x| x * x.sigmoid(),
};
