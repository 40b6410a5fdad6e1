//! Adagrad: steps divided by the root of the sum of all squares.
//!
//!   a += g²;  w -= lr g / √(a + ε).  Duchi et al., 2011. Follows keras/src/optimizers/adagrad.py.

use regimen_graph::Var;

use crate::Configured;
use crate::optimizers::options::{optimizer_config, read};
use crate::optimizers::rmsprop::root;
use crate::optimizers::{Common, OptimizerDef, Rule, Slot, Start, StepContext, Weight};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "Adagrad",
    aliases: &[],
    about: "steps divided by the root of the sum of squares",
    options: Adagrad::options,
    read: |o| {
        read::<Adagrad>(o, |made, checks| {
            checks.not_negative("initial_accumulator_value", made.initial_accumulator_value);
            checks.not_negative("epsilon", made.epsilon);
        })
    },
};

optimizer_config! {
    /// Steps divided by the root of the sum of all squares.
    ///
    /// ```
    /// use regimen_nn::optimizers::{Adagrad, Rule};
    /// assert_eq!(Adagrad::new().common().learning_rate, 0.001);
    /// ```
    pub struct Adagrad(learning_rate = 0.001, weight_decay = None) {
        /// Where the sums begin. Default 0.1.
        initial_accumulator_value: f64 = 0.1,
        /// Added below the root. Default 1e-7.
        epsilon: f64 = 1e-7,
        /// Whether epsilon is added to the root, as in Keras 1.0.3 to 2.3; not an option of Keras.
        epsilon_outside: bool = false,
    }
}

impl Rule for Adagrad {
    fn class_name(&self) -> &'static str {
        "Adagrad"
    }

    fn common(&self) -> Common {
        self.shared()
    }

    fn slots(&self, weight: &Weight) -> Vec<Slot> {
        let start = Start::Number(self.initial_accumulator_value);
        vec![Slot::like(weight, "accumulator").starting(start)]
    }

    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>) {
        let accumulator = &slots[0] + g.square();
        let w = w - g * &cx.lr / root(&accumulator, self.epsilon, self.epsilon_outside);
        (w, vec![accumulator])
    }
}
