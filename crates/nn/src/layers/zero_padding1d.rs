//! ZeroPadding1D: zeros before and after the steps of a sequence.
//!
//!   x (B, T, C) -> y (B, T', C);  T' = T + before + after
//!
//! Follows keras/src/layers/reshaping/zero_padding1d.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Edges, Layer, LayerDef, Scope, Value, edges, keras_config,
    spatial::Spatial,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "ZeroPadding1D",
    aliases: &[],
    about: "zeros before and after the steps of a sequence",
    options: ZeroPadding1D::options,
    read: |o| ZeroPadding1D::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Adds zeros at both ends of the steps of a sequence. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{Edges, layers::ZeroPadding1D};
    /// assert_eq!(ZeroPadding1D::new().padding((2, 1)).padding, Edges([(2, 1)]));
    /// ```
    pub struct ZeroPadding1D() {
        /// Zeros to add: one number, or (before, after). Default 1.
        padding: Edges<1> = Edges([(1, 1)]),
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Layer for ZeroPadding1D {
    fn class_name(&self) -> &'static str {
        "ZeroPadding1D"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let at = Spatial {
            class_name: "ZeroPadding1D",
            count: 1,
            data_format: self.data_format,
        };
        edges::padded(s, call, at, &self.padding)
    }
}
