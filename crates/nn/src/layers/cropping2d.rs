//! Cropping2D: cells taken off the ends of the height and width of pictures.
//!
//!   x (B, H, W, C) -> y (B, H', W', C);  H' = H - before - after;  likewise W'
//!
//! Follows keras/src/layers/reshaping/cropping2d.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Edges, Layer, LayerDef, Scope, Value, edges, keras_config,
    spatial::Spatial,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Cropping2D",
    aliases: &[],
    about: "cells taken off the ends of the height and width of pictures",
    options: Cropping2D::options,
    read: |o| Cropping2D::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Takes cells off both ends of the height and width of pictures. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{Edges, layers::Cropping2D};
    /// assert_eq!(Cropping2D::new().cropping([1, 2]).cropping, Edges([(1, 1), (2, 2)]));
    /// ```
    pub struct Cropping2D() {
        /// Cells to take off: one number, one per axis, or (before, after) per axis. Default 0.
        cropping: Edges<2> = Edges([(0, 0); 2]),
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Layer for Cropping2D {
    fn class_name(&self) -> &'static str {
        "Cropping2D"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let at = Spatial {
            class_name: "Cropping2D",
            count: 2,
            data_format: self.data_format,
        };
        edges::cropped(s, call, at, &self.cropping)
    }
}
