//! Loss scaling: the loss times a scale, its gradients divided by it, so that small ones are not lost.
//!
//! A fixed scale is an option of every optimizer. A dynamic one is halved, and the step left out, where a gradient is not
//! finite; after `growth_steps` steps without that it is doubled.
//! Follows keras/src/optimizers/base_optimizer.py and loss_scale_optimizer.py.

use regimen_graph::{DType, Var};

use crate::optimizers::variables::scale;
use crate::optimizers::{Applied, LossScale, Optimizer, Parameter, Variable};

/// The loss that gradients are to be taken of.
pub fn scale_loss(optimizer: &dyn Optimizer, loss: &Var, state: &dyn Fn(&Variable) -> Var) -> Var {
    match Scaling::new(optimizer, state) {
        Scaling::None => loss.clone(),
        Scaling::Fixed(factor) => loss * factor,
        Scaling::Dynamic { scale, .. } => loss * scale,
    }
}

/// How gradients are scaled in a step.
pub(crate) enum Scaling {
    None,
    Fixed(f64),
    Dynamic {
        /// Steps since the scale changed, int64.
        counter: Var,
        scale: Var,
        growth_steps: u64,
    },
}

impl Scaling {
    pub(crate) fn new(optimizer: &dyn Optimizer, state: &dyn Fn(&Variable) -> Var) -> Scaling {
        match optimizer.loss_scale() {
            LossScale::None => Scaling::None,
            LossScale::Fixed(factor) => Scaling::Fixed(factor),
            LossScale::Dynamic {
                initial,
                growth_steps,
            } => {
                let [counter, scale] = scale(initial).map(|v| state(&v));
                Scaling::Dynamic {
                    counter,
                    scale,
                    growth_steps,
                }
            }
        }
    }

    pub(crate) fn unscaled(&self, g: &Var) -> Var {
        match self {
            Scaling::None => g.clone(),
            Scaling::Fixed(factor) => g / *factor,
            Scaling::Dynamic { scale, .. } => g / scale,
        }
    }

    /// What is left of a step: under a dynamic scale nothing but the new scale, where a gradient is not finite.
    pub(crate) fn guard(self, parameters: &[Parameter], step: Applied) -> Applied {
        let Scaling::Dynamic {
            counter,
            scale,
            growth_steps,
        } = self
        else {
            return step;
        };
        let gradients = parameters.iter().filter_map(|p| p.grad.as_ref());
        let Some(finite) = gradients.map(all_finite).reduce(|a, b| a.and(&b)) else {
            return step;
        };
        let weights = step.weights.into_iter().zip(parameters);
        let weights = weights
            .map(|(next, p)| next.map(|next| finite.select(&next, &p.value)))
            .collect();
        let kept = |(old, next): (Var, Var)| {
            let next = finite.select(&next, &old);
            (old, next)
        };
        let mut state: Vec<(Var, Var)> = step.state.into_iter().map(kept).collect();
        let number = |n: f64| counter.scalar_like(n);
        let grows = finite.and(&counter.eq_to(&number(growth_steps as f64 - 1.0)));
        let counts = grows.select(&number(0.0), &(&counter + number(1.0)));
        let counts = finite.select(&counts, &number(0.0));
        let factor = grows.select(&scale.scalar_like(2.0), &scale.scalar_like(1.0));
        let factor = finite.select(&factor, &scale.scalar_like(0.5));
        state.push((counter, counts));
        state.push((scale.clone(), scale * factor));
        Applied { weights, state }
    }
}

/// Whether every element is finite.
fn all_finite(g: &Var) -> Var {
    let axes: Vec<isize> = (0..g.rank() as isize).collect();
    let least = g.is_finite().cast(DType::F32).min(&axes, false);
    least.gt(&least.scalar_like(0.0))
}
