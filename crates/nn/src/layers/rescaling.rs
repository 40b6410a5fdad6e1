//! Rescaling: another scale and zero for all numbers, such as pixels 0 to 255 made 0 to 1, or a last
//! layer that speaks in the units of the labels.
//!
//!   x (B, ...) -> x · scale + offset (B, ...)
//!
//! Follows keras/src/layers/preprocessing/rescaling.py, with one number for scale and one for offset.

use regimen_graph::DType;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value, input_spec, keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Rescaling",
    aliases: &[],
    about: "multiplies by a scale and adds an offset",
    options: Rescaling::options,
    read: limits::read::<Rescaling>,
};

keras_config! {
    /// Multiplies by `scale` and adds `offset`, in training and after; integers become floats. Passes the
    /// mask on.
    ///
    /// ```
    /// use regimen_nn::layers::Rescaling;
    /// assert_eq!(Rescaling::new(1.0 / 255.0).offset, 0.0);
    /// ```
    pub struct Rescaling(
        /// Factor of all numbers.
        scale: f64,
    ) {
        /// Added after.
        offset: f64 = 0.0,
    }
}

impl Limits for Rescaling {
    fn limits(&self) -> Checks {
        Checks::new()
            .finite("scale", self.scale)
            .finite("offset", self.offset)
    }
}

impl Layer for Rescaling {
    fn class_name(&self) -> &'static str {
        "Rescaling"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Value { x, mask } = call.inputs[0].clone();
        let x = input_spec::float(x);
        let x = match x.dtype() {
            DType::I32 => x.cast(DType::F32),
            _ => x,
        };
        if x.is_broken() {
            return vec![Value { x, mask }];
        }
        let x = x * self.scale + self.offset;
        vec![Value { x, mask }]
    }
}
