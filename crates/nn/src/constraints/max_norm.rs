//! MaxNorm: vectors longer than max_value are shortened to it: w · clip(‖w‖, 0, max) / (ε + ‖w‖).
//!
//! Srivastava et al., "Dropout", 2014. Follows keras/src/constraints/constraints.py.

use regimen_graph::Var;

use crate::constraints::axes::{Axes, bound};
use crate::constraints::{Constrain, ConstraintDef};
use crate::losses::numerics::EPSILON;
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: ConstraintDef = ConstraintDef {
    class_name: "MaxNorm",
    aliases: &["maxnorm", "max_norm"],
    about: "incoming vectors are at most max_value long",
    options: MaxNorm::options,
    read: |o| {
        let made = MaxNorm::read(o)?;
        bound(o, "max_value", made.max_value).then(|| Box::new(made) as Box<dyn Constrain>)
    },
};

keras_config! {
    /// Vectors along `axis` are at most `max_value` long.
    pub struct MaxNorm() {
        /// Greatest length. Default 2.
        max_value: f64 = 2.0,
        /// Axis or axes of a vector: 0 for a dense kernel, [0, 1, 2] for a convolution's.
        axis: Axes = Axes::from(0),
    }
}

impl Constrain for MaxNorm {
    fn project(&self, w: &Var) -> Var {
        let norms = self.axis.norms(w, "MaxNorm");
        w * (norms.clip(0.0, self.max_value) / (&norms + EPSILON))
    }
}
