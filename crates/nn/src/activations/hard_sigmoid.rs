//! hard_sigmoid(x) = relu6(x + 3) / 6. Follows keras/src/activations/activations.py.

use regimen_graph::Var;

use crate::activations::{ActivationDef, relu6};

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "hard_sigmoid",
    aliases: &[],
    about: "relu6(x + 3) / 6",
    apply: hard_sigmoid,
};

/// relu6(x + 3) / 6.
pub fn hard_sigmoid(x: &Var) -> Var {
    relu6(&(x + 3.0)) / 6.0
}
