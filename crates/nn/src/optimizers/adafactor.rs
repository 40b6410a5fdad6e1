//! Adafactor: steps divided by the root of a mean of squares that is kept as row and column means only.
//!
//!   β = 1 - t^beta_2_decay;  ρ = min(lr, 1/√t);  α = max(ε2, rms(w)) ρ;  s = g² + ε1
//!   two axes or more:  r = β r + (1 - β) mean(s, last axis);  c = β c + (1 - β) mean(s, last but one);  v = r / mean(r) ⊗ c
//!   else:              v = β v + (1 - β) s
//!   u = g / √v;  w -= α u / max(1, rms(u) / clip_threshold)
//!
//! Shazeer and Stern, 2018. Follows keras/src/optimizers/adafactor.py.

use regimen_graph::Var;

use crate::Configured;
use crate::optimizers::options::{optimizer_config, read};
use crate::optimizers::{Common, OptimizerDef, Rule, Slot, StepContext, Weight};

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "Adafactor",
    aliases: &[],
    about: "adaptive steps with little memory",
    options: Adafactor::options,
    read: |o| {
        read::<Adafactor>(o, |made, checks| {
            checks.not_negative("epsilon_1", made.epsilon_1);
            checks.not_negative("epsilon_2", made.epsilon_2);
            checks.positive("clip_threshold", made.clip_threshold);
        })
    },
};

optimizer_config! {
    /// Adaptive steps with little memory: means of rows and columns.
    ///
    /// ```
    /// use regimen_nn::optimizers::{Adafactor, Rule};
    /// assert_eq!(Adafactor::new().common().learning_rate, 0.001);
    /// ```
    pub struct Adafactor(learning_rate = 0.001, weight_decay = None) {
        /// Power of t by which the means come to keep more. Default -0.8.
        beta_2_decay: f64 = -0.8,
        /// Added to squares. Default 1e-30.
        epsilon_1: f64 = 1e-30,
        /// Least size of a weight that scales its step. Default 1e-3.
        epsilon_2: f64 = 1e-3,
        /// Steps with a greater root mean square are scaled down to it. Default 1.
        clip_threshold: f64 = 1.0,
        /// Whether a learning rate that is a number is at most 1/√t. Keras limits the step so in any case.
        relative_step: bool = true,
    }
}

impl Rule for Adafactor {
    fn class_name(&self) -> &'static str {
        "Adafactor"
    }

    fn common(&self) -> Common {
        self.shared()
    }

    fn slots(&self, weight: &Weight) -> Vec<Slot> {
        let velocity = Slot::like(weight, "velocity");
        let [before @ .., rows, columns] = weight.shape.as_slice() else {
            return vec![velocity];
        };
        let of = |name, last: usize| Slot {
            shape: [before, &[last]].concat(),
            ..Slot::like(weight, name)
        };
        vec![of("r", *rows), of("c", *columns), velocity]
    }

    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>) {
        let limit = 1.0 / cx.t.sqrt();
        let mut lr = cx.lr.clone();
        if self.relative_step && !cx.scheduled {
            lr = lr.minimum(&limit);
        }
        let alpha = rms(w).maximum(&lr.scalar_like(self.epsilon_2)) * lr.minimum(&limit);
        let beta = 1.0 - cx.t.pow(&cx.t.scalar_like(self.beta_2_decay));
        let squares = g.square() + self.epsilon_1;
        let mean = |old: &Var, new: &Var| &beta * old + (1.0 - &beta) * new;
        let slots = match slots {
            [r, c, _] => {
                let r = mean(r, &squares.mean(&[-1], false));
                let c = mean(c, &squares.mean(&[-2], false));
                let rows = (&r / r.mean(&[-1], true)).expand_dims(-1);
                let v = rows * c.expand_dims(-2);
                vec![r, c, v]
            }
            [v, ..] => vec![mean(v, &squares)],
            [] => vec![squares.clone()],
        };
        let u = slots.last().map_or(g.clone(), |v| g / v.sqrt());
        let excess = rms(&u) / self.clip_threshold;
        let u = &u / excess.maximum(&excess.scalar_like(1.0));
        (w - alpha * u, slots)
    }
}

/// Root mean square of all elements.
fn rms(x: &Var) -> Var {
    x.square().mean_all().sqrt()
}
