//! Lion: steps of one size, by the sign of a mean of gradients.
//!
//!   w -= lr sign(β1 m + (1 - β1) g);  m = β2 m + (1 - β2) g.  Chen et al., 2023. Follows keras/src/optimizers/lion.py.

use regimen_graph::Var;

use crate::Configured;
use crate::optimizers::options::{optimizer_config, read};
use crate::optimizers::{Common, OptimizerDef, Rule, Slot, StepContext, Weight};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "Lion",
    aliases: &[],
    about: "steps by the sign of the mean gradient",
    options: Lion::options,
    read: |o| {
        read::<Lion>(o, |made, checks| {
            checks.fraction("beta_1", made.beta_1);
            checks.fraction("beta_2", made.beta_2);
            if made.beta_1 == 0.0 {
                checks.refuse(
                    "beta_1",
                    "`beta_1` of Lion: found 0, expected a number above 0".to_string(),
                );
            }
        })
    },
};

optimizer_config! {
    /// Steps by the sign of the mean gradient.
    ///
    /// ```
    /// use regimen_nn::optimizers::{Lion, Rule};
    /// assert_eq!(Lion::new().common().learning_rate, 0.001);
    /// ```
    pub struct Lion(learning_rate = 0.001, weight_decay = None) {
        /// Share of the mean in the step. Default 0.9.
        beta_1: f64 = 0.9,
        /// Share that the mean keeps. Default 0.99.
        beta_2: f64 = 0.99,
    }
}

impl Rule for Lion {
    fn class_name(&self) -> &'static str {
        "Lion"
    }

    fn common(&self) -> Common {
        self.shared()
    }

    fn slots(&self, weight: &Weight) -> Vec<Slot> {
        vec![Slot::like(weight, "momentum")]
    }

    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>) {
        let mixed = |share: f64| &slots[0] * share + g * (1.0 - share);
        (
            w - mixed(self.beta_1).sign() * &cx.lr,
            vec![mixed(self.beta_2)],
        )
    }
}
