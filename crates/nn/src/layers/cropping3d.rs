//! Cropping3D: cells taken off the ends of the depth, height and width of volumes.
//!
//!   x (B, D, H, W, C) -> y (B, D', H', W', C);  D' = D - before - after;  likewise H' and W'
//!
//! Follows keras/src/layers/reshaping/cropping3d.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Edges, Layer, LayerDef, Scope, Value, edges, keras_config,
    spatial::Spatial,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Cropping3D",
    aliases: &[],
    about: "cells taken off the ends of the depth, height and width of volumes",
    options: Cropping3D::options,
    read: |o| Cropping3D::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Takes cells off both ends of the depth, height and width of volumes. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{Edges, layers::Cropping3D};
    /// assert_eq!(Cropping3D::new().cropping(2usize).cropping, Edges([(2, 2); 3]));
    /// ```
    pub struct Cropping3D() {
        /// Cells to take off: one number, one per axis, or (before, after) per axis. Default 1.
        cropping: Edges<3> = Edges([(1, 1); 3]),
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Layer for Cropping3D {
    fn class_name(&self) -> &'static str {
        "Cropping3D"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let at = Spatial {
            class_name: "Cropping3D",
            count: 3,
            data_format: self.data_format,
        };
        edges::cropped(s, call, at, &self.cropping)
    }
}
