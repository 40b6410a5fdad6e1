//! tanh(x), the hyperbolic tangent. Follows keras/src/activations/activations.py.

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "tanh",
    aliases: &[],
    about: "hyperbolic tangent",
    apply: |x| x.tanh(),
};
