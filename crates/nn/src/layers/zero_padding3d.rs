//! ZeroPadding3D: zeros before and after the depth, height and width of volumes.
//!
//!   x (B, D, H, W, C) -> y (B, D', H', W', C);  D' = D + before + after;  likewise H' and W'
//!
//! Follows keras/src/layers/reshaping/zero_padding3d.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Edges, Layer, LayerDef, Scope, Value, edges, keras_config,
    spatial::Spatial,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "ZeroPadding3D",
    aliases: &[],
    about: "zeros before and after the depth, height and width of volumes",
    options: ZeroPadding3D::options,
    read: |o| ZeroPadding3D::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Adds zeros at both ends of the depth, height and width of volumes. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{Edges, layers::ZeroPadding3D};
    /// assert_eq!(ZeroPadding3D::new().padding(2usize).padding, Edges([(2, 2); 3]));
    /// ```
    pub struct ZeroPadding3D() {
        /// Zeros to add: one number, one per axis, or (before, after) per axis. Default 1.
        padding: Edges<3> = Edges([(1, 1); 3]),
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Layer for ZeroPadding3D {
    fn class_name(&self) -> &'static str {
        "ZeroPadding3D"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let at = Spatial {
            class_name: "ZeroPadding3D",
            count: 3,
            data_format: self.data_format,
        };
        edges::padded(s, call, at, &self.padding)
    }
}
