//! GlobalAveragePooling2D: the mean of the whole picture, per channel.
//!
//!   x (B, H, W, C) -> y (B, C)
//!
//! Follows keras/src/layers/pooling/global_average_pooling2d.py.

use regimen_graph::ops::WindowKind;
use serde_json::{Map, Value as Json};

use crate::{Call, Configured, DataFormat, Layer, LayerDef, Scope, Value, keras_config, pooling};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "GlobalAveragePooling2D",
    aliases: &["GlobalAvgPool2D"],
    about: "the mean of the whole picture, per channel",
    options: GlobalAveragePooling2D::options,
    read: |o| GlobalAveragePooling2D::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// The mean of the whole picture, per channel.
    ///
    /// ```
    /// use regimen_nn::layers::GlobalAveragePooling2D;
    /// assert!(!GlobalAveragePooling2D::new().keepdims);
    /// ```
    pub struct GlobalAveragePooling2D() {
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Whether the pooled axes stay, with size 1. Default false.
        keepdims: bool = false,
    }
}

impl Layer for GlobalAveragePooling2D {
    fn class_name(&self) -> &'static str {
        "GlobalAveragePooling2D"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let what = ("GlobalAveragePooling2D", 2, WindowKind::Sum);
        pooling::global(s, call, what, (self.data_format, self.keepdims))
    }
}
