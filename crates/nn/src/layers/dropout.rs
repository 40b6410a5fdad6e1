//! Dropout: sets a random part of the input to zero while training, and scales the rest up.
//!
//!   x (B, ...) -> y (B, ...);  y = x / (1 - rate) with probability 1 - rate, else 0
//!
//! Srivastava et al. 2014. Follows keras/src/layers/regularization/dropout.py.

use regimen_graph::{Var, ops::Distribution};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value, input_spec, keras_config,
    limits::{self, Checks, Limits},
    noise_shape,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Dropout",
    aliases: &[],
    about: "sets a random part of the input to zero while training",
    options: Dropout::options,
    read: limits::read::<Dropout>,
};

keras_config! {
    /// Dropout of single elements, or of whole slices where `noise_shape` has 1. Does nothing in inference.
    ///
    /// ```
    /// use regimen_nn::layers::Dropout;
    /// assert_eq!(Dropout::new(0.5).rate, 0.5);
    /// ```
    pub struct Dropout(
        /// Part of the input to drop, 0 to 1.
        rate: f64,
    ) {
        /// Shape of the random mask; null entries are the input's sizes, 1 repeats the choice along an axis.
        noise_shape: Option<Vec<Option<usize>>> = None,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
    }
}

impl Limits for Dropout {
    fn limits(&self) -> Checks {
        noise_shape::check(Checks::new().fraction("rate", self.rate), &self.noise_shape)
    }
}

impl Layer for Dropout {
    fn class_name(&self) -> &'static str {
        "Dropout"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Value { x, mask } = call.inputs[0].clone();
        let x = input_spec::float(x);
        if x.is_broken() {
            return vec![Value { x, mask }];
        }
        let x = match noise_shape::resolve(s, "Dropout", &self.noise_shape, &x) {
            Some(noise) => drop(s, &x, self.rate, &noise, self.seed),
            None => x,
        };
        vec![Value { x, mask }]
    }
}

/// Dropout with a mask of shape `noise`, while training.
pub(crate) fn drop(s: &mut Scope, x: &Var, rate: f64, noise: &[usize], seed: Option<i64>) -> Var {
    if !s.training() || rate <= 0.0 {
        return x.clone();
    }
    if rate >= 1.0 {
        return x.zeros_like();
    }
    let keep = 1.0 - rate;
    let kept = s.random_seeded(seed, Distribution::Bernoulli { p: keep }, noise);
    // A choice, not a product: what is dropped is zero even where x is not finite.
    kept.gt(&kept.scalar_like(0.5))
        .select(&(x * (1.0 / keep)), &x.scalar_like(0.0))
}
