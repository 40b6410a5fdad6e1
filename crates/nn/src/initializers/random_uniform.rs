//! RandomUniform: all numbers of an interval alike. Follows keras/src/initializers/random_initializers.py.

use regimen_graph::Tensor;

use crate::initializers::draw;
use crate::initializers::{Init, InitializerDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: InitializerDef = InitializerDef {
    class_name: "RandomUniform",
    aliases: &["uniform"],
    about: "uniform between minval and maxval",
    options: RandomUniform::options,
    read: |o| {
        let made = RandomUniform::read(o)?;
        if made.minval > made.maxval {
            let text = format!(
                "`minval` of RandomUniform: found {}, expected at most `maxval` ({})",
                made.minval, made.maxval
            );
            o.error("minval", text);
            return None;
        }
        Some(Box::new(made) as Box<dyn Init>)
    },
};

keras_config! {
    /// Uniform between minval and maxval.
    pub struct RandomUniform() {
        /// Lower end. Default -0.05.
        minval: f64 = -0.05,
        /// Upper end. Default 0.05.
        maxval: f64 = 0.05,
        /// Seed of its own; equal shapes then get equal values.
        seed: Option<i64> = None,
    }
}

impl Init for RandomUniform {
    fn sample(&self, shape: &[usize], key: u64) -> Tensor {
        draw::uniform(shape, key, self.minval, self.maxval)
    }
}
