//! GlobalMaxPooling1D: the largest of all steps, per channel.
//!
//!   x (B, T, C) -> y (B, C)
//!
//! Follows keras/src/layers/pooling/global_max_pooling1d.py.

use regimen_graph::ops::WindowKind;
use serde_json::{Map, Value as Json};

use crate::{Call, Configured, DataFormat, Layer, LayerDef, Scope, Value, keras_config, pooling};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "GlobalMaxPooling1D",
    aliases: &["GlobalMaxPool1D"],
    about: "the largest of all steps, per channel",
    options: GlobalMaxPooling1D::options,
    read: |o| GlobalMaxPooling1D::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// The largest of all steps, per channel.
    ///
    /// ```
    /// use regimen_nn::layers::GlobalMaxPooling1D;
    /// assert!(!GlobalMaxPooling1D::new().keepdims);
    /// ```
    pub struct GlobalMaxPooling1D() {
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Whether the pooled axes stay, with size 1. Default false.
        keepdims: bool = false,
    }
}

impl Layer for GlobalMaxPooling1D {
    fn class_name(&self) -> &'static str {
        "GlobalMaxPooling1D"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let what = ("GlobalMaxPooling1D", 1, WindowKind::Max);
        pooling::global(s, call, what, (self.data_format, self.keepdims))
    }
}
