//! GlobalAveragePooling1D: the mean of all steps, per channel.
//!
//!   x (B, T, C) -> y (B, C)
//!
//! Follows keras/src/layers/pooling/global_average_pooling1d.py.

use regimen_graph::ops::WindowKind;
use serde_json::{Map, Value as Json};

use crate::{Call, Configured, DataFormat, Layer, LayerDef, Scope, Value, keras_config, pooling};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "GlobalAveragePooling1D",
    aliases: &["GlobalAvgPool1D"],
    about: "the mean of all steps, per channel",
    options: GlobalAveragePooling1D::options,
    read: |o| GlobalAveragePooling1D::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// The mean of all steps, per channel. Masked steps do not count.
    ///
    /// ```
    /// use regimen_nn::layers::GlobalAveragePooling1D;
    /// assert!(!GlobalAveragePooling1D::new().keepdims);
    /// ```
    pub struct GlobalAveragePooling1D() {
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Whether the pooled axes stay, with size 1. Default false.
        keepdims: bool = false,
    }
}

impl Layer for GlobalAveragePooling1D {
    fn class_name(&self) -> &'static str {
        "GlobalAveragePooling1D"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn masks(&self) -> crate::Masks {
        crate::Masks::Argument
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let what = ("GlobalAveragePooling1D", 1, WindowKind::Sum);
        pooling::global(s, call, what, (self.data_format, self.keepdims))
    }
}
