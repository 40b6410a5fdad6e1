//! Muon: steps of matrices by their orthogonal factor; everything else by AdamW.
//!
//!   m = μ m + g;  d = g + μ m (nesterov), else m;  X = d / (‖d‖ + 1e-7)
//!   ns_steps times:  A = X Xᵀ;  X = a X + (b A + c A A) X        (Newton and Schulz; of Xᵀ where X has more rows than columns)
//!   w -= lr √max(rows, columns) rms_rate · X
//!
//! Weights that are no matrices, embeddings (`exclude_embeddings`) and those whose path one of `exclude_layers` matches are
//! updated by AdamW, with a rate of `adam_lr_ratio` · lr and the decay `adam_weight_decay`.
//! Jordan et al., 2024; Liu et al., "Muon is scalable for LLM training", 2025. Follows keras/src/optimizers/muon.py.

use regimen_graph::Var;

use crate::optimizers::adam::{AdamRule, adam_slots, adam_step};
use crate::optimizers::options::{optimizer_config, read};
use crate::optimizers::{Common, OptimizerDef, Rule, Slot, StepContext, Weight};
use crate::{Configured, Pattern};

/// Steps of the iteration at most: each is a part of the program.
const MOST_STEPS: i64 = 100;

/// The registered class.
pub const DEF: OptimizerDef = OptimizerDef {
    class_name: "Muon",
    aliases: &[],
    about: "orthogonal steps for matrices, AdamW for the rest",
    options: Muon::options,
    read: |o| {
        read::<Muon>(o, |made, checks| {
            checks.kept("adam_beta_1", made.adam_beta_1);
            checks.kept("adam_beta_2", made.adam_beta_2);
            checks.not_negative("epsilon", made.epsilon);
            checks.not_negative("adam_lr_ratio", made.adam_lr_ratio);
            if !(0..=MOST_STEPS).contains(&made.ns_steps) {
                let found = made.ns_steps;
                checks.refuse(
                    "ns_steps",
                    format!("`ns_steps`: found {found}, expected 0 to {MOST_STEPS}"),
                );
            }
            if let Some(decay) = made.adam_weight_decay {
                checks.not_negative("adam_weight_decay", decay);
            }
        })
    },
};

optimizer_config! {
    /// Orthogonal steps for matrices, AdamW for the rest.
    ///
    /// ```
    /// use regimen_nn::optimizers::{Muon, Rule};
    /// assert_eq!(Muon::new().common().weight_decay, Some(0.004));
    /// ```
    pub struct Muon(learning_rate = 0.001, weight_decay = Some(0.004)) {
        /// AdamW's share that the mean of gradients keeps. Default 0.9.
        adam_beta_1: f64 = 0.9,
        /// AdamW's share that the mean of squares keeps. Default 0.999.
        adam_beta_2: f64 = 0.999,
        /// AdamW's weight decay.
        adam_weight_decay: Option<f64> = Some(0.004),
        /// Added to AdamW's root. Default 1e-7.
        epsilon: f64 = 1e-7,
        /// Regular expressions: weights whose path one of them matches are updated by AdamW.
        exclude_layers: Option<Vec<Pattern>> = Some(vec![]),
        /// Whether embeddings are updated by AdamW.
        exclude_embeddings: bool = true,
        /// a of the iteration.
        muon_a: f64 = 3.4445,
        /// b of the iteration.
        muon_b: f64 = -4.775,
        /// c of the iteration.
        muon_c: f64 = 2.0315,
        /// AdamW's learning rate beside Muon's. Default 1.
        adam_lr_ratio: f64 = 1.0,
        /// Share of the sum of gradients that is kept. Default 0.95.
        momentum: f64 = 0.95,
        /// Iterations. Default 5.
        ns_steps: i64 = 5,
        /// Nesterov's form.
        nesterov: bool = true,
        /// Factor of the step, so that rates and decays of Adam suit; `null` leaves steps as they are.
        rms_rate: Option<f64> = Some(0.2),
    }
}

impl Muon {
    fn by_adam(&self, weight: &Weight) -> bool {
        let excluded = self.exclude_layers.iter().flatten();
        weight.shape.len() != 2
            || weight.any_path(|path| {
                self.exclude_embeddings && path.to_lowercase().contains("embedding")
            })
            || excluded
                .into_iter()
                .any(|pattern| weight.any_path(|path| pattern.search(path)))
    }

    /// The orthogonal factor of a matrix, nearly.
    fn orthogonal(&self, d: &Var) -> Var {
        let tall = d.dim(0) > d.dim(1);
        let turned = |x: &Var| {
            if tall {
                x.transpose(&[1, 0])
            } else {
                x.clone()
            }
        };
        let d = turned(d);
        let mut x = &d / (d.square().sum_all().sqrt() + 1e-7);
        for _ in 0..self.ns_steps {
            let a = x.matmul_with(&x, false, true);
            let b = &a * self.muon_b + (&a * self.muon_c).matmul(&a);
            x = &x * self.muon_a + b.matmul(&x);
        }
        turned(&x)
    }
}

impl Rule for Muon {
    fn class_name(&self) -> &'static str {
        "Muon"
    }

    fn common(&self) -> Common {
        self.shared()
    }

    fn slots(&self, weight: &Weight) -> Vec<Slot> {
        if self.by_adam(weight) {
            adam_slots(weight, false)
        } else {
            vec![Slot::like(weight, "momentum")]
        }
    }

    fn weight_decay(&self, weight: &Weight) -> Option<f64> {
        if self.by_adam(weight) {
            self.adam_weight_decay
        } else {
            self.weight_decay
        }
    }

    fn update(&self, cx: &StepContext, w: &Var, g: &Var, slots: &[Var]) -> (Var, Vec<Var>) {
        if self.by_adam(&cx.weight) {
            let rule = AdamRule {
                beta_1: self.adam_beta_1,
                beta_2: self.adam_beta_2,
                epsilon: self.epsilon,
            };
            let cx = StepContext {
                lr: &cx.lr * self.adam_lr_ratio,
                t: cx.t.clone(),
                scheduled: cx.scheduled,
                weight: cx.weight.clone(),
            };
            return adam_step(&rule, &cx, w, g, slots);
        }
        let m = &slots[0] + (g + &slots[0] * (self.momentum - 1.0));
        let d = if self.nesterov {
            g + &m * self.momentum
        } else {
            m.clone()
        };
        let mut step = self.orthogonal(&d) * &cx.lr;
        if let Some(rate) = self.rms_rate {
            let longer = w.dim(0).max(w.dim(1)) as f64;
            step = step * (longer.sqrt() * rate);
        }
        (w - step, vec![m])
    }
}
