//! ReversibleEmbedding: a trained row of numbers per id, and the way back from rows to ids.
//!
//!   ids (B, ...) -> E[id] (B, ..., D), E (V, D);  with `reverse`: x (B, ..., D) -> x · Eᵀ (B, ..., V)
//!
//! Without tied weights the way back has a table of its own, (D, V). With a soft cap c the result is c · tanh(x · Eᵀ / c).
//! Press and Wolf 2016. Follows keras/src/layers/core/reversible_embedding.py.

use regimen_graph::{DType, Fault, Type, Var};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Options, Scope, Value, WeightOptions,
    constraints::Constraint,
    initializers::Initializer,
    keras_config,
    layers::embedding::{not_padding, whole_ids},
    limits::{self, Checks, Limits},
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "ReversibleEmbedding",
    aliases: &[],
    about: "a trained row of numbers per id, and the way back",
    options: ReversibleEmbedding::options,
    read: read_config,
};

keras_config! {
    /// Turns ids into rows of a trained table, and rows into a score per id where it is called with `reverse`.
    ///
    /// ```
    /// use regimen_nn::layers::ReversibleEmbedding;
    /// let words = ReversibleEmbedding::new(20_000usize, 100usize).logit_soft_cap(30.0);
    /// assert!(words.tie_weights);
    /// ```
    pub struct ReversibleEmbedding(
        /// Number of rows: the largest id plus 1.
        input_dim: usize,
        /// Size of a row.
        output_dim: usize,
    ) {
        /// Whether the way back uses the same table. Default true.
        tie_weights: bool = true,
        /// How the tables begin. Default uniform in ±0.05.
        embeddings_initializer: Initializer = Initializer::named("uniform"),
        /// Penalty of the table.
        embeddings_regularizer: Option<Regularizer> = None,
        /// Penalty of the output, divided by the batch size.
        activity_regularizer: Option<Regularizer> = None,
        /// Constraint of the table.
        embeddings_constraint: Option<Constraint> = None,
        /// Whether id 0 is padding, to be masked in what follows. Default false.
        mask_zero: bool = false,
        /// Type of the way back: float32.
        reverse_dtype: Option<String> = None,
        /// Bound of the scores of the way back. Default none.
        logit_soft_cap: Option<f64> = None,
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    // Deprecated in Keras and without effect there: the length is the input's.
    o.skip("input_length");
    limits::absent(o, "weights", "set the table after the model is built");
    limits::read::<ReversibleEmbedding>(o)
}

impl Limits for ReversibleEmbedding {
    fn limits(&self) -> Checks {
        let dtype = self.reverse_dtype.as_deref().unwrap_or("float32");
        let cap = self.logit_soft_cap.unwrap_or(1.0);
        Checks::new()
            .at_least_one("input_dim", self.input_dim)
            .at_least_one("output_dim", self.output_dim)
            .holds(
                dtype == "float32",
                "reverse_dtype",
                dtype,
                "float32, in which everything computes",
            )
            .holds(
                cap != 0.0 && cap.is_finite(),
                "logit_soft_cap",
                cap,
                "a number other than 0",
            )
    }
}

impl ReversibleEmbedding {
    /// Scores per id.
    fn back(&self, s: &mut Scope, x: &Var, table: &Var, own: Option<Var>) -> Var {
        let sizes = [self.input_dim, self.output_dim];
        if x.rank() < 2 || x.dim(-1) != self.output_dim || !x.dtype().is_float() {
            let found = format!("input {} of the way back", x.ty());
            let expected = format!("a float input (B, ..., {})", self.output_dim);
            let mend = "Bring the last axis to `output_dim` before, for instance by a Dense layer.";
            let outer = x.shape()[..x.rank().saturating_sub(1)].to_vec();
            let meant = Type::new(DType::F32, [outer, vec![self.input_dim]].concat());
            let fault = Fault::new(found, expected, mend);
            return s.fault("ReversibleEmbedding", fault, meant);
        }
        let scores = match own {
            Some(own) => x.matmul(&own),
            None if table.shape() == sizes => x.matmul_with(table, false, true),
            None => table.clone(),
        };
        match self.logit_soft_cap {
            Some(cap) => (scores / cap).tanh() * cap,
            None => scores,
        }
    }
}

impl Layer for ReversibleEmbedding {
    fn class_name(&self) -> &'static str {
        "ReversibleEmbedding"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let x = &call.inputs[0].x;
        let reverse = call.kwargs.get("reverse").or(call.plain.get(&1));
        let options = WeightOptions::of(&self.embeddings_regularizer, &self.embeddings_constraint);
        let (rows, size) = (self.input_dim, self.output_dim);
        let initializer = &self.embeddings_initializer;
        let table = s.weight("embeddings", &[rows, size], initializer, options);
        let own = (!self.tie_weights).then(|| {
            s.weight(
                "reverse_embeddings",
                &[size, rows],
                initializer,
                WeightOptions::default(),
            )
        });
        let value = if reverse.and_then(Json::as_bool).unwrap_or(false) {
            self.back(s, x, &table, own).into()
        } else {
            Value {
                x: table.gather(&whole_ids(x)),
                mask: self.mask_zero.then(|| not_padding(x)),
            }
        };
        s.add_activity_loss(&self.activity_regularizer, &value.x);
        vec![value]
    }
}
