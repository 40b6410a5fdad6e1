//! What every optimizer does around its rule: clip, decay, update, constrain.
//!
//! Order and formulas of keras/src/optimizers/base_optimizer.py: clip, weight decay, update, constraint.

use regimen_graph::Var;

use crate::constraints::Constraint;
use crate::optimizers::{Common, Optimizer, StepContext};

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
    let cx = StepContext {
        lr,
        t: iterations + 1.0,
    };
    let first = iterations.eq_to(&iterations.scalar_like(0.0));
    let clip = Clip::new(&common, parameters);
    let step = |p: &Parameter| {
        let g = clip.apply(p.grad.as_ref()?);
        let mut w = p.value.clone();
        if let Some(decay) = common.weight_decay {
            w = &w - &w * decay * &cx.lr;
        }
        let started = |(slot, name): (&Var, &str)| match optimizer.slot_start(name) {
            0.0 => slot.clone(),
            start => first.select(&slot.full_like(start), slot),
        };
        let slots: Vec<Var> = p.slots.iter().zip(optimizer.slots()).map(started).collect();
        let (mut w, slots) = optimizer.update(&cx, &w, &g, &slots);
        if let Some(constraint) = &p.constraint {
            w = constraint.project(w.builder(), &w);
        }
        Some((w, slots))
    };
    parameters.iter().map(step).collect()
}

/// How gradients are limited. Limits of 0 are none, as in Keras.
enum Clip {
    Nothing,
    Norm(f64),
    Value(f64),
    Factor(Var),
}

impl Clip {
    fn new(common: &Common, parameters: &[Parameter]) -> Clip {
        let set = |limit: Option<f64>| limit.filter(|limit| *limit > 0.0);
        match (
            set(common.clipnorm),
            set(common.global_clipnorm),
            set(common.clipvalue),
        ) {
            (Some(limit), ..) => Clip::Norm(limit),
            (_, Some(limit), _) => {
                global_factor(parameters, limit).map_or(Clip::Nothing, Clip::Factor)
            }
            (.., Some(limit)) => Clip::Value(limit),
            _ => Clip::Nothing,
        }
    }

    fn apply(&self, g: &Var) -> Var {
        match self {
            Clip::Nothing => g.clone(),
            Clip::Norm(limit) => {
                let norm = g.square().sum_all().sqrt();
                g * *limit / norm.maximum(&norm.scalar_like(*limit))
            }
            Clip::Value(limit) => g.clip(-limit, *limit),
            Clip::Factor(factor) => g * factor,
        }
    }
}

/// limit · min(1 / norm, 1 / limit) over all gradients; NaN where the norm is not finite, so that a broken step is
/// seen.
fn global_factor(parameters: &[Parameter], limit: f64) -> Option<Var> {
    let squares = parameters
        .iter()
        .filter_map(|p| p.grad.as_ref())
        .map(|g| g.square().sum_all());
    let norm = squares.reduce(|a, b| a + b)?.sqrt();
    let one = norm.scalar_like(1.0);
    let scale = (&one / &norm).minimum(&norm.scalar_like(1.0 / limit)) * limit;
    Some(norm.is_finite().select(&scale, &norm.scalar_like(f64::NAN)))
}
