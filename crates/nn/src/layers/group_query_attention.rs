//! GroupQueryAttention: multi-head attention whose query heads share keys and values in groups.
//!
//!   query (B, T, E), value (B, S, F), key (B, S, G) -> y (B, T, E), and scores (B, H, T, S) when asked for
//!   head h of H looks at head h / (H / G') of the G' heads of key and value; the rest as in MultiHeadAttention
//!
//! Ainslie et al. 2023. Follows keras/src/layers/attention/grouped_query_attention.py.

use regimen_graph::{DType, Fault, Type, Var};
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Options, Scope, Value,
    attention::{Attending, Given, Layout},
    constraints::Constraint,
    initializers::Initializer,
    input_spec::TOKENS,
    keras_config,
    limits::{self, Checks, Limits},
    projection::Projection,
    regularizers::Regularizer,
};

/// The registered class, by the name that Keras writes; in Python it is `GroupedQueryAttention`.
pub const DEF: LayerDef = LayerDef {
    class_name: "GroupQueryAttention",
    aliases: &["GroupedQueryAttention"],
    about: "multi-head attention whose query heads share keys and values",
    options: GroupQueryAttention::options,
    read: read_config,
};

keras_config! {
    /// Grouped-query attention, called with query, value and, if it is another one, key. Keywords of a call:
    /// `attention_mask` (B, T, S), `query_mask`, `value_mask`, `key_mask`, `use_causal_mask`, `return_attention_scores`.
    ///
    /// ```
    /// use regimen_nn::layers::GroupQueryAttention;
    /// // One head of keys and values for all: multi-query attention.
    /// let layer = GroupQueryAttention::new(64usize, 8usize, 1usize);
    /// assert_eq!(layer.num_query_heads, 8);
    /// ```
    pub struct GroupQueryAttention(
        /// Size of a head.
        head_dim: usize,
        /// Number of heads of the query.
        num_query_heads: usize,
        /// Number of heads of key and value, a divisor of the query's.
        num_key_value_heads: usize,
    ) {
        /// Part of the scores to drop while training.
        dropout: f64 = 0.0,
        /// Whether biases are added. Default true.
        use_bias: bool = true,
        /// Steps see only steps less than this far away. Default all.
        sliding_window: Option<usize> = None,
        /// How the kernels begin. Default Glorot uniform.
        kernel_initializer: Initializer = Initializer::named("glorot_uniform"),
        /// How the biases begin. Default zeros.
        bias_initializer: Initializer = Initializer::named("zeros"),
        /// Penalty of the kernels.
        kernel_regularizer: Option<Regularizer> = None,
        /// Penalty of the biases.
        bias_regularizer: Option<Regularizer> = None,
        /// Penalty of the output of each projection, divided by the batch size.
        activity_regularizer: Option<Regularizer> = None,
        /// Constraint of the kernels.
        kernel_constraint: Option<Constraint> = None,
        /// Constraint of the biases.
        bias_constraint: Option<Constraint> = None,
        /// Whether the heads' output is multiplied by a trained gate of the query. Default false.
        use_gate: bool = false,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    limits::hint(
        o,
        "flash_attention",
        Json::is_boolean,
        "true, false or null",
    );
    limits::read::<GroupQueryAttention>(o)
}

impl Limits for GroupQueryAttention {
    fn limits(&self) -> Checks {
        let (queries, keys) = (self.num_query_heads, self.num_key_value_heads);
        let divides = keys == 0 || queries % keys == 0;
        Checks::new()
            .at_least_one("head_dim", self.head_dim)
            .at_least_one("num_query_heads", queries)
            .at_least_one("num_key_value_heads", keys)
            .holds(
                divides,
                "num_key_value_heads",
                keys,
                &format!("a divisor of num_query_heads = {queries}"),
            )
            .at_least_one("sliding_window", self.sliding_window.unwrap_or(1))
            .fraction("dropout", self.dropout)
    }
}

impl GroupQueryAttention {
    fn projection(&self) -> Projection<'_> {
        Projection {
            use_bias: self.use_bias,
            kernel_initializer: &self.kernel_initializer,
            bias_initializer: &self.bias_initializer,
            kernel_regularizer: &self.kernel_regularizer,
            bias_regularizer: &self.bias_regularizer,
            activity_regularizer: &self.activity_regularizer,
            kernel_constraint: &self.kernel_constraint,
            bias_constraint: &self.bias_constraint,
        }
    }

    /// What is wrong with the inputs.
    fn fault(&self, given: &Given) -> Option<Fault> {
        let [q, v, k] = [&given.query.x, &given.value.x, &given.key.x];
        let found = format!("query {}, value {}, key {}", q.ty(), v.ty(), k.ty());
        if [q, v, k].iter().any(|x| !x.dtype().is_float()) {
            return Some(Fault::new(found, "float inputs", TOKENS));
        }
        let three = [q, v, k].iter().all(|x| x.rank() == 3);
        if three && v.shape()[..2] == k.shape()[..2] && q.dim(0) == v.dim(0) {
            return None;
        }
        let expected = "query (B, T, E), value (B, S, F), key (B, S, G)";
        let mend =
            "Sequences need (steps, features): keep all steps with return_sequences=True before.";
        Some(Fault::new(found, expected, mend))
    }

    /// Output and scores.
    fn attend(&self, s: &mut Scope, given: &Given) -> Option<(Var, Option<Var>)> {
        let projection = self.projection();
        let queries = [self.num_query_heads, self.head_dim];
        let keys = [self.num_key_value_heads, self.head_dim];
        let x = &given.query.x;
        // Keras's order of weights: the gate stands between key and value.
        let query = projection.apply(s, "query", x, &queries, 1);
        let key = projection.apply(s, "key", &given.key.x, &keys, 1);
        let gate = self
            .use_gate
            .then(|| projection.gate(s, "gate", x, &queries));
        let value = projection.apply(s, "value", &given.value.x, &keys, 1);
        if [&query, &key, &value].iter().any(|v| v.is_broken()) {
            return None;
        }
        let attending = Attending {
            class_name: "GroupQueryAttention",
            dropout: self.dropout,
            seed: self.seed,
            window: self.sliding_window,
        };
        let layout = Layout::new(query.rank(), &[1]);
        let (mut y, scores) = attending.attend(s, given, &layout, [&query, &key, &value]);
        if let Some(gate) = gate {
            y = y * gate;
        }
        let y = projection.apply(s, "attention_output", &y, &[x.dim(-1)], 2);
        Some((y, scores))
    }
}

impl Layer for GroupQueryAttention {
    fn class_name(&self) -> &'static str {
        "GroupQueryAttention"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn arity(&self) -> (usize, usize) {
        (0, 3)
    }

    fn masks(&self) -> crate::Masks {
        crate::Masks::Carried
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Some(mut given) = Given::read(call) else {
            return vec![Given::missing(s, "GroupQueryAttention")];
        };
        let carried = given.query.mask.clone();
        given.mask_query(call);
        let made = match self.fault(&given) {
            None if self.limits().0.is_empty() => self.attend(s, &given),
            None => None,
            Some(fault) => {
                s.builder().fault("GroupQueryAttention", fault);
                None
            }
        };
        let (y, scores) = made.unwrap_or_else(|| {
            let [x, v] = [&given.query.x, &given.value.x];
            let shape = vec![x.dim(0), self.num_query_heads, x.dim(1), v.dim(1)];
            let meant = |shape| s.builder().placeholder(Type::new(DType::F32, shape));
            (meant(x.shape()), Some(meant(shape)))
        });
        given.results(y, scores, carried)
    }
}
