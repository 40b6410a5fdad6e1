//! AdamW: Adam with decoupled weight decay.
//!
//! Loshchilov and Hutter, 2019. Follows keras/src/optimizers/adamw.py.

use regimen_graph::Var;

use crate::Configured;
use crate::optimizers::adam::{AdamRule, adam_slots, adam_step};
use crate::optimizers::options::{optimizer_config, read};
use crate::optimizers::{Common, OptimizerDef, Rule, Slot, StepContext, Weight};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "AdamW",
    aliases: &[],
    about: "Adam with decoupled weight decay",
    options: AdamW::options,
    read: |o| {
        read::<AdamW>(o, |made, checks| {
            checks.kept("beta_1", made.beta_1);
            checks.kept("beta_2", made.beta_2);
            checks.not_negative("epsilon", made.epsilon);
            if made.weight_decay.is_none() {
                checks.refuse(
                    "weight_decay",
                    "AdamW needs `weight_decay` (a number); without it use Adam".to_string(),
                );
            }
        })
    },
};

optimizer_config! {
    /// Adam with decoupled weight decay.
    ///
    /// ```
    /// use regimen_nn::optimizers::{AdamW, Rule};
    /// assert_eq!(AdamW::new().common().weight_decay, Some(0.004));
    /// ```
    pub struct AdamW(learning_rate = 0.001, weight_decay = Some(0.004)) {
        /// Share that the mean of gradients keeps. Default 0.9.
        beta_1: f64 = 0.9,
        /// Share that the mean of squares keeps. Default 0.999.
        beta_2: f64 = 0.999,
        /// Added to the root. Default 1e-7.
        epsilon: f64 = 1e-7,
        /// Whether the largest mean of squares so far divides.
        amsgrad: bool = false,
    }
}

impl Rule for AdamW {
    fn class_name(&self) -> &'static str {
        "AdamW"
    }

    fn common(&self) -> Common {
        self.shared()
    }

    fn slots(&self, weight: &Weight) -> Vec<Slot> {
        adam_slots(weight, self.amsgrad)
    }

    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>) {
        adam_step(
            &AdamRule {
                beta_1: self.beta_1,
                beta_2: self.beta_2,
                epsilon: self.epsilon,
            },
            cx,
            w,
            g,
            slots,
        )
    }
}
