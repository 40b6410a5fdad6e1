//! AdditiveAttention: each step of the query looks at the steps of the value, by a sum with the key.
//!
//!   query (B, T, D), value (B, S, V), key (B, S, D) -> y (B, T, V), and scores (B, T, S) when asked for
//!   y = softmax(scores) · value;  scores_ts = Σ_d scale_d tanh(query_td + key_sd)
//!
//! Bahdanau et al. 2015. Follows keras/src/layers/attention/additive_attention.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, Scope, Value, WeightOptions,
    initializers::Initializer,
    keras_config,
    limits::{self, Checks, Limits},
    sequence_attention::Sequences,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "AdditiveAttention",
    aliases: &[],
    about: "each step of the query looks at the steps of the value, by a sum",
    options: AdditiveAttention::options,
    read: limits::read::<AdditiveAttention>,
};

keras_config! {
    /// Additive attention, called with a list of query, value and, if it is another one, key. The mask of the query
    /// hides outputs, the mask of the value hides steps. Keywords of a call: `use_causal_mask`,
    /// `return_attention_scores`.
    ///
    /// ```
    /// use regimen_nn::layers::AdditiveAttention;
    /// assert!(AdditiveAttention::new().use_scale);
    /// ```
    pub struct AdditiveAttention() {
        /// Whether each feature has a trained factor. Default true.
        use_scale: bool = true,
        /// Part of the scores to drop while training.
        dropout: f64 = 0.0,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
    }
}

impl Limits for AdditiveAttention {
    fn limits(&self) -> Checks {
        Checks::new().fraction("dropout", self.dropout)
    }
}

impl AdditiveAttention {
    fn scores(&self, s: &mut Scope, given: &Sequences) -> Var {
        let (q, k) = given.pairs();
        let sum = (q + k).tanh();
        if !self.use_scale {
            return sum.sum(&[-1], false);
        }
        let glorot = Initializer::named("glorot_uniform");
        let sizes = [given.query.x.dim(-1)];
        let scale = s.weight("scale", &sizes, &glorot, WeightOptions::default());
        (sum * scale).sum(&[-1], false)
    }
}

impl Layer for AdditiveAttention {
    fn class_name(&self) -> &'static str {
        "AdditiveAttention"
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn arity(&self) -> (usize, usize) {
        (2, 3)
    }

    fn masks(&self) -> crate::Masks {
        crate::Masks::Argument
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let given = Sequences::read(call);
        if let Some(fault) = given.fault() {
            s.builder().fault("AdditiveAttention", fault);
            return given.meant(s);
        }
        let scores = self.scores(s, &given);
        given.answer(s, &scores, self.dropout, self.seed)
    }
}
