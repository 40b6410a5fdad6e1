//! relu(x) = max(x, 0), and its form with slope, ceiling and threshold. Follows keras/src/activations/activations.py.

use regimen_graph::Var;

use crate::activations::{ActivationDef, leaky_relu, relu6};

/// The registered function.
pub const DEF: ActivationDef = ActivationDef {
    name: "relu",
    aliases: &[],
    about: "max(x, 0)",
    apply: |x| x.relu(),
};

/// max(x, 0) with a slope below `threshold`, nothing above `max_value`, and 0 (or the slope) up to
/// `threshold`.
pub fn relu(x: &Var, negative_slope: f64, max_value: Option<f64>, threshold: f64) -> Var {
    if negative_slope != 0.0 && max_value.is_none() && threshold == 0.0 {
        return leaky_relu(x, negative_slope);
    }
    let positive = match (threshold, max_value) {
        (0.0, Some(6.0)) => relu6(x),
        (0.0, limit) => at_most(x.relu(), limit),
        (_, limit) => {
            let kept = x
                .gt(&x.scalar_like(threshold))
                .select(x, &x.scalar_like(0.0));
            at_most(kept, limit)
        }
    };
    if negative_slope == 0.0 {
        return positive;
    }
    positive - (-x + threshold).relu() * negative_slope
}

fn at_most(x: Var, limit: Option<f64>) -> Var {
    match limit {
        Some(limit) => x.clip(0.0, limit),
        None => x,
    }
}
