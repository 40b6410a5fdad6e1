//! AlphaDropout: dropout that keeps mean and variance of what SELU makes.
//!
//!   x (B, ...) -> y (B, ...);  y = a · (x with probability 1 - rate, else α') + b
//!   α' = -1.7581, a = ((1 - rate)(1 + rate α'²))^(-1/2), b = -a α' rate
//!
//! Klambauer et al. 2017. Follows keras/src/layers/regularization/alpha_dropout.py.

use regimen_graph::{Fault, Var, ops::Distribution};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value, input_spec, keras_config,
    limits::{self, Checks, Limits},
    noise_shape,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "AlphaDropout",
    aliases: &[],
    about: "dropout that keeps mean and variance of what SELU makes",
    options: AlphaDropout::options,
    read: limits::read::<AlphaDropout>,
};

keras_config! {
    /// Dropout for networks of SELU layers. Does nothing in inference. Passes the mask on.
    ///
    /// ```
    /// use regimen_nn::layers::AlphaDropout;
    /// assert_eq!(AlphaDropout::new(0.1).rate, 0.1);
    /// ```
    pub struct AlphaDropout(
        /// Part of the input to drop, 0 to 1.
        rate: f64,
    ) {
        /// Shape of the random mask; null entries are the input's sizes, 1 repeats the choice along an axis.
        noise_shape: Option<Vec<Option<usize>>> = None,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
    }
}

/// SELU's limit at minus infinity: -scale · alpha.
const LOWEST: f64 = -1.050_700_987_355_480_5 * 1.673_263_242_354_377_2;

impl Limits for AlphaDropout {
    fn limits(&self) -> Checks {
        noise_shape::check(Checks::new().fraction("rate", self.rate), &self.noise_shape)
    }
}

impl AlphaDropout {
    fn drop(&self, s: &mut Scope, x: &Var, noise: &[usize]) -> Var {
        let keep = 1.0 - self.rate;
        let a = (keep * (1.0 + self.rate * LOWEST * LOWEST)).powf(-0.5);
        let b = -a * LOWEST * self.rate;
        let kept = s.random_seeded(self.seed, Distribution::Bernoulli { p: keep }, noise);
        let open = kept.gt(&kept.scalar_like(0.5));
        open.select(x, &x.scalar_like(LOWEST)) * a + b
    }
}

impl Layer for AlphaDropout {
    fn class_name(&self) -> &'static str {
        "AlphaDropout"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Value { x, mask } = call.inputs[0].clone();
        let x = input_spec::float(x);
        let active = s.training() && self.rate > 0.0;
        if x.is_broken() || !active {
            return vec![Value { x, mask }];
        }
        if self.rate >= 1.0 {
            s.builder().fault("AlphaDropout", drops_everything());
            return vec![Value { x, mask }];
        }
        let x = match noise_shape::resolve(s, "AlphaDropout", &self.noise_shape, &x) {
            Some(noise) => self.drop(s, &x, &noise),
            None => x,
        };
        vec![Value { x, mask }]
    }
}

/// The fault of a layer that divides by the part that it keeps, where that is nothing.
pub(crate) fn drops_everything() -> Fault {
    Fault::new(
        "`rate` = 1 in training",
        "a rate below 1: what is kept is scaled by its inverse",
        "Lower `rate`.",
    )
}
