//! MinMaxNorm: lengths are drawn into [min_value, max_value], fully or by a rate:
//! w · (rate · clip(‖w‖, min, max) + (1 - rate) · ‖w‖) / (ε + ‖w‖). Follows keras/src/constraints/constraints.py.

use regimen_graph::Var;

use crate::constraints::axes::{Axes, bound};
use crate::constraints::{Constrain, ConstraintDef};
use crate::losses::numerics::EPSILON;
use crate::{Configured, Options, keras_config};

/// The registered class.
pub const DEF: ConstraintDef = ConstraintDef {
    class_name: "MinMaxNorm",
    aliases: &["min_max_norm"],
    about: "incoming vectors are between min_value and max_value long",
    options: MinMaxNorm::options,
    read,
};

keras_config! {
    /// Vectors along `axis` are between `min_value` and `max_value` long.
    pub struct MinMaxNorm() {
        /// Least length. Default 0.
        min_value: f64 = 0.0,
        /// Greatest length. Default 1.
        max_value: f64 = 1.0,
        /// How much of the way is gone at each step, 0 to 1. Default 1.
        rate: f64 = 1.0,
        /// Axis or axes of a vector: 0 for a dense kernel, [0, 1, 2] for a convolution's.
        axis: Axes = Axes::from(0),
    }
}

fn read(options: &mut Options<'_>) -> Option<Box<dyn Constrain>> {
    let made = MinMaxNorm::read(options)?;
    let bounds =
        bound(options, "min_value", made.min_value) & bound(options, "max_value", made.max_value);
    let ordered = made.min_value <= made.max_value;
    if bounds && !ordered {
        let text = format!(
            "`min_value`: found {}, expected at most `max_value` ({})",
            made.min_value, made.max_value
        );
        options.error("min_value", text);
    }
    let rate = (0.0..=1.0).contains(&made.rate);
    if !rate {
        options.error(
            "rate",
            format!("`rate`: found {}, expected a number from 0 to 1", made.rate),
        );
    }
    (bounds && ordered && rate).then(|| Box::new(made) as Box<dyn Constrain>)
}

impl Constrain for MinMaxNorm {
    fn project(&self, w: &Var) -> Var {
        let norms = self.axis.norms(w, "MinMaxNorm");
        let desired =
            norms.clip(self.min_value, self.max_value) * self.rate + &norms * (1.0 - self.rate);
        w * (desired / (norms + EPSILON))
    }
}
