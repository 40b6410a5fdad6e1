//! softplus(x) = ln(1 + e^x), without overflow. Follows keras/src/activations/activations.py.

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "softplus",
    aliases: &[],
    about: "ln(1 + e^x)",
    apply: |x| x.softplus(),
};
