//! Adadelta: steps as large as former steps, relative to former gradients.
//!
//!   a = ρ a + (1 - ρ) g²;  Δ = -√(d + ε) / √(a + ε) · g;  d = ρ d + (1 - ρ) Δ²;  w += lr Δ.
//!
//! Zeiler, 2012. Follows keras/src/optimizers/adadelta.py.

use regimen_graph::Var;

use crate::Configured;
use crate::optimizers::options::{optimizer_config, read};
use crate::optimizers::{Common, OptimizerDef, Rule, Slot, StepContext, Weight};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "Adadelta",
    aliases: &[],
    about: "steps scaled by former steps",
    options: Adadelta::options,
    read: |o| {
        read::<Adadelta>(o, |made, checks| {
            checks.fraction("rho", made.rho);
            checks.not_negative("epsilon", made.epsilon);
        })
    },
};

optimizer_config! {
    /// Steps scaled by former steps.
    ///
    /// ```
    /// use regimen_nn::optimizers::{Adadelta, Rule};
    /// assert_eq!(Adadelta::new().common().learning_rate, 0.001);
    /// ```
    pub struct Adadelta(learning_rate = 0.001, weight_decay = None) {
        /// Share that the means keep. Default 0.95.
        rho: f64 = 0.95,
        /// Added below the roots. Default 1e-7.
        epsilon: f64 = 1e-7,
    }
}

impl Rule for Adadelta {
    fn class_name(&self) -> &'static str {
        "Adadelta"
    }

    fn common(&self) -> Common {
        self.shared()
    }

    fn slots(&self, weight: &Weight) -> Vec<Slot> {
        ["accumulated_grad", "accumulated_delta_var"]
            .map(|name| Slot::like(weight, name))
            .to_vec()
    }

    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>) {
        let mean = |old: &Var, new: Var| old * self.rho + new * (1.0 - self.rho);
        let root = |x: &Var| (x + self.epsilon).sqrt();
        let grads = mean(&slots[0], g.square());
        let delta = -(root(&slots[1]) * g / root(&grads));
        let deltas = mean(&slots[1], delta.square());
        (w + delta * &cx.lr, vec![grads, deltas])
    }
}
