//! UpSampling2D: a larger picture, with places between the cells interpolated.
//!
//!   x (B, H, W, C) -> y (B, H', W', C), each spatial axis `size` times as long
//!
//! Follows keras/src/layers/reshaping/up_sampling2d.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Layer, LayerDef, Scope, Value,
    config::PerAxis,
    keras_config,
    limits::{self, Checks, Limits},
    resizing::{Interpolation, up_sampled},
    spatial::{Spatial, per_axis, per_axis_limits, write_per_axis},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "UpSampling2D",
    aliases: &[],
    about: "a larger picture, with places between the cells interpolated",
    options: UpSampling2D::options,
    read: limits::read::<UpSampling2D>,
};

keras_config! {
    /// Makes a picture larger by whole factors. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{Interpolation, config::PerAxis, layers::UpSampling2D};
    /// let layer = UpSampling2D::new().interpolation(Interpolation::Bilinear);
    /// assert_eq!(layer.size, PerAxis(vec![2]));
    /// ```
    pub struct UpSampling2D() {
        /// Factor, one or one per axis. Default 2.
        size: PerAxis = PerAxis(vec![2]),
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// How places between cells are found. Default nearest, which repeats cells.
        interpolation: Interpolation = Interpolation::Nearest,
    }
}

impl Limits for UpSampling2D {
    fn limits(&self) -> Checks {
        per_axis_limits(Checks::new(), "size", &self.size, 2)
    }
}

impl Layer for UpSampling2D {
    fn class_name(&self) -> &'static str {
        "UpSampling2D"
    }

    fn config(&self) -> Map<String, Json> {
        let mut map = self.write();
        write_per_axis(&mut map, "size", &self.size, 2);
        map
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let at = Spatial {
            class_name: "UpSampling2D",
            count: 2,
            data_format: self.data_format,
        };
        up_sampled(s, call, at, &per_axis(&self.size, 2), self.interpolation)
    }
}
