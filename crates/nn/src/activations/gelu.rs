//! gelu(x) = x · Φ(x), Φ the normal distribution; or its approximation by tanh.
//!
//! Hendrycks and Gimpel, "Gaussian error linear units", 2016. By name it is the exact form, as in Keras.
//! Follows keras/src/activations/activations.py.

use regimen_graph::Var;

use crate::activations::ActivationDef;

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "gelu",
    aliases: &[],
    about: "x · Φ(x), exact",
    apply: |x| gelu(x, false),
};

/// x · Φ(x), by erf, or approximately by tanh(√(2/π) (x + 0.044715 x³)).
pub fn gelu(x: &Var, approximate: bool) -> Var {
    let phi = if approximate {
        let inner = (x + x * x.square() * 0.044_715) * (2.0 / std::f64::consts::PI).sqrt();
        inner.tanh()
    } else {
        (x * std::f64::consts::FRAC_1_SQRT_2).erf()
    };
    x * ((phi + 1.0) * 0.5)
}
