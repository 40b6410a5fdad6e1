//! Embedding: a trained row of numbers per id.
//!
//!   ids (B, ...) -> y (B, ..., D);  y = E[id], E (V, D)
//!
//! Ids outside 0..V give rows of NaN, so that they are seen. Follows keras/src/layers/core/embedding.py.

use regimen_graph::{DType, Var};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Options, Scope, Value, WeightOptions,
    constraints::Constraint,
    initializers::Initializer,
    keras_config,
    limits::{self, Checks, Limits},
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Embedding",
    aliases: &[],
    about: "a trained row of numbers per id",
    options: Embedding::options,
    read: read_config,
};

keras_config! {
    /// Turns ids into rows of a trained table.
    ///
    /// ```
    /// use regimen_nn::layers::Embedding;
    /// let words = Embedding::new(20_000usize, 100usize).mask_zero(true);
    /// assert_eq!(words.output_dim, 100);
    /// ```
    pub struct Embedding(
        /// Number of rows: the largest id plus 1.
        input_dim: usize,
        /// Size of a row.
        output_dim: usize,
    ) {
        /// How the table begins. Default uniform in ±0.05.
        embeddings_initializer: Initializer = Initializer::named("uniform"),
        /// Penalty of the table.
        embeddings_regularizer: Option<Regularizer> = None,
        /// Penalty of the output, divided by the batch size.
        activity_regularizer: Option<Regularizer> = None,
        /// Constraint of the table.
        embeddings_constraint: Option<Constraint> = None,
        /// Whether id 0 is padding, to be masked in what follows. Default false.
        mask_zero: bool = false,
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    // Deprecated in Keras and without effect there: the length is the input's.
    o.skip("input_length");
    limits::absent(o, "weights", "set the table after the model is built");
    limits::read::<Embedding>(o)
}

impl Limits for Embedding {
    fn limits(&self) -> Checks {
        Checks::new()
            .at_least_one("input_dim", self.input_dim)
            .at_least_one("output_dim", self.output_dim)
    }
}

impl Layer for Embedding {
    fn class_name(&self) -> &'static str {
        "Embedding"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let ids = &call.inputs[0].x;
        let options = WeightOptions::of(&self.embeddings_regularizer, &self.embeddings_constraint);
        let shape = [self.input_dim, self.output_dim];
        let table = s.weight("embeddings", &shape, &self.embeddings_initializer, options);
        let y = table.gather(&whole_ids(ids));
        s.add_activity_loss(&self.activity_regularizer, &y);
        let mask = self.mask_zero.then(|| not_padding(ids));
        vec![Value { x: y, mask }]
    }
}

/// Ids as whole numbers: Keras cuts floats off.
pub(crate) fn whole_ids(ids: &Var) -> Var {
    if matches!(ids.dtype(), DType::I32 | DType::I64) {
        ids.clone()
    } else {
        ids.cast(DType::I32)
    }
}

/// Which ids are not 0. As Keras: of the ids as they came, so that 0.5 is no padding.
pub(crate) fn not_padding(ids: &Var) -> Var {
    let ids = if ids.dtype() == DType::Bool {
        whole_ids(ids)
    } else {
        ids.clone()
    };
    ids.ne_to(&ids.scalar_like(0.0))
}
