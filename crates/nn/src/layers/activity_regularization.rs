//! ActivityRegularization: gives what it gets, and adds a penalty of it to the loss.
//!
//!   x (B, ...) -> x;  loss + (l1 Σ|x| + l2 Σx²) / B
//!
//! Follows keras/src/layers/regularization/activity_regularization.py.

use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Object, Scope, Value, input_spec, keras_config,
    limits::{self, Checks, Limits},
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "ActivityRegularization",
    aliases: &[],
    about: "adds a penalty of its input to the loss",
    options: ActivityRegularization::options,
    read: limits::read::<ActivityRegularization>,
};

keras_config! {
    /// A penalty of what comes in, which goes on unchanged with its mask.
    ///
    /// ```
    /// use regimen_nn::layers::ActivityRegularization;
    /// assert_eq!(ActivityRegularization::new().l2(0.01).l2, 0.01);
    /// ```
    pub struct ActivityRegularization() {
        /// Factor of the magnitudes. Default 0.
        l1: f64 = 0.0,
        /// Factor of the squares. Default 0.
        l2: f64 = 0.0,
    }
}

impl Limits for ActivityRegularization {
    fn limits(&self) -> Checks {
        Checks::new()
            .not_negative("l1", self.l1)
            .not_negative("l2", self.l2)
    }
}

impl Layer for ActivityRegularization {
    fn class_name(&self) -> &'static str {
        "ActivityRegularization"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let value = call.inputs[0].clone();
        if !value.x.is_broken() {
            let penalty = Object::named("L1L2")
                .with("l1", self.l1)
                .with("l2", self.l2);
            let x = input_spec::float(value.x.clone());
            s.add_activity_loss(&Some(Regularizer(penalty)), &x);
        }
        vec![value]
    }
}
