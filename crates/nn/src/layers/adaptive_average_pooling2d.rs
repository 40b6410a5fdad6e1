//! AdaptiveAveragePooling2D: the mean of windows over height and width, as many as `output_size` says.
//!
//!   x (B, H, W, C) -> y (B, H', W', C), (H', W') = output_size;  window i covers floor(i · H / H') .. ceil((i + 1) · H / H')
//!
//! Follows keras/src/layers/pooling/adaptive_average_pooling2d.py.

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
    class_name: "AdaptiveAveragePooling2D",
    aliases: &[],
    about: "the mean of windows over height and width, as many as asked for",
    options: AdaptiveAveragePooling2D::options,
    read: limits::read::<AdaptiveAveragePooling2D>,
};

keras_config! {
    /// The mean of windows over height and width, per channel, for an output of a given size. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{config::PerAxis, layers::AdaptiveAveragePooling2D};
    /// assert_eq!(AdaptiveAveragePooling2D::new([4, 3]).output_size, PerAxis(vec![4, 3]));
    /// ```
    pub struct AdaptiveAveragePooling2D(
        /// Size of the output, one number or one per axis.
        output_size: PerAxis,
    ) {
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl AdaptiveAveragePooling2D {
    fn pooling(&self) -> AdaptivePooling<'_> {
        AdaptivePooling {
            at: Spatial {
                class_name: "AdaptiveAveragePooling2D",
                count: 2,
                data_format: self.data_format,
            },
            value: WindowValue::Mean,
            output_size: &self.output_size,
        }
    }
}

impl Limits for AdaptiveAveragePooling2D {
    fn limits(&self) -> Checks {
        self.pooling().limits()
    }
}

impl Layer for AdaptiveAveragePooling2D {
    fn class_name(&self) -> &'static str {
        "AdaptiveAveragePooling2D"
    }

    fn config(&self) -> Map<String, Json> {
        self.pooling().config(self.write())
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        self.pooling().forward(s, call)
    }
}
