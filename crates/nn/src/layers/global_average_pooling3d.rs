//! GlobalAveragePooling3D: the mean of the whole volume, per channel.
//!
//!   x (B, D, H, W, C) -> y (B, C)
//!
//! Follows keras/src/layers/pooling/global_average_pooling3d.py.

use regimen_graph::ops::WindowKind;
use serde_json::{Map, Value as Json};

use crate::{Call, Configured, DataFormat, Layer, LayerDef, Scope, Value, keras_config, pooling};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "GlobalAveragePooling3D",
    aliases: &["GlobalAvgPool3D"],
    about: "the mean of the whole volume, per channel",
    options: GlobalAveragePooling3D::options,
    read: |o| GlobalAveragePooling3D::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// The mean of the whole volume, per channel.
    ///
    /// ```
    /// use regimen_nn::layers::GlobalAveragePooling3D;
    /// assert!(!GlobalAveragePooling3D::new().keepdims);
    /// ```
    pub struct GlobalAveragePooling3D() {
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Whether the pooled axes stay, with size 1. Default false.
        keepdims: bool = false,
    }
}

impl Layer for GlobalAveragePooling3D {
    fn class_name(&self) -> &'static str {
        "GlobalAveragePooling3D"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let what = ("GlobalAveragePooling3D", 3, WindowKind::Sum);
        pooling::global(s, call, what, (self.data_format, self.keepdims))
    }
}
