//! NonNeg: negative weights become 0. Follows keras/src/constraints/constraints.py.

use regimen_graph::Var;

use crate::constraints::{Constrain, ConstraintDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: ConstraintDef = ConstraintDef {
    class_name: "NonNeg",
    aliases: &["nonneg"],
    about: "negative weights become 0",
    options: NonNeg::options,
    read: |o| NonNeg::read(o).map(|c| Box::new(c) as Box<dyn Constrain>),
};

keras_config! {
    /// Weights are never negative.
    pub struct NonNeg() {}
}

impl Constrain for NonNeg {
    fn project(&self, w: &Var) -> Var {
        w.maximum(&w.scalar_like(0.0))
    }
}
