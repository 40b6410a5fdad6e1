//! UnitNorm: vectors get length 1: w / (ε + ‖w‖). Follows keras/src/constraints/constraints.py.

use regimen_graph::Var;

use crate::constraints::axes::Axes;
use crate::constraints::{Constrain, ConstraintDef};
use crate::losses::numerics::EPSILON;
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: ConstraintDef = ConstraintDef {
    class_name: "UnitNorm",
    aliases: &["unitnorm", "unit_norm"],
    about: "incoming vectors have length 1",
    options: UnitNorm::options,
    read: |o| UnitNorm::read(o).map(|c| Box::new(c) as Box<dyn Constrain>),
};

keras_config! {
    /// Vectors along `axis` have length 1.
    pub struct UnitNorm() {
        /// Axis or axes of a vector: 0 for a dense kernel, [0, 1, 2] for a convolution's.
        axis: Axes = Axes::from(0),
    }
}

impl Constrain for UnitNorm {
    fn project(&self, w: &Var) -> Var {
        w / (self.axis.norms(w, "UnitNorm") + EPSILON)
    }
}
