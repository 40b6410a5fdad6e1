//! softmax(x)_i = e^(x_i - max x) / sum, over the last axis. Follows keras/src/activations/activations.py.

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "softmax",
    aliases: &[],
    about: "e^x over its sum, along the last axis",
    apply: |x| {
        let e = (x - x.max(&[-1], true).stop_gradient()).exp();
        let sum = e.sum(&[-1], true);
        e / sum
    },
};
