//! squareplus(x) = (x + √(x² + 4)) / 2.
//!
//! Below 0 the two terms cancel; there 2 / (√(x² + 4) - x), which is the same, is used.
//! Follows keras/src/activations/activations.py.

use regimen_graph::Var;

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "squareplus",
    aliases: &[],
    about: "(x + √(x² + 4)) / 2",
    apply: |x| squareplus(x, 4.0),
};

/// (x + √(x² + b)) / 2, for b > 0.
pub fn squareplus(x: &Var, b: f64) -> Var {
    let root = (x.square() + b).sqrt();
    let below = (b / 2.0) / (&root + x.abs());
    x.lt(&x.scalar_like(0.0))
        .select(&below, &((x + &root) * 0.5))
}
