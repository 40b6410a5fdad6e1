//! relu6(x) = min(max(x, 0), 6), with gradient 0 at both ends. Follows keras/src/activations/activations.py.

use regimen_graph::Var;

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "relu6",
    aliases: &[],
    about: "relu, at most 6",
    apply: relu6,
};

/// min(max(x, 0), 6). The gradient is 1 strictly inside and 0 elsewhere, the ends included.
pub fn relu6(x: &Var) -> Var {
    let (zero, six) = (x.scalar_like(0.0), x.scalar_like(6.0));
    let low = x.gt(&zero).select(x, &zero);
    let inside = low.lt(&six).select(&low, &six);
    // What is no number stays so, and has no slope.
    x.ne_to(x).select(&x.stop_gradient(), &inside)
}
