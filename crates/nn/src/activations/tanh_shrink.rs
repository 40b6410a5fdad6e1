//! tanh_shrink(x) = x - tanh(x). Follows keras/src/activations/activations.py.

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "tanh_shrink",
    aliases: &[],
    about: "x - tanh(x)",
    apply: |x| x - x.tanh(),
};
