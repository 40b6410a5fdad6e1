//! AveragePooling3D: the mean of a window over depth, height and width, per channel.
//!
//!   x (B, D, H, W, C) -> y (B, D', H', W', C)
//!
//! Follows keras/src/layers/pooling/average_pooling3d.py.

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
    class_name: "AveragePooling3D",
    aliases: &["AvgPool3D"],
    about: "the mean of a window over depth, height and width, per channel",
    options: AveragePooling3D::options,
    read: limits::read::<AveragePooling3D>,
};

keras_config! {
    /// The mean of a window over depth, height and width, per channel. Cells beyond the edges do not count; a mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{config::PerAxis, layers::AveragePooling3D};
    /// assert_eq!(AveragePooling3D::new().pool_size, PerAxis(vec![2]));
    /// ```
    pub struct AveragePooling3D() {
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

impl AveragePooling3D {
    fn pooling(&self) -> Pooling<'_> {
        Pooling {
            class_name: "AveragePooling3D",
            spatial: 3,
            kind: WindowKind::Sum,
            pool_size: &self.pool_size,
            strides: &self.strides,
            padding: self.padding,
            data_format: self.data_format,
        }
    }
}

impl Limits for AveragePooling3D {
    fn limits(&self) -> Checks {
        self.pooling().limits()
    }
}

impl Layer for AveragePooling3D {
    fn class_name(&self) -> &'static str {
        "AveragePooling3D"
    }

    fn config(&self) -> Map<String, Json> {
        self.pooling().config(self.write())
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        self.pooling().forward(s, call)
    }
}
