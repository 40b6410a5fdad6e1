//! Lamb: Adam whose step has the length of the weight, so that batches may be large.
//!
//!   m, v as in Adam;  u = m / (1 - β1ᵗ) / (√(v / (1 - β2ᵗ)) + ε);  w -= lr ‖w‖ / ‖u‖ · u, the ratio 1 where a norm is 0.
//!
//! You et al., 2019. Follows keras/src/optimizers/lamb.py.

use regimen_graph::Var;

use crate::Configured;
use crate::optimizers::adam::{adam_slots, toward};
use crate::optimizers::options::{optimizer_config, read};
use crate::optimizers::{Common, OptimizerDef, Rule, Slot, StepContext, Weight};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "Lamb",
    aliases: &[],
    about: "Adam with steps as long as the weight, for large batches",
    options: Lamb::options,
    read: |o| {
        read::<Lamb>(o, |made, checks| {
            checks.kept("beta_1", made.beta_1);
            checks.kept("beta_2", made.beta_2);
            checks.not_negative("epsilon", made.epsilon);
        })
    },
};

optimizer_config! {
    /// Adam with steps as long as the weight, for large batches.
    ///
    /// ```
    /// use regimen_nn::optimizers::{Lamb, Rule};
    /// assert_eq!(Lamb::new().common().learning_rate, 0.001);
    /// ```
    pub struct Lamb(learning_rate = 0.001, weight_decay = None) {
        /// Share that the mean of gradients keeps. Default 0.9.
        beta_1: f64 = 0.9,
        /// Share that the mean of squares keeps. Default 0.999.
        beta_2: f64 = 0.999,
        /// Added to the root. Default 1e-7.
        epsilon: f64 = 1e-7,
    }
}

impl Rule for Lamb {
    fn class_name(&self) -> &'static str {
        "Lamb"
    }

    fn common(&self) -> Common {
        self.shared()
    }

    fn slots(&self, weight: &Weight) -> Vec<Slot> {
        adam_slots(weight, false)
    }

    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>) {
        let m = toward(&slots[0], g, 1.0 - self.beta_1);
        let v = toward(&slots[1], &g.square(), 1.0 - self.beta_2);
        let root = (&v / (1.0 - cx.power(self.beta_2))).sqrt() + self.epsilon;
        let u = &m / (1.0 - cx.power(self.beta_1)) / root;
        let norm = |x: &Var| x.square().sum_all().sqrt();
        let (ours, its) = (norm(w), norm(&u));
        let one = ours.scalar_like(1.0);
        let zero = ours.scalar_like(0.0);
        let ratio = ours
            .gt(&zero)
            .and(&its.gt(&zero))
            .select(&(&ours / &its), &one);
        (w - ratio * &cx.lr * u, vec![m, v])
    }
}
