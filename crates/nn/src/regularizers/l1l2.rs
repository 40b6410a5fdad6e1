//! L1L2: penalty l1 · Σ |w| + l2 · Σ w². Follows keras/src/regularizers/regularizers.py.

use regimen_graph::Var;

use crate::losses::numerics::magnitude;
use crate::regularizers::{Regularize, RegularizerDef, factor};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: RegularizerDef = RegularizerDef {
    class_name: "L1L2",
    aliases: &["l1_l2"],
    about: "l1 times the sum of magnitudes plus l2 times the sum of squares",
    options: L1L2::options,
    read: |o| {
        let made = L1L2::read(o)?;
        let (l1, l2) = (factor(o, "l1", made.l1), factor(o, "l2", made.l2));
        (l1 && l2).then(|| Box::new(made) as Box<dyn Regularize>)
    },
};

keras_config! {
    /// Penalty `l1 · Σ |w| + l2 · Σ w²`.
    pub struct L1L2() {
        /// Factor of the magnitudes. Default 0.
        l1: f64 = 0.0,
        /// Factor of the squares. Default 0.
        l2: f64 = 0.0,
    }
}

impl Regularize for L1L2 {
    fn penalty(&self, x: &Var) -> Var {
        let mut penalty = x.builder().scalar(0.0);
        if self.l1 != 0.0 {
            penalty = penalty + magnitude(x).sum_all() * self.l1;
        }
        if self.l2 != 0.0 {
            penalty = penalty + x.square().sum_all() * self.l2;
        }
        penalty
    }
}
