//! sparse_plus(x) = 0 up to -1, (x + 1)² / 4 up to 1, x from there. Follows keras/src/activations/activations.py.

use regimen_graph::Var;

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "sparse_plus",
    aliases: &[],
    about: "softplus that is exactly 0 below -1",
    apply: sparse_plus,
};

/// 0 up to -1, (x + 1)² / 4 up to 1, x from there on.
pub fn sparse_plus(x: &Var) -> Var {
    let middle = (x + 1.0).square() * 0.25;
    let upper = x.ge(&x.scalar_like(1.0)).select(x, &middle);
    x.le(&x.scalar_like(-1.0))
        .select(&x.scalar_like(0.0), &upper)
}
