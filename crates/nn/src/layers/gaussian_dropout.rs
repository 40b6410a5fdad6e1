//! GaussianDropout: multiplies by normal noise of mean 1 while training.
//!
//!   x (B, ...) -> x · N(1, rate / (1 - rate)) (B, ...)
//!
//! The noise has the variance that dropout of this rate has. Srivastava et al. 2014.
//! Follows keras/src/layers/regularization/gaussian_dropout.py.

use regimen_graph::ops::Distribution;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value, input_spec, keras_config,
    layers::alpha_dropout::drops_everything,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "GaussianDropout",
    aliases: &[],
    about: "multiplies by normal noise of mean 1 while training",
    options: GaussianDropout::options,
    read: limits::read::<GaussianDropout>,
};

keras_config! {
    /// Multiplies by normal noise; does nothing in inference. Passes the mask on.
    ///
    /// ```
    /// use regimen_nn::layers::GaussianDropout;
    /// assert_eq!(GaussianDropout::new(0.2).rate, 0.2);
    /// ```
    pub struct GaussianDropout(
        /// The rate of the dropout that has as much variance, 0 to 1.
        rate: f64,
    ) {
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
    }
}

impl Limits for GaussianDropout {
    fn limits(&self) -> Checks {
        Checks::new().fraction("rate", self.rate)
    }
}

impl Layer for GaussianDropout {
    fn class_name(&self) -> &'static str {
        "GaussianDropout"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Value { x, mask } = call.inputs[0].clone();
        let x = input_spec::float(x);
        let noisy = s.training() && self.rate > 0.0;
        if x.is_broken() || !noisy {
            return vec![Value { x, mask }];
        }
        if self.rate >= 1.0 {
            s.builder().fault("GaussianDropout", drops_everything());
            return vec![Value { x, mask }];
        }
        let deviation = (self.rate / (1.0 - self.rate)).sqrt();
        let noise = s.random_seeded(self.seed, Distribution::Normal, &x.shape());
        vec![Value {
            x: x * (noise * deviation + 1.0),
            mask,
        }]
    }
}
