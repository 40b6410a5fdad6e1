//! linear(x) = x. Follows keras/src/activations/activations.py.

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "linear",
    aliases: &[],
    about: "the identity",
    apply: |x| x.clone(),
};
