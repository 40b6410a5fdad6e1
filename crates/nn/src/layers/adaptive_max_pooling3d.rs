//! AdaptiveMaxPooling3D: the largest of windows over depth, height and width, as many as `output_size` says.
//!
//!   x (B, D, H, W, C) -> y (B, D', H', W', C), (D', H', W') = output_size;  window i covers floor(i · D / D') .. ceil((i + 1) · D / D')
//!
//! Follows keras/src/layers/pooling/adaptive_max_pooling3d.py.

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
    class_name: "AdaptiveMaxPooling3D",
    aliases: &[],
    about: "the largest of windows over depth, height and width, as many as asked for",
    options: AdaptiveMaxPooling3D::options,
    read: limits::read::<AdaptiveMaxPooling3D>,
};

keras_config! {
    /// The largest of windows over depth, height and width, per channel, for an output of a given size. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{config::PerAxis, layers::AdaptiveMaxPooling3D};
    /// assert_eq!(AdaptiveMaxPooling3D::new([4, 3, 2]).output_size, PerAxis(vec![4, 3, 2]));
    /// ```
    pub struct AdaptiveMaxPooling3D(
        /// Size of the output, one number or one per axis.
        output_size: PerAxis,
    ) {
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl AdaptiveMaxPooling3D {
    fn pooling(&self) -> AdaptivePooling<'_> {
        AdaptivePooling {
            at: Spatial {
                class_name: "AdaptiveMaxPooling3D",
                count: 3,
                data_format: self.data_format,
            },
            value: WindowValue::Largest,
            output_size: &self.output_size,
        }
    }
}

impl Limits for AdaptiveMaxPooling3D {
    fn limits(&self) -> Checks {
        self.pooling().limits()
    }
}

impl Layer for AdaptiveMaxPooling3D {
    fn class_name(&self) -> &'static str {
        "AdaptiveMaxPooling3D"
    }

    fn config(&self) -> Map<String, Json> {
        self.pooling().config(self.write())
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        self.pooling().forward(s, call)
    }
}
