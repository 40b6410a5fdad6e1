//! L2: penalty l2 · Σ w², without a factor ½. Follows keras/src/regularizers/regularizers.py.

use regimen_graph::Var;

use crate::regularizers::{Regularize, RegularizerDef, factor};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: RegularizerDef = RegularizerDef {
    class_name: "L2",
    aliases: &["l2"],
    about: "l2 times the sum of squares",
    options: L2::options,
    read: |o| {
        let made = L2::read(o)?;
        factor(o, "l2", made.l2).then(|| Box::new(made) as Box<dyn Regularize>)
    },
};

keras_config! {
    /// Penalty `l2 · Σ w²`.
    pub struct L2() {
        /// Factor. Default 0.01.
        l2: f64 = 0.01,
    }
}

impl Regularize for L2 {
    fn penalty(&self, x: &Var) -> Var {
        x.square().sum_all() * self.l2
    }
}
