//! GlorotUniform: uniform within √(6 / (fan_in + fan_out)). Glorot and Bengio, 2010.
//! Follows keras/src/initializers/random_initializers.py.

use regimen_graph::Tensor;

use crate::initializers::variance_scaling::{Distribution, Mode, check_axes, compute_fans, scaled};
use crate::initializers::{Init, InitializerDef};
use crate::{Configured, keras_config};

/// The registered class.
pub const DEF: InitializerDef = InitializerDef {
    class_name: "GlorotUniform",
    aliases: &[],
    about: "uniform within √(6 / (fan_in + fan_out))",
    options: GlorotUniform::options,
    read: |o| GlorotUniform::read(o).map(|i| Box::new(i) as Box<dyn Init>),
};

keras_config! {
    /// Uniform within √(6 / (fan_in + fan_out)).
    pub struct GlorotUniform() {
        /// Seed of its own; equal shapes then get equal values.
        seed: Option<i64> = None,
        /// Axes counted as inputs; by default from the shape.
        input_axes: Option<Vec<i64>> = None,
        /// Axes counted as outputs; by default from the shape.
        output_axes: Option<Vec<i64>> = None,
    }
}

impl Init for GlorotUniform {
    fn check(&self, shape: &[usize]) -> Result<(), String> {
        check_axes(shape, &self.input_axes, &self.output_axes)
    }

    fn sample(&self, shape: &[usize], key: u64) -> Tensor {
        let fans = compute_fans(
            shape,
            self.input_axes.as_deref(),
            self.output_axes.as_deref(),
        );
        scaled(shape, key, 1.0, Mode::FanAvg, Distribution::Uniform, fans)
    }
}
