//! GlobalMaxPooling3D: the largest of the whole volume, per channel.
//!
//!   x (B, D, H, W, C) -> y (B, C)
//!
//! Follows keras/src/layers/pooling/global_max_pooling3d.py.

use regimen_graph::ops::WindowKind;
use serde_json::{Map, Value as Json};

use crate::{Call, Configured, DataFormat, Layer, LayerDef, Scope, Value, keras_config, pooling};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "GlobalMaxPooling3D",
    aliases: &["GlobalMaxPool3D"],
    about: "the largest of the whole volume, per channel",
    options: GlobalMaxPooling3D::options,
    read: |o| GlobalMaxPooling3D::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// The largest of the whole volume, per channel.
    ///
    /// ```
    /// use regimen_nn::layers::GlobalMaxPooling3D;
    /// assert!(!GlobalMaxPooling3D::new().keepdims);
    /// ```
    pub struct GlobalMaxPooling3D() {
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Whether the pooled axes stay, with size 1. Default false.
        keepdims: bool = false,
    }
}

impl Layer for GlobalMaxPooling3D {
    fn class_name(&self) -> &'static str {
        "GlobalMaxPooling3D"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let what = ("GlobalMaxPooling3D", 3, WindowKind::Max);
        pooling::global(s, call, what, (self.data_format, self.keepdims))
    }
}
