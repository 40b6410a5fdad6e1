//! sigmoid(x) = 1 / (1 + e^-x). Follows keras/src/activations/activations.py.

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "sigmoid",
    aliases: &[],
    about: "1 / (1 + e^-x)",
    apply: |x| x.sigmoid(),
};
