//! exponential(x) = e^x. Follows keras/src/activations/activations.py.

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "exponential",
    aliases: &[],
    about: "e^x",
    apply: |x| x.exp(),
};
