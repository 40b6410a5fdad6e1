//! SpatialDropout2D: dropout of whole channels of pictures.
//!
//!   x (B, H, W, C) -> y (B, H, W, C); one choice per picture and channel, the same for all places
//!
//! Tompson et al. 2015. Follows keras/src/layers/regularization/spatial_dropout.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, DataFormat, Layer, LayerDef, Scope, Value, keras_config,
    layers::dropout::drop,
    limits::{self, Checks, Limits},
    spatial::Spatial,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "SpatialDropout2D",
    aliases: &[],
    about: "dropout of whole channels of pictures",
    options: SpatialDropout2D::options,
    read: limits::read::<SpatialDropout2D>,
};

keras_config! {
    /// Dropout of whole channels; does nothing in inference.
    ///
    /// ```
    /// use regimen_nn::layers::SpatialDropout2D;
    /// assert_eq!(SpatialDropout2D::new(0.2).rate, 0.2);
    /// ```
    pub struct SpatialDropout2D(
        /// Part of the channels to drop, 0 to 1.
        rate: f64,
    ) {
        /// Where the channels stand. Default last.
        data_format: DataFormat = DataFormat::ChannelsLast,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
    }
}

impl Limits for SpatialDropout2D {
    fn limits(&self) -> Checks {
        Checks::new().fraction("rate", self.rate)
    }
}

impl Layer for SpatialDropout2D {
    fn class_name(&self) -> &'static str {
        "SpatialDropout2D"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Value { x, mask } = call.inputs[0].clone();
        let x = crate::input_spec::float(x);
        let at = Spatial {
            class_name: "SpatialDropout2D",
            count: 2,
            data_format: self.data_format,
        };
        if !at.accepts(s, &x) {
            return vec![Value { x, mask }];
        }
        let mut noise = x.shape();
        for axis in at.spatial_axes() {
            noise[axis] = 1;
        }
        vec![Value {
            x: drop(s, &x, self.rate, &noise, self.seed),
            mask,
        }]
    }
}
