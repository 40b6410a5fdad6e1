//! AveragePooling2D: the mean of a window over height and width, per channel.
//!
//!   x (B, H, W, C) -> y (B, H', W', C)
//!
//! Follows keras/src/layers/pooling/average_pooling2d.py.

use regimen_graph::ops::WindowKind;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Layer, LayerDef, Padding, Scope, Value,
    config::PerAxis,
    keras_config,
    limits::{self, Checks, Limits},
    pooling::Pooling,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "AveragePooling2D",
    aliases: &["AvgPool2D"],
    about: "the mean of a window over height and width, per channel",
    options: AveragePooling2D::options,
    read: limits::read::<AveragePooling2D>,
};

keras_config! {
    /// The mean of a window over height and width, per channel. Cells beyond the edges do not count; a mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{config::PerAxis, layers::AveragePooling2D};
    /// assert_eq!(AveragePooling2D::new().pool_size, PerAxis(vec![2]));
    /// ```
    pub struct AveragePooling2D() {
        /// Size of the window. Default 2.
        pool_size: PerAxis = PerAxis(vec![2]),
        /// Step of the window. Default its size.
        strides: Option<PerAxis> = None,
        /// Beyond the edges: valid or same. Default valid.
        padding: Padding = Padding::Valid,
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl AveragePooling2D {
    fn pooling(&self) -> Pooling<'_> {
        Pooling {
            class_name: "AveragePooling2D",
            spatial: 2,
            kind: WindowKind::Sum,
            pool_size: &self.pool_size,
            strides: &self.strides,
            padding: self.padding,
            data_format: self.data_format,
        }
    }
}

impl Limits for AveragePooling2D {
    fn limits(&self) -> Checks {
        self.pooling().limits()
    }
}

impl Layer for AveragePooling2D {
    fn class_name(&self) -> &'static str {
        "AveragePooling2D"
    }

    fn config(&self) -> Map<String, Json> {
        self.pooling().config(self.write())
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        self.pooling().forward(s, call)
    }
}
