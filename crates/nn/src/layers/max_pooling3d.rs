//! MaxPooling3D: the largest of a window over depth, height and width, per channel.
//!
//!   x (B, D, H, W, C) -> y (B, D', H', W', C)
//!
//! Follows keras/src/layers/pooling/max_pooling3d.py.

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
    class_name: "MaxPooling3D",
    aliases: &["MaxPool3D"],
    about: "the largest of a window over depth, height and width, per channel",
    options: MaxPooling3D::options,
    read: limits::read::<MaxPooling3D>,
};

keras_config! {
    /// The largest of a window over depth, height and width, per channel. Cells beyond the edges do not count; a mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{config::PerAxis, layers::MaxPooling3D};
    /// assert_eq!(MaxPooling3D::new().pool_size, PerAxis(vec![2]));
    /// ```
    pub struct MaxPooling3D() {
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

impl MaxPooling3D {
    fn pooling(&self) -> Pooling<'_> {
        Pooling {
            class_name: "MaxPooling3D",
            spatial: 3,
            kind: WindowKind::Max,
            pool_size: &self.pool_size,
            strides: &self.strides,
            padding: self.padding,
            data_format: self.data_format,
        }
    }
}

impl Limits for MaxPooling3D {
    fn limits(&self) -> Checks {
        self.pooling().limits()
    }
}

impl Layer for MaxPooling3D {
    fn class_name(&self) -> &'static str {
        "MaxPooling3D"
    }

    fn config(&self) -> Map<String, Json> {
        self.pooling().config(self.write())
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        self.pooling().forward(s, call)
    }
}
