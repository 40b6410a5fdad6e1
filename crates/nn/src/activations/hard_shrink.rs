//! hard_shrink(x) = x where |x| > 0.5, else 0. Follows keras/src/activations/activations.py.

use regimen_graph::Var;

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "hard_shrink",
    aliases: &[],
    about: "x where |x| > 0.5, else 0",
    apply: |x| hard_shrink(x, 0.5),
};

/// x where |x| is above the threshold, else 0.
pub fn hard_shrink(x: &Var, threshold: f64) -> Var {
    x.abs()
        .gt(&x.scalar_like(threshold))
        .select(x, &x.scalar_like(0.0))
}
