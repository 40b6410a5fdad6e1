//! leaky_relu(x) = x above 0, slope · x below. Follows keras/src/activations/activations.py.

use regimen_graph::Var;

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "leaky_relu",
    aliases: &[],
    about: "x above 0, 0.2 x below",
    apply: |x| leaky_relu(x, 0.2),
};

/// x from 0 on, negative_slope · x below.
pub fn leaky_relu(x: &Var, negative_slope: f64) -> Var {
    x.ge(&x.scalar_like(0.0)).select(x, &(x * negative_slope))
}
