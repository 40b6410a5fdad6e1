//! GaussianNoise: adds normal noise while training.
//!
//!   x (B, ...) -> x + N(0, stddev²) (B, ...)
//!
//! Follows keras/src/layers/regularization/gaussian_noise.py.

use regimen_graph::ops::Distribution;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value, input_spec, keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "GaussianNoise",
    aliases: &[],
    about: "adds normal noise while training",
    options: GaussianNoise::options,
    read: limits::read::<GaussianNoise>,
};

keras_config! {
    /// Adds normal noise of mean 0; does nothing in inference.
    ///
    /// ```
    /// use regimen_nn::layers::GaussianNoise;
    /// assert_eq!(GaussianNoise::new(0.1).stddev, 0.1);
    /// ```
    pub struct GaussianNoise(
        /// Standard deviation, 0 to 1.
        stddev: f64,
    ) {
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
    }
}

impl Limits for GaussianNoise {
    fn limits(&self) -> Checks {
        Checks::new().fraction("stddev", self.stddev)
    }
}

impl Layer for GaussianNoise {
    fn class_name(&self) -> &'static str {
        "GaussianNoise"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Value { x, mask } = call.inputs[0].clone();
        let x = input_spec::float(x);
        let noisy = s.training() && self.stddev > 0.0;
        if x.is_broken() || !noisy {
            return vec![Value { x, mask }];
        }
        let noise = s.random_seeded(self.seed, Distribution::Normal, &x.shape());
        vec![Value {
            x: x + noise * self.stddev,
            mask,
        }]
    }
}
