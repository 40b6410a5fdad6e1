//! relu(x) = max(x, 0). Follows keras/src/activations/activations.py.

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef =
    ActivationDef { name: "relu", aliases: &[], about: "max(x, 0)", apply: |x| x.relu() };
