//! FTRL: follow the regularized leader, for wide models with sparse inputs.
//!
//!   p = -learning_rate_power;  a' = a + g²;  z += g + 2 shrinkage w - (a'ᵖ - aᵖ) / lr · w
//!   w = (clip(z, -l1, l1) - z) / (a'ᵖ / lr + 2 (l2 + beta / (2 lr)))
//!
//! McMahan et al., 2013. Follows keras/src/optimizers/ftrl.py.

use regimen_graph::Var;

use crate::Configured;
use crate::optimizers::options::{optimizer_config, read};
use crate::optimizers::{Common, OptimizerDef, Rule, Slot, Start, StepContext, Weight};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "Ftrl",
    aliases: &[],
    about: "follow the regularized leader",
    options: Ftrl::options,
    read: |o| {
        read::<Ftrl>(o, |made, checks| {
            for (name, value) in [
                ("initial_accumulator_value", made.initial_accumulator_value),
                (
                    "l1_regularization_strength",
                    made.l1_regularization_strength,
                ),
                (
                    "l2_regularization_strength",
                    made.l2_regularization_strength,
                ),
                (
                    "l2_shrinkage_regularization_strength",
                    made.l2_shrinkage_regularization_strength,
                ),
            ] {
                checks.not_negative(name, value);
            }
            if made.learning_rate_power > 0.0 {
                let found = made.learning_rate_power;
                let text = format!("`learning_rate_power`: found {found}, expected 0 or less");
                checks.refuse("learning_rate_power", text);
            }
        })
    },
};

optimizer_config! {
    /// Follow the regularized leader.
    ///
    /// ```
    /// use regimen_nn::optimizers::{Ftrl, Rule};
    /// assert_eq!(Ftrl::new().common().learning_rate, 0.001);
    /// ```
    pub struct Ftrl(learning_rate = 0.001, weight_decay = None) {
        /// How steps fall with the sums of squares, 0 or less; 0 for a fixed rate. Default -0.5.
        learning_rate_power: f64 = -0.5,
        /// Where the sums begin. Default 0.1.
        initial_accumulator_value: f64 = 0.1,
        /// L1 strength.
        l1_regularization_strength: f64 = 0.0,
        /// L2 strength.
        l2_regularization_strength: f64 = 0.0,
        /// Strength of an L2 penalty on the weight itself.
        l2_shrinkage_regularization_strength: f64 = 0.0,
        /// β of the paper.
        beta: f64 = 0.0,
    }
}

impl Rule for Ftrl {
    fn class_name(&self) -> &'static str {
        "Ftrl"
    }

    fn common(&self) -> Common {
        self.shared()
    }

    fn slots(&self, weight: &Weight) -> Vec<Slot> {
        let start = Start::Number(self.initial_accumulator_value);
        let sums = Slot::like(weight, "accumulator").starting(start);
        vec![sums, Slot::like(weight, "linear")]
    }

    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>) {
        let lr = &cx.lr;
        let power = |a: &Var| a.pow(&a.scalar_like(-self.learning_rate_power));
        let l2 = self.beta / (lr * 2.0) + self.l2_regularization_strength;
        let shrunk = g + w * (2.0 * self.l2_shrinkage_regularization_strength);
        let sums = &slots[0] + g.square();
        let risen = power(&sums);
        let linear = &slots[1] + (shrunk - (&risen - power(&slots[0])) / lr * w);
        let quadratic = risen / lr + l2 * 2.0;
        let l1 = self.l1_regularization_strength;
        (
            (linear.clip(-l1, l1) - &linear) / quadratic,
            vec![sums, linear],
        )
    }
}
