//! How gradients are limited: each by its norm, all by their common norm, or each element.
//!
//! Follows `_clip_gradients` in keras/src/optimizers/base_optimizer.py.

use regimen_graph::Var;

use crate::optimizers::Common;

/// How gradients are limited. Limits of 0 are none, as in Keras.
pub(crate) enum Clip {
    Nothing,
    Norm(f64),
    Value(f64),
    Factor(Var),
}

impl Clip {
    /// For these gradients together.
    pub(crate) fn new<'g>(common: &Common, gradients: impl Iterator<Item = &'g Var>) -> Clip {
        let set = |limit: Option<f64>| limit.filter(|limit| *limit > 0.0);
        match (
            set(common.clipnorm),
            set(common.global_clipnorm),
            set(common.clipvalue),
        ) {
            (Some(limit), ..) => Clip::Norm(limit),
            (_, Some(limit), _) => {
                global_factor(gradients, limit).map_or(Clip::Nothing, Clip::Factor)
            }
            (.., Some(limit)) => Clip::Value(limit),
            _ => Clip::Nothing,
        }
    }

    pub(crate) fn apply(&self, g: &Var) -> Var {
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
fn global_factor<'g>(gradients: impl Iterator<Item = &'g Var>, limit: f64) -> Option<Var> {
    let squares = gradients.map(|g| g.square().sum_all());
    let norm = squares.reduce(|a, b| a + b)?.sqrt();
    let one = norm.scalar_like(1.0);
    let scale = (&one / &norm).minimum(&norm.scalar_like(1.0 / limit)) * limit;
    Some(norm.is_finite().select(&scale, &norm.scalar_like(f64::NAN)))
}
