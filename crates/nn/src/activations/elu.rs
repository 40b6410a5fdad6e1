//! elu(x) = x above 0, alpha · (e^x - 1) below. Follows keras/src/activations/activations.py.

use regimen_graph::Var;

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "elu",
    aliases: &[],
    about: "x above 0, e^x - 1 below",
    apply: |x| elu(x, 1.0),
};

/// x above 0, alpha · (e^x - 1) below. The exponent is kept at 0 above, so that nothing overflows there.
pub fn elu(x: &Var, alpha: f64) -> Var {
    let zero = x.scalar_like(0.0);
    let above = x.gt(&zero);
    let below = above.select(&zero, x).expm1() * alpha;
    above.select(x, &below)
}
