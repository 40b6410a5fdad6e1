//! SpatialDropout1D: dropout of whole channels of a sequence.
//!
//!   x (B, T, C) -> y (B, T, C); one choice per row and channel, the same for all steps
//!
//! Tompson et al. 2015. Follows keras/src/layers/regularization/spatial_dropout.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value,
    input_spec::InputSpec,
    keras_config,
    layers::dropout::drop,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "SpatialDropout1D",
    aliases: &[],
    about: "dropout of whole channels of a sequence",
    options: SpatialDropout1D::options,
    read: limits::read::<SpatialDropout1D>,
};

keras_config! {
    /// Dropout of whole channels; does nothing in inference.
    ///
    /// ```
    /// use regimen_nn::layers::SpatialDropout1D;
    /// assert_eq!(SpatialDropout1D::new(0.2).rate, 0.2);
    /// ```
    pub struct SpatialDropout1D(
        /// Part of the channels to drop, 0 to 1.
        rate: f64,
    ) {
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
    }
}

impl Limits for SpatialDropout1D {
    fn limits(&self) -> Checks {
        Checks::new().fraction("rate", self.rate)
    }
}

impl Layer for SpatialDropout1D {
    fn class_name(&self) -> &'static str {
        "SpatialDropout1D"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Value { x, mask } = call.inputs[0].clone();
        let x = crate::input_spec::float(x);
        let spec = InputSpec {
            class_name: "SpatialDropout1D",
            axes: "(B, T, C)",
            mend: "Use Dropout for inputs without a time axis.",
        };
        if !spec.accepts(s, &x) {
            return vec![Value { x, mask }];
        }
        let noise = [x.dim(0), 1, x.dim(2)];
        vec![Value {
            x: drop(s, &x, self.rate, &noise, self.seed),
            mask,
        }]
    }
}
