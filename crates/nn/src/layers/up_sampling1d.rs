//! UpSampling1D: each step repeated.
//!
//!   x (B, T, C) -> y (B, T · size, C);  y[b, t, c] = x[b, floor(t / size), c]
//!
//! Follows keras/src/layers/reshaping/up_sampling1d.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Layer, LayerDef, Scope, Value, keras_config,
    limits::{self, Checks, Limits},
    resizing::{Interpolation, up_sampled},
    spatial::Spatial,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "UpSampling1D",
    aliases: &[],
    about: "each step of a sequence repeated",
    options: UpSampling1D::options,
    read: limits::read::<UpSampling1D>,
};

keras_config! {
    /// Repeats each step of a sequence. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::layers::UpSampling1D;
    /// assert_eq!(UpSampling1D::new().size, 2);
    /// ```
    pub struct UpSampling1D() {
        /// How often each step stands. Default 2.
        size: usize = 2,
    }
}

impl Limits for UpSampling1D {
    fn limits(&self) -> Checks {
        Checks::new().at_least_one("size", self.size)
    }
}

impl Layer for UpSampling1D {
    fn class_name(&self) -> &'static str {
        "UpSampling1D"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let at = Spatial {
            class_name: "UpSampling1D",
            count: 1,
            data_format: DataFormat::ChannelsLast,
        };
        up_sampled(s, call, at, &[self.size.max(1)], Interpolation::Nearest)
    }
}
