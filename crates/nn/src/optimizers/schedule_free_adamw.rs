//! Schedule-free AdamW: steps on one sequence, gradients at a mean of it and its running mean, so that no schedule is needed.
//!
//!   z the sequence (slot `momentum`, the weight at first);  lr' = lr min(t / warmup_steps, 1)
//!   v = β2 v + (1 - β2) g²;  x = (w - (1 - β1) z) / β1;  z -= lr' g / (√(v / (1 - β2ᵗ)) + ε)
//!   x = (1 - 1/t) x + z / t;  w = (1 - β1) z + β1 x
//!
//! Defazio et al., 2024. Follows keras/src/optimizers/schedule_free_adamw.py.

use regimen_graph::Var;

use crate::Configured;
use crate::optimizers::adam::toward;
use crate::optimizers::options::{optimizer_config, read};
use crate::optimizers::{Common, OptimizerDef, Rule, Slot, Start, StepContext, Weight};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "ScheduleFreeAdamW",
    aliases: &[],
    about: "AdamW that needs no schedule of the learning rate",
    options: ScheduleFreeAdamW::options,
    read: |o| {
        read::<ScheduleFreeAdamW>(o, |made, checks| {
            checks.fraction("beta_1", made.beta_1);
            checks.kept("beta_2", made.beta_2);
            checks.not_negative("epsilon", made.epsilon);
            if made.beta_1 == 0.0 {
                let text =
                    "`beta_1` of ScheduleFreeAdamW: found 0, expected a number above 0: it divides";
                checks.refuse("beta_1", text.to_string());
            }
        })
    },
};

optimizer_config! {
    /// AdamW that needs no schedule of the learning rate.
    ///
    /// ```
    /// use regimen_nn::optimizers::{Rule, ScheduleFreeAdamW};
    /// assert_eq!(ScheduleFreeAdamW::new().common().learning_rate, 0.0025);
    /// ```
    pub struct ScheduleFreeAdamW(learning_rate = 0.0025, weight_decay = None) {
        /// Share of the running mean in the weights. Default 0.9.
        beta_1: f64 = 0.9,
        /// Share that the mean of squares keeps. Default 0.999.
        beta_2: f64 = 0.999,
        /// Added to the root. Default 1e-8.
        epsilon: f64 = 1e-8,
        /// Updates over which the learning rate rises from 0. Default 0.
        warmup_steps: i64 = 0,
    }
}

impl Rule for ScheduleFreeAdamW {
    fn class_name(&self) -> &'static str {
        "ScheduleFreeAdamW"
    }

    fn common(&self) -> Common {
        self.shared()
    }

    fn slots(&self, weight: &Weight) -> Vec<Slot> {
        let sequence = Slot::like(weight, "momentum").starting(Start::Weight);
        vec![sequence, Slot::like(weight, "velocity")]
    }

    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>) {
        let mut lr = cx.lr.clone();
        if self.warmup_steps > 0 {
            let share = &cx.t / self.warmup_steps as f64;
            lr = lr * share.minimum(&share.scalar_like(1.0));
        }
        let v = toward(&slots[1], &g.square(), 1.0 - self.beta_2);
        let root = (&v / (1.0 - cx.power(self.beta_2))).sqrt() + self.epsilon;
        let z = &slots[0] - lr * g / root;
        let share = 1.0 / &cx.t;
        let x = (w - &slots[0] * (1.0 - self.beta_1)) / self.beta_1;
        let x = (1.0 - &share) * x + share * &z;
        (&z * (1.0 - self.beta_1) + x * self.beta_1, vec![z, v])
    }
}
