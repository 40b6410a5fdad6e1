//! RandomNormal: a normal distribution. Follows keras/src/initializers/random_initializers.py.

use regimen_graph::Tensor;

use crate::initializers::draw;
use crate::initializers::draw::not_negative;
use crate::initializers::{Init, InitializerDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: InitializerDef = InitializerDef {
    class_name: "RandomNormal",
    aliases: &["normal"],
    about: "normal with mean and stddev",
    options: RandomNormal::options,
    read: |o| {
        let made = RandomNormal::read(o)?;
        not_negative(o, "stddev", made.stddev).then(|| Box::new(made) as Box<dyn Init>)
    },
};

keras_config! {
    /// Normal with mean and stddev.
    pub struct RandomNormal() {
        /// Mean. Default 0.
        mean: f64 = 0.0,
        /// Standard deviation. Default 0.05.
        stddev: f64 = 0.05,
        /// Seed of its own; equal shapes then get equal values.
        seed: Option<i64> = None,
    }
}

impl Init for RandomNormal {
    fn sample(&self, shape: &[usize], key: u64) -> Tensor {
        draw::normal(shape, key, self.mean, self.stddev)
    }
}
