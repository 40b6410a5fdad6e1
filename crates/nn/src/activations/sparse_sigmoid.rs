//! sparse_sigmoid(x) = (x + 1) / 2 kept within 0 and 1. Follows keras/src/activations/activations.py.

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "sparse_sigmoid",
    aliases: &[],
    about: "(x + 1) / 2 within 0 and 1",
    apply: |x| (x + 1.0).clip(0.0, 2.0) * 0.5,
};
