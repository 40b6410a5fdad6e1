//! RepeatVector: the features of each row as every step of a sequence.
//!
//!   x (B, D) -> y (B, n, D);  y[b, t, d] = x[b, d]
//!
//! Follows keras/src/layers/reshaping/repeat_vector.py.

use regimen_graph::Type;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value,
    input_spec::InputSpec,
    keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "RepeatVector",
    aliases: &[],
    about: "the features of each row as every step of a sequence",
    options: RepeatVector::options,
    read: limits::read::<RepeatVector>,
};

keras_config! {
    /// Repeats the features of each row along a new axis of steps.
    ///
    /// ```
    /// use regimen_nn::layers::RepeatVector;
    /// assert_eq!(RepeatVector::new(3usize).n, 3);
    /// ```
    pub struct RepeatVector(
        /// Number of steps.
        n: usize,
    ) {}
}

impl Limits for RepeatVector {
    fn limits(&self) -> Checks {
        Checks::new().at_least_one("n", self.n)
    }
}

impl Layer for RepeatVector {
    fn class_name(&self) -> &'static str {
        "RepeatVector"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let x = &call.inputs[0].x;
        let spec = InputSpec {
            class_name: "RepeatVector",
            axes: "(B, D)",
            mend: "Flatten the input, or pool its steps, before.",
        };
        let shape = [x.dim(0), self.n, x.dim(-1)];
        if !spec.accepts(s, x) {
            let meant = Type::new(x.dtype(), shape);
            return vec![s.builder().placeholder(meant).into()];
        }
        vec![x.expand_dims(1).broadcast_to(&shape).into()]
    }
}
