//! GlobalMaxPooling2D: the largest of the whole picture, per channel.
//!
//!   x (B, H, W, C) -> y (B, C)
//!
//! Follows keras/src/layers/pooling/global_max_pooling2d.py.

use regimen_graph::ops::WindowKind;
use serde_json::{Map, Value as Json};

use crate::{Call, Configured, DataFormat, Layer, LayerDef, Scope, Value, keras_config, pooling};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "GlobalMaxPooling2D",
    aliases: &["GlobalMaxPool2D"],
    about: "the largest of the whole picture, per channel",
    options: GlobalMaxPooling2D::options,
    read: |o| GlobalMaxPooling2D::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// The largest of the whole picture, per channel.
    ///
    /// ```
    /// use regimen_nn::layers::GlobalMaxPooling2D;
    /// assert!(!GlobalMaxPooling2D::new().keepdims);
    /// ```
    pub struct GlobalMaxPooling2D() {
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Whether the pooled axes stay, with size 1. Default false.
        keepdims: bool = false,
    }
}

impl Layer for GlobalMaxPooling2D {
    fn class_name(&self) -> &'static str {
        "GlobalMaxPooling2D"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let what = ("GlobalMaxPooling2D", 2, WindowKind::Max);
        pooling::global(s, call, what, (self.data_format, self.keepdims))
    }
}
