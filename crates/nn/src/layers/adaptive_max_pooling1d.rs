//! AdaptiveMaxPooling1D: the largest of windows over steps, as many as `output_size` says.
//!
//!   x (B, T, C) -> y (B, T', C), T' = output_size;  window i covers floor(i · T / T') .. ceil((i + 1) · T / T')
//!
//! Follows keras/src/layers/pooling/adaptive_max_pooling1d.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Layer, LayerDef, Scope, Value,
    adaptive_pooling::{AdaptivePooling, WindowValue},
    config::PerAxis,
    keras_config,
    limits::{self, Checks, Limits},
    spatial::Spatial,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "AdaptiveMaxPooling1D",
    aliases: &[],
    about: "the largest of windows over steps, as many as asked for",
    options: AdaptiveMaxPooling1D::options,
    read: limits::read::<AdaptiveMaxPooling1D>,
};

keras_config! {
    /// The largest of windows over steps, per channel, for an output of a given size. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{config::PerAxis, layers::AdaptiveMaxPooling1D};
    /// assert_eq!(AdaptiveMaxPooling1D::new(4usize).output_size, PerAxis(vec![4]));
    /// ```
    pub struct AdaptiveMaxPooling1D(
        /// Size of the output, one number or one per axis.
        output_size: PerAxis,
    ) {
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl AdaptiveMaxPooling1D {
    fn pooling(&self) -> AdaptivePooling<'_> {
        AdaptivePooling {
            at: Spatial {
                class_name: "AdaptiveMaxPooling1D",
                count: 1,
                data_format: self.data_format,
            },
            value: WindowValue::Largest,
            output_size: &self.output_size,
        }
    }
}

impl Limits for AdaptiveMaxPooling1D {
    fn limits(&self) -> Checks {
        self.pooling().limits()
    }
}

impl Layer for AdaptiveMaxPooling1D {
    fn class_name(&self) -> &'static str {
        "AdaptiveMaxPooling1D"
    }

    fn config(&self) -> Map<String, Json> {
        self.pooling().config(self.write())
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        self.pooling().forward(s, call)
    }
}
