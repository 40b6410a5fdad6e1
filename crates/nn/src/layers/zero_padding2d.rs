//! ZeroPadding2D: zeros before and after the height and width of pictures.
//!
//!   x (B, H, W, C) -> y (B, H', W', C);  H' = H + before + after;  likewise W'
//!
//! Follows keras/src/layers/reshaping/zero_padding2d.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Edges, Layer, LayerDef, Scope, Value, edges, keras_config,
    spatial::Spatial,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "ZeroPadding2D",
    aliases: &[],
    about: "zeros before and after the height and width of pictures",
    options: ZeroPadding2D::options,
    read: |o| ZeroPadding2D::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Adds zeros at both ends of the height and width of pictures. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{Edges, layers::ZeroPadding2D};
    /// assert_eq!(ZeroPadding2D::new().padding([1, 2]).padding, Edges([(1, 1), (2, 2)]));
    /// ```
    pub struct ZeroPadding2D() {
        /// Zeros to add: one number, one per axis, or (before, after) per axis. Default 1.
        padding: Edges<2> = Edges([(1, 1); 2]),
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Layer for ZeroPadding2D {
    fn class_name(&self) -> &'static str {
        "ZeroPadding2D"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let at = Spatial {
            class_name: "ZeroPadding2D",
            count: 2,
            data_format: self.data_format,
        };
        edges::padded(s, call, at, &self.padding)
    }
}
