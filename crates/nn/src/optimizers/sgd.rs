//! Stochastic gradient descent, with momentum and Nesterov's form.
//!
//!   v = μ v - lr g;  w += v;  nesterov: w += μ v - lr g.  Follows keras/src/optimizers/sgd.py.

use regimen_graph::Var;

use crate::optimizers::{Common, Optimizer, OptimizerDef, StepContext};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "SGD",
    aliases: &["sgd"],
    about: "gradient descent, with momentum and Nesterov's form",
    options: Sgd::options,
    read: |o| Sgd::read(o).map(|s| Box::new(s) as Box<dyn Optimizer>),
};

keras_config! {
    /// Gradient descent, with momentum and Nesterov's form.
    pub struct Sgd() {
        /// Default 0.01.
        learning_rate: f64 = 0.01,
        /// Default 0.
        momentum: f64 = 0.0,
        /// Nesterov's form.
        nesterov: bool = false,
        /// Decoupled weight decay.
        weight_decay: Option<f64> = None,
        /// Each gradient scaled to at most this norm.
        clipnorm: Option<f64> = None,
        /// Each gradient element into ± this.
        clipvalue: Option<f64> = None,
        /// All gradients together scaled to at most this norm.
        global_clipnorm: Option<f64> = None,
        /// Keras 2's time decay of the learning rate.
        decay: f64 = 0.0,
    }
}

impl Optimizer for Sgd {
    fn class_name(&self) -> &'static str {
        "SGD"
    }

    fn common(&self) -> Common {
        Common {
            learning_rate: self.learning_rate,
            weight_decay: self.weight_decay,
            clipnorm: self.clipnorm,
            clipvalue: self.clipvalue,
            global_clipnorm: self.global_clipnorm,
            decay: self.decay,
        }
    }

    fn slots(&self) -> Vec<&'static str> {
        if self.momentum == 0.0 { vec![] } else { vec!["momentum"] }
    }

    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>) {
        let step = g * &cx.lr;
        let Some(v) = slots.first() else { return (w - step, vec![]) };
        let v = v * self.momentum - &step;
        let w = if self.nesterov { w + &v * self.momentum - step } else { w + &v };
        (w, vec![v])
    }
}
