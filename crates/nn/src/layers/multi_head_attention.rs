//! MultiHeadAttention: each step of the query looks at the steps of the value, in several heads.
//!
//!   query (B, T, E), value (B, S, F), key (B, S, G) -> y (B, T, E), and scores (B, H, T, S) when asked for
//!   y = concat_h(softmax(q_h k_hᵀ / sqrt(K)) v_h) · W_o;  q_h = query · W_q, ... with W_q (E, H, K), W_o (H, V, E)
//!
//! Vaswani et al. 2017. Follows keras/src/layers/attention/multi_head_attention.py.

use regimen_graph::{DType, Fault, Type, Var};
use serde_json::{Map, Value as Json};

use crate::{
    Axes, Call, Configured, Layer, LayerDef, Options, Scope, Value,
    attention::{Attending, Given, Layout},
    config::PerAxis,
    constraints::Constraint,
    initializers::Initializer,
    input_spec::TOKENS,
    keras_config,
    limits::{self, Checks, Limits},
    option_kinds::resolve_axis,
    projection::Projection,
    regularizers::Regularizer,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "MultiHeadAttention",
    aliases: &[],
    about: "each step of the query looks at the steps of the value, in several heads",
    options: MultiHeadAttention::options,
    read: read_config,
};

keras_config! {
    /// Multi-head attention, called with query, value and, if it is another one, key. Keywords of a call:
    /// `attention_mask` (B, T, S), `value_mask`, `key_mask`, `use_causal_mask`, `return_attention_scores`.
    ///
    /// ```
    /// use regimen_nn::layers::MultiHeadAttention;
    /// let layer = MultiHeadAttention::new(4usize, 16usize).dropout(0.1);
    /// assert_eq!(layer.num_heads * layer.key_dim, 64);
    /// ```
    pub struct MultiHeadAttention(
        /// Number of heads.
        num_heads: usize,
        /// Size of query and key per head.
        key_dim: usize,
    ) {
        /// Size of the value per head. Default `key_dim`.
        value_dim: Option<usize> = None,
        /// Part of the scores to drop while training.
        dropout: f64 = 0.0,
        /// Whether biases are added. Default true.
        use_bias: bool = true,
        /// Whether the heads' output is multiplied by a trained gate of the query. Default false.
        use_gate: bool = false,
        /// Sizes of the output in place of the query's last axis. Default the query's.
        output_shape: Option<PerAxis> = None,
        /// Axes that attend. Default all between batch and features.
        attention_axes: Option<Axes> = None,
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
    limits::read::<MultiHeadAttention>(o)
}

impl Limits for MultiHeadAttention {
    fn limits(&self) -> Checks {
        Checks::new()
            .at_least_one("num_heads", self.num_heads)
            .at_least_one("key_dim", self.key_dim)
            .at_least_one("value_dim", self.value_dim.unwrap_or(1))
            .at_least_one("sliding_window", self.sliding_window.unwrap_or(1))
            .fraction("dropout", self.dropout)
    }
}

impl MultiHeadAttention {
    /// The axes that attend, or what is wrong with the inputs.
    fn check(&self, given: &Given) -> Result<Vec<usize>, Fault> {
        let [q, v, k] = [&given.query.x, &given.value.x, &given.key.x];
        let found = format!("query {}, value {}, key {}", q.ty(), v.ty(), k.ty());
        if [q, v, k].iter().any(|x| !x.dtype().is_float()) {
            return Err(Fault::new(found, "float inputs", TOKENS));
        }
        let rank = q.rank();
        if rank < 3 || v.rank() != rank || k.rank() != rank {
            let expected = "query (B, T, E), value (B, S, F), key (B, S, G), of as many axes each";
            let mend = "Sequences need (steps, features): keep all steps with return_sequences=True before.";
            return Err(Fault::new(found, expected, mend));
        }
        let (v_shape, k_shape) = (v.shape(), k.shape());
        if v_shape[..rank - 1] != k_shape[..rank - 1] || q.dim(0) != v.dim(0) {
            let expected = "one batch size, and value and key of equal sizes but for the last";
            return Err(Fault::new(
                found,
                expected,
                "Take value and key from the same sequence.",
            ));
        }
        let axes = match &self.attention_axes {
            None => Some((1..rank - 1).collect()),
            // Keras counts negative axes of the projected value's batch and steps.
            Some(axes) => axes
                .0
                .iter()
                .map(|&a| resolve_axis(a, rank))
                .collect::<Option<Vec<_>>>(),
        };
        let fits = |axes: &Vec<usize>| {
            let inner = |i: usize| axes.contains(&i) || q.dim(i as isize) == v.dim(i as isize);
            !axes.is_empty()
                && axes.iter().all(|&a| a > 0 && a < rank - 1)
                && (1..rank - 1).all(inner)
        };
        axes.filter(fits).ok_or_else(|| {
            let asked = self
                .attention_axes
                .as_ref()
                .map_or("all".to_string(), |a| format!("{:?}", a.0));
            Fault::new(
                format!("{found}, attention_axes {asked}"),
                format!(
                    "axes from 1 to {}, and equal sizes of query and value along the others",
                    rank - 2
                ),
                "Choose the axes of steps, without batch and features.",
            )
        })
    }

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

    fn output_sizes(&self, query: &Var) -> Vec<usize> {
        self.output_shape
            .as_ref()
            .map_or(vec![query.dim(-1)], |o| o.0.clone())
    }

    /// Output and scores as they would be without a fault, of no meaning.
    fn meant(&self, s: &mut Scope, given: &Given) -> (Var, Option<Var>) {
        let query = &given.query.x;
        let outer = &query.shape()[..query.rank().saturating_sub(1)];
        let output = Type::new(DType::F32, [outer, &self.output_sizes(query)].concat());
        let steps = [
            query.dim(0),
            self.num_heads,
            query.dim(1),
            given.value.x.dim(1),
        ];
        let scores = Type::new(DType::F32, steps.to_vec());
        (
            s.builder().placeholder(output),
            Some(s.builder().placeholder(scores)),
        )
    }

    /// Output and scores.
    fn attend(&self, s: &mut Scope, given: &Given, axes: &[usize]) -> (Var, Option<Var>) {
        let projection = self.projection();
        let x = &given.query.x;
        let queries = [self.num_heads, self.key_dim];
        let values = [self.num_heads, self.value_dim.unwrap_or(self.key_dim)];
        // Keras's order of weights: the gate stands between key and value.
        let query = projection.apply(s, "query", x, &queries, 1);
        let key = projection.apply(s, "key", &given.key.x, &queries, 1);
        let gate = self
            .use_gate
            .then(|| projection.gate(s, "gate", x, &values));
        let value = projection.apply(s, "value", &given.value.x, &values, 1);
        if [&query, &key, &value].iter().any(|v| v.is_broken()) {
            return self.meant(s, given);
        }
        let attending = Attending {
            class_name: "MultiHeadAttention",
            dropout: self.dropout,
            seed: self.seed,
            window: self.sliding_window,
        };
        let layout = Layout::new(query.rank(), axes);
        let (mut y, scores) = attending.attend(s, given, &layout, [&query, &key, &value]);
        if let Some(gate) = gate {
            y = y * gate;
        }
        let out = self.output_sizes(x);
        let y = projection.apply(s, "attention_output", &y, &out, 2);
        (y, scores)
    }
}

impl Layer for MultiHeadAttention {
    fn class_name(&self) -> &'static str {
        "MultiHeadAttention"
    }

    fn config(&self) -> Map<String, Json> {
        let mut map = self.write();
        map.insert(
            "value_dim".to_string(),
            self.value_dim.unwrap_or(self.key_dim).into(),
        );
        map
    }

    fn arity(&self) -> (usize, usize) {
        (0, 3)
    }

    fn masks(&self) -> crate::Masks {
        crate::Masks::Deleted
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let Some(given) = Given::read(call) else {
            return vec![Given::missing(s, "MultiHeadAttention")];
        };
        let (y, scores) = match self.check(&given) {
            Ok(axes) => self.attend(s, &given, &axes),
            Err(fault) => {
                s.builder().fault("MultiHeadAttention", fault);
                self.meant(s, &given)
            }
        };
        let mask = given.query.mask.clone();
        given.results(y, scores, mask)
    }
}
