//! Cropping1D: cells taken off the ends of the steps of a sequence.
//!
//!   x (B, T, C) -> y (B, T', C);  T' = T - before - after
//!
//! Follows keras/src/layers/reshaping/cropping1d.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Edges, Layer, LayerDef, Scope, Value, edges, keras_config,
    spatial::Spatial,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Cropping1D",
    aliases: &[],
    about: "cells taken off the ends of the steps of a sequence",
    options: Cropping1D::options,
    read: |o| Cropping1D::read(o).map(|l| Box::new(l) as Box<dyn Layer>),
};

keras_config! {
    /// Takes cells off both ends of the steps of a sequence. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{Edges, layers::Cropping1D};
    /// assert_eq!(Cropping1D::new().cropping((2, 1)).cropping, Edges([(2, 1)]));
    /// ```
    pub struct Cropping1D() {
        /// Cells to take off: one number, or (before, after). Default 1.
        cropping: Edges<1> = Edges([(1, 1)]),
    }
}

impl Layer for Cropping1D {
    fn class_name(&self) -> &'static str {
        "Cropping1D"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        let at = Spatial {
            class_name: "Cropping1D",
            count: 1,
            data_format: DataFormat::ChannelsLast,
        };
        edges::cropped(s, call, at, &self.cropping)
    }
}
