//! threshold(x) = x above a threshold, another number elsewhere. Follows keras/src/activations/activations.py.
//!
//! Its arguments have no defaults, so it cannot be asked for by name and is not in the list of activations.

use regimen_graph::Var;

/// x where it is above `threshold`, `default_value` elsewhere.
pub fn threshold(x: &Var, threshold: f64, default_value: f64) -> Var {
    x.gt(&x.scalar_like(threshold))
        .select(x, &x.scalar_like(default_value))
}
