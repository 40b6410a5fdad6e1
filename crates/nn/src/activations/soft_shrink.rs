//! soft_shrink(x) = x moved toward 0 by 0.5, 0 within. Follows keras/src/activations/activations.py.

use regimen_graph::Var;

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "soft_shrink",
    aliases: &[],
    about: "x moved toward 0 by 0.5",
    apply: |x| soft_shrink(x, 0.5),
};

/// x moved toward 0 by the threshold; 0 within it.
pub fn soft_shrink(x: &Var, threshold: f64) -> Var {
    let above = x.gt(&x.scalar_like(threshold));
    let below = x.lt(&x.scalar_like(-threshold));
    above.select(
        &(x - threshold),
        &below.select(&(x + threshold), &x.scalar_like(0.0)),
    )
}
