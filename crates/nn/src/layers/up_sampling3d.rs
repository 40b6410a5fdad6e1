//! UpSampling3D: a larger volume, each cell repeated.
//!
//!   x (B, D, H, W, C) -> y (B, D', H', W', C), each spatial axis `size` times as long
//!
//! Follows keras/src/layers/reshaping/up_sampling3d.py.

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
    class_name: "UpSampling3D",
    aliases: &[],
    about: "a larger volume, each cell repeated",
    options: UpSampling3D::options,
    read: limits::read::<UpSampling3D>,
};

keras_config! {
    /// Makes a volume larger by whole factors. A mask does not pass.
    ///
    /// ```
    /// use regimen_nn::{config::PerAxis, layers::UpSampling3D};
    /// let layer = UpSampling3D::new();
    /// assert_eq!(layer.size, PerAxis(vec![2]));
    /// ```
    pub struct UpSampling3D() {
        /// Factor, one or one per axis. Default 2.
        size: PerAxis = PerAxis(vec![2]),
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
    }
}

impl Limits for UpSampling3D {
    fn limits(&self) -> Checks {
        per_axis_limits(Checks::new(), "size", &self.size, 3)
    }
}

impl Layer for UpSampling3D {
    fn class_name(&self) -> &'static str {
        "UpSampling3D"
    }

    fn config(&self) -> Map<String, Json> {
        let mut map = self.write();
        write_per_axis(&mut map, "size", &self.size, 3);
        map
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let at = Spatial {
            class_name: "UpSampling3D",
            count: 3,
            data_format: self.data_format,
        };
        up_sampled(
            s,
            call,
            at,
            &per_axis(&self.size, 3),
            Interpolation::Nearest,
        )
    }
}
