//! legacy_hard_sigmoid(x) = clip(0.2 x + 0.5, 0, 1): what `hard_sigmoid` was before Keras 3. Follows
//! keras/activations.py at the tag 2.2.4.

use regimen_graph::Var;

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "legacy_hard_sigmoid",
    aliases: &[],
    about: "clip(0.2 x + 0.5, 0, 1): hard_sigmoid before Keras 3",
    apply: legacy_hard_sigmoid,
};

/// clip(0.2 x + 0.5, 0, 1).
pub fn legacy_hard_sigmoid(x: &Var) -> Var {
    (x * 0.2 + 0.5).clip(0.0, 1.0)
}
