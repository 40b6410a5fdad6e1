//! hard_tanh(x) = x kept within ±1. Follows keras/src/activations/activations.py.

use regimen_graph::Var;

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "hard_tanh",
    aliases: &[],
    about: "x kept within ±1",
    apply: hard_tanh,
};

/// x kept within ±1; the gradient is 1 at the ends too.
pub fn hard_tanh(x: &Var) -> Var {
    let (low, high) = (x.scalar_like(-1.0), x.scalar_like(1.0));
    x.gt(&high).select(&high, &x.lt(&low).select(&low, x))
}
