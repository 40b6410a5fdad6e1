//! L1: penalty l1 · Σ |w|. Follows keras/src/regularizers/regularizers.py.

use regimen_graph::Var;

use crate::losses::numerics::magnitude;
use crate::regularizers::{Regularize, RegularizerDef, factor};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: RegularizerDef = RegularizerDef {
    class_name: "L1",
    aliases: &["l1"],
    about: "l1 times the sum of magnitudes",
    options: L1::options,
    read: |o| {
        let made = L1::read(o)?;
        factor(o, "l1", made.l1).then(|| Box::new(made) as Box<dyn Regularize>)
    },
};

keras_config! {
    /// Penalty `l1 · Σ |w|`.
    pub struct L1() {
        /// Factor. Default 0.01.
        l1: f64 = 0.01,
    }
}

impl Regularize for L1 {
    fn penalty(&self, x: &Var) -> Var {
        magnitude(x).sum_all() * self.l1
    }
}
