//! log_softmax(x)_i = x_i - max x - ln Σ e^(x_j - max x). Follows keras/src/activations/activations.py.

use regimen_graph::Var;

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "log_softmax",
    aliases: &[],
    about: "ln of softmax, along the last axis",
    apply: |x| log_softmax(x, -1),
};

/// ln of softmax along an axis, without overflow and without ln 0.
pub fn log_softmax(x: &Var, axis: isize) -> Var {
    let shifted = x - x.max(&[axis], true).stop_gradient();
    let log_sum = shifted.exp().sum(&[axis], true).log();
    shifted - log_sum
}
