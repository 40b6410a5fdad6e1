//! TruncatedNormal: a normal distribution without what lies beyond two stddev. Follows keras/src/initializers/random_initializers.py.

use regimen_graph::Tensor;

use crate::initializers::draw;
use crate::initializers::draw::not_negative;
use crate::initializers::{Init, InitializerDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: InitializerDef = InitializerDef {
    class_name: "TruncatedNormal",
    aliases: &[],
    about: "normal within two stddev",
    options: TruncatedNormal::options,
    read: |o| {
        let made = TruncatedNormal::read(o)?;
        not_negative(o, "stddev", made.stddev).then(|| Box::new(made) as Box<dyn Init>)
    },
};

keras_config! {
    /// Normal within two stddev.
    pub struct TruncatedNormal() {
        /// Mean. Default 0.
        mean: f64 = 0.0,
        /// Standard deviation before cutting. Default 0.05.
        stddev: f64 = 0.05,
        /// Seed of its own; equal shapes then get equal values.
        seed: Option<i64> = None,
    }
}

impl Init for TruncatedNormal {
    fn sample(&self, shape: &[usize], key: u64) -> Tensor {
        draw::truncated_normal(shape, key, self.mean, self.stddev)
    }
}
