//! log_sigmoid(x) = ln sigmoid(x) = -softplus(-x), exact in both tails. Follows keras/src/activations/activations.py.

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "log_sigmoid",
    aliases: &[],
    about: "ln sigmoid(x)",
    apply: |x| -(-x).softplus(),
};
