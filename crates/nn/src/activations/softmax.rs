//! softmax(x)_i = e^(x_i - max x) / Σ, over the last axis. Follows keras/src/activations/activations.py.

use regimen_graph::Var;

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "softmax",
    aliases: &[],
    about: "e^x over its sum, along the last axis",
    apply: |x| softmax(x, -1),
};

/// e^x over its sum along an axis, without overflow.
pub fn softmax(x: &Var, axis: isize) -> Var {
    softmax_over(x, &[axis])
}

/// e^x over its sum along several axes together.
pub fn softmax_over(x: &Var, axes: &[isize]) -> Var {
    let e = (x - x.max(axes, true).stop_gradient()).exp();
    let sum = e.sum(axes, true);
    e / sum
}
