//! RMSprop: steps divided by the root of a running mean of squares.
//!
//!   v = ρ v + (1 - ρ) g²;  centered: a = ρ a + (1 - ρ) g, and v - a² divides;  step = lr g / √(v + ε);
//!   momentum: b = μ b + step;  w -= b.  Hinton, 2012. Follows keras/src/optimizers/rmsprop.py.

use regimen_graph::Var;

use crate::Configured;
use crate::optimizers::options::{optimizer_config, read};
use crate::optimizers::{Common, OptimizerDef, Rule, Slot, StepContext, Weight};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "RMSprop",
    aliases: &[],
    about: "steps divided by a running root mean square",
    options: RMSprop::options,
    read: |o| {
        read::<RMSprop>(o, |made, checks| {
            checks.fraction("rho", made.rho);
            checks.fraction("momentum", made.momentum);
            checks.not_negative("epsilon", made.epsilon);
        })
    },
};

optimizer_config! {
    /// Steps divided by a running root mean square.
    ///
    /// ```
    /// use regimen_nn::optimizers::{RMSprop, Rule};
    /// assert_eq!(RMSprop::new().common().learning_rate, 0.001);
    /// ```
    pub struct RMSprop(learning_rate = 0.001, weight_decay = None) {
        /// Share that the mean of squares keeps. Default 0.9.
        rho: f64 = 0.9,
        /// Share of the last step that is kept. Default 0.
        momentum: f64 = 0.0,
        /// Added below the root. Default 1e-7.
        epsilon: f64 = 1e-7,
        /// Whether the variance divides, and not the mean of squares.
        centered: bool = false,
        /// Whether epsilon is added to the root, as in Keras 1.0.3 to 2.3; not an option of Keras.
        epsilon_outside: bool = false,
    }
}

impl Rule for RMSprop {
    fn class_name(&self) -> &'static str {
        "RMSprop"
    }

    fn common(&self) -> Common {
        self.shared()
    }

    fn slots(&self, weight: &Weight) -> Vec<Slot> {
        let mut slots = vec!["velocity"];
        if self.momentum > 0.0 {
            slots.push("momentum");
        }
        if self.centered {
            slots.push("average_gradient");
        }
        slots
            .into_iter()
            .enumerate()
            .map(|(round, name)| Slot::like(weight, name).in_round(round))
            .collect()
    }

    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>) {
        let mean = |old: &Var, new: Var| old * self.rho + new * (1.0 - self.rho);
        let velocity = mean(&slots[0], g.square());
        let average = self
            .centered
            .then(|| mean(&slots[slots.len() - 1], g.clone()));
        let spread = average
            .as_ref()
            .map_or(velocity.clone(), |a| &velocity - a.square());
        let step = g * &cx.lr / root(&spread, self.epsilon, self.epsilon_outside);
        let momentum = (self.momentum > 0.0).then(|| &slots[1] * self.momentum + &step);
        let w = w - momentum.as_ref().unwrap_or(&step);
        (
            w,
            [Some(velocity), momentum, average]
                .into_iter()
                .flatten()
                .collect(),
        )
    }
}

/// √(x + ε), or √x + ε.
pub(crate) fn root(x: &Var, epsilon: f64, outside: bool) -> Var {
    if outside {
        x.sqrt() + epsilon
    } else {
        (x + epsilon).sqrt()
    }
}
