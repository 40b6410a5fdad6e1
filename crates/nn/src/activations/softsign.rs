//! softsign(x) = x / (|x| + 1). Follows keras/src/activations/activations.py.

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "softsign",
    aliases: &[],
    about: "x / (|x| + 1)",
    apply: |x| x / (x.abs() + 1.0),
};
