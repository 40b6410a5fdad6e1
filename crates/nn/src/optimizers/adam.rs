//! Adam: steps by running means of gradients and of their squares.
//!
//!   m += (g - m)(1 - β1);  v += (g² - v)(1 - β2);  w -= lr √(1 - β2ᵗ) / (1 - β1ᵗ) · m / (√v + ε).
//!
//! With amsgrad, the largest v so far divides; v is not corrected before. Kingma and Ba, 2015; Reddi et al., 2018.
//! Follows keras/src/optimizers/adam.py.

use regimen_graph::Var;

use crate::Configured;
use crate::optimizers::options::{optimizer_config, read};
use crate::optimizers::{Common, OptimizerDef, Rule, Slot, StepContext, Weight};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "Adam",
    aliases: &[],
    about: "adaptive moments",
    options: Adam::options,
    read: |o| {
        read::<Adam>(o, |made, checks| {
            checks.kept("beta_1", made.beta_1);
            checks.kept("beta_2", made.beta_2);
            checks.not_negative("epsilon", made.epsilon);
        })
    },
};

optimizer_config! {
    /// Adaptive moments.
    ///
    /// ```
    /// use regimen_nn::optimizers::{Adam, Rule};
    /// assert_eq!(Adam::new().common().learning_rate, 0.001);
    /// ```
    pub struct Adam(learning_rate = 0.001, weight_decay = None) {
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

impl Rule for Adam {
    fn class_name(&self) -> &'static str {
        "Adam"
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

/// Slots of Adam and AdamW.
pub(crate) fn adam_slots(weight: &Weight, amsgrad: bool) -> Vec<Slot> {
    let mut slots = vec![
        Slot::like(weight, "momentum"),
        Slot::like(weight, "velocity"),
    ];
    if amsgrad {
        slots.push(Slot::like(weight, "velocity_hat").in_round(1));
    }
    slots
}

/// The numbers of Adam's rule.
pub(crate) struct AdamRule {
    pub(crate) beta_1: f64,
    pub(crate) beta_2: f64,
    pub(crate) epsilon: f64,
}

/// One step; a third slot is the largest v so far.
pub(crate) fn adam_step(
    rule: &AdamRule,
    cx: &StepContext,
    w: &Var,
    g: &Var,
    slots: &[Var],
) -> (Var, Vec<Var>) {
    let alpha = &cx.lr * (1.0 - cx.power(rule.beta_2)).sqrt() / (1.0 - cx.power(rule.beta_1));
    let m = toward(&slots[0], g, 1.0 - rule.beta_1);
    let v = toward(&slots[1], &g.square(), 1.0 - rule.beta_2);
    let largest = slots.get(2).map(|hat| hat.maximum(&v));
    let root = largest.as_ref().unwrap_or(&v).sqrt();
    let w = w - &m * alpha / (root + rule.epsilon);
    (w, [m, v].into_iter().chain(largest).collect())
}

/// A running mean moved toward a new value by a share of the way.
pub(crate) fn toward(mean: &Var, new: &Var, share: f64) -> Var {
    mean + (new - mean) * share
}
