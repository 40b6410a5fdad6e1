//! Adamax: Adam with the largest gradient in place of the mean of squares.
//!
//!   m += (g - m)(1 - β1);  u = max(β2 u, |g|);  w -= lr m / ((1 - β1ᵗ)(u + ε)).
//!
//! Kingma and Ba, 2015, section 7. Follows keras/src/optimizers/adamax.py.

use regimen_graph::Var;

use crate::Configured;
use crate::optimizers::adam::toward;
use crate::optimizers::options::{optimizer_config, read};
use crate::optimizers::{Common, OptimizerDef, Rule, Slot, StepContext, Weight};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "Adamax",
    aliases: &[],
    about: "Adam by the largest gradient",
    options: Adamax::options,
    read: |o| {
        read::<Adamax>(o, |made, checks| {
            checks.kept("beta_1", made.beta_1);
            checks.kept("beta_2", made.beta_2);
            checks.not_negative("epsilon", made.epsilon);
        })
    },
};

optimizer_config! {
    /// Adam by the largest gradient.
    ///
    /// ```
    /// use regimen_nn::optimizers::{Adamax, Rule};
    /// assert_eq!(Adamax::new().common().learning_rate, 0.001);
    /// ```
    pub struct Adamax(learning_rate = 0.001, weight_decay = None) {
        /// Share that the mean of gradients keeps. Default 0.9.
        beta_1: f64 = 0.9,
        /// Share that the mean of squares keeps. Default 0.999.
        beta_2: f64 = 0.999,
        /// Added to the root. Default 1e-7.
        epsilon: f64 = 1e-7,
    }
}

impl Rule for Adamax {
    fn class_name(&self) -> &'static str {
        "Adamax"
    }

    fn common(&self) -> Common {
        self.shared()
    }

    fn slots(&self, weight: &Weight) -> Vec<Slot> {
        ["momentum", "norm"]
            .map(|name| Slot::like(weight, name))
            .to_vec()
    }

    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>) {
        let m = toward(&slots[0], g, 1.0 - self.beta_1);
        let norm = (&slots[1] * self.beta_2).maximum(&g.abs());
        let w = w - &m * &cx.lr / ((&norm + self.epsilon) * (1.0 - cx.power(self.beta_1)));
        (w, vec![m, norm])
    }
}
