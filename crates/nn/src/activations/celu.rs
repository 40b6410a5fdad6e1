//! celu(x) = max(x, 0) + alpha · (e^(min(x, 0) / alpha) - 1). Follows keras/src/activations/activations.py.

use regimen_graph::Var;

use crate::activations::{ActivationDef, elu};

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "celu",
    aliases: &[],
    about: "elu that is smooth for every alpha",
    apply: |x| celu(x, 1.0),
};

/// max(x, 0) + alpha · (e^(min(x, 0) / alpha) - 1).
pub fn celu(x: &Var, alpha: f64) -> Var {
    elu(&(x / alpha), 1.0) * alpha
}
