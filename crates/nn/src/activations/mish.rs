//! mish(x) = x · tanh(softplus(x)). Follows keras/src/activations/activations.py.

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "mish",
    aliases: &[],
    about: "x · tanh(softplus(x))",
    apply: |x| x * x.softplus().tanh(),
};
