//! MaxPooling1D: the largest of a window along the steps, per channel.
//!
//!   x (B, T, C) -> y (B, T', C)
//!
//! Follows keras/src/layers/pooling/max_pooling1d.py.

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
    class_name: "MaxPooling1D",
    aliases: &["MaxPool1D"],
    about: "the largest of a window along the steps, per channel",
    options: MaxPooling1D::options,
    read: limits::read::<MaxPooling1D>,
};

keras_config! {
    /// The largest of a window along the steps, per channel. Cells beyond the edges do not count; a mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{config::PerAxis, layers::MaxPooling1D};
    /// assert_eq!(MaxPooling1D::new().pool_size, PerAxis(vec![2]));
    /// ```
    pub struct MaxPooling1D() {
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

impl MaxPooling1D {
    fn pooling(&self) -> Pooling<'_> {
        Pooling {
            class_name: "MaxPooling1D",
            spatial: 1,
            kind: WindowKind::Max,
            pool_size: &self.pool_size,
            strides: &self.strides,
            padding: self.padding,
            data_format: self.data_format,
        }
    }
}

impl Limits for MaxPooling1D {
    fn limits(&self) -> Checks {
        self.pooling().limits()
    }
}

impl Layer for MaxPooling1D {
    fn class_name(&self) -> &'static str {
        "MaxPooling1D"
    }

    fn config(&self) -> Map<String, Json> {
        self.pooling().config(self.write())
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        self.pooling().forward(s, call)
    }
}
