//! What every optimizer does around its rule: clip, decay, update, constrain.
//!
//! Order and formulas of keras/src/optimizers/base_optimizer.py: clip, weight decay, update, constraint.

use regimen_graph::Var;

use crate::optimizers::{Optimizer, StepContext};
use crate::constraints::Constraint;

/// A parameter in a training step.
pub struct Parameter {
    /// Its current value.
    pub value: Var,
    /// Its gradient; `None` where the loss does not reach it: then it stays as it is.
    pub grad: Option<Var>,
    /// Its slots, in the order of [`Optimizer::slots`].
    pub slots: Vec<Var>,
    /// Its constraint.
    pub constraint: Option<Constraint>,
}

/// A parameter after the step; `None` for one that the loss does not reach.
pub type Applied = Option<(Var, Vec<Var>)>;

/// Values and slots of all parameters after one step. `learning_rate` and `iterations` (updates so far)
/// are float32 scalars.
pub fn apply(
    optimizer: &dyn Optimizer,
    parameters: &[Parameter],
    learning_rate: &Var,
    iterations: &Var,
) -> Vec<Applied> {
    let common = optimizer.common();
    let mut lr = learning_rate.clone();
    if common.decay > 0.0 {
        lr = lr / (iterations * common.decay + 1.0);
    }
    let cx = StepContext { lr, t: iterations + 1.0 };
    let global = common.global_clipnorm.map(|limit| global_factor(parameters, limit)).unwrap_or_default();
    let step = |p: &Parameter| {
        let mut g = p.grad.clone()?;
        if let Some(limit) = common.clipnorm {
            let norm = g.square().sum_all().sqrt();
            g = g * limit / norm.maximum(&norm.scalar_like(limit));
        } else if let Some(factor) = &global {
            g = g * factor;
        } else if let Some(limit) = common.clipvalue {
            g = g.clip(-limit, limit);
        }
        let mut w = p.value.clone();
        if let Some(decay) = common.weight_decay {
            w = &w - &w * (&cx.lr * decay);
        }
        let (mut w, slots) = optimizer.update(&cx, &w, &g, &p.slots);
        if let Some(constraint) = &p.constraint {
            w = constraint.project(w.builder(), &w);
        }
        Some((w, slots))
    };
    parameters.iter().map(step).collect()
}

/// limit · min(1 / norm, 1 / limit) over all gradients; NaN where the norm is not finite, so that a broken step is
/// seen.
fn global_factor(parameters: &[Parameter], limit: f64) -> Option<Var> {
    let squares = parameters.iter().filter_map(|p| p.grad.as_ref()).map(|g| g.square().sum_all());
    let norm = squares.reduce(|a, b| a + b)?.sqrt();
    let one = norm.scalar_like(1.0);
    let scale = (&one / &norm).minimum(&norm.scalar_like(1.0 / limit)) * limit;
    // 0 for finite norms, NaN otherwise, as in keras/src/optimizers/base_optimizer.py.
    Some(scale + (&norm - &norm))
}
