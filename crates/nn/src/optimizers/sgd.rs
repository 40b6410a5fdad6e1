//! Stochastic gradient descent, with momentum and Nesterov's form.
//!
//!   v = μ v - lr g;  w += v;  nesterov: w += μ v - lr g.  Follows keras/src/optimizers/sgd.py.

use regimen_graph::Var;

use crate::Configured;
use crate::optimizers::options::{optimizer_config, read};
use crate::optimizers::{Common, OptimizerDef, Rule, Slot, StepContext, Weight};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "SGD",
    aliases: &[],
    about: "gradient descent, with momentum and Nesterov's form",
    options: Sgd::options,
    read: |o| {
        read::<Sgd>(o, |made, checks| {
            checks.fraction("momentum", made.momentum);
        })
    },
};

optimizer_config! {
    /// Gradient descent, with momentum and Nesterov's form.
    ///
    /// ```
    /// use regimen_nn::optimizers::{Rule, Sgd};
    /// assert_eq!(Sgd::new().momentum(0.9).common().learning_rate, 0.01);
    /// ```
    pub struct Sgd(learning_rate = 0.01, weight_decay = None) {
        /// Share of the last step that is kept. Default 0.
        momentum: f64 = 0.0,
        /// Nesterov's form.
        nesterov: bool = false,
    }
}

impl Rule for Sgd {
    fn class_name(&self) -> &'static str {
        "SGD"
    }

    fn common(&self) -> Common {
        self.shared()
    }

    fn slots(&self, weight: &Weight) -> Vec<Slot> {
        if self.momentum == 0.0 {
            vec![]
        } else {
            vec![Slot::like(weight, "momentum")]
        }
    }

    fn momentum(&self) -> Option<f64> {
        Some(self.momentum)
    }

    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>) {
        let step = g * &cx.lr;
        let Some(v) = slots.first() else {
            return (w - step, vec![]);
        };
        let v = v * self.momentum - &step;
        let w = if self.nesterov {
            w + (&v * self.momentum - step)
        } else {
            w + &v
        };
        (w, vec![v])
    }
}
