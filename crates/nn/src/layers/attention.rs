//! Attention: each step of the query looks at the steps of the value, by scalar products with the key.
//!
//!   query (B, T, D), value (B, S, V), key (B, S, D) -> y (B, T, V), and scores (B, T, S) when asked for
//!   y = softmax(scores) · value;  dot: scale · q · kᵀ, concat: w · Σ_d tanh(scale · (q + k))
//!
//! Luong et al. 2015. Follows keras/src/layers/attention/attention.py.

use regimen_graph::Var;
use serde_json::{Map, Value as Json};

use crate::{
    Call, Configured, Layer, LayerDef, OptionValue, Scope, Value, WeightOptions,
    initializers::Initializer,
    keras_config,
    limits::{self, Checks, Limits},
    option_kinds::choice,
    sequence_attention::Sequences,
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "Attention",
    aliases: &[],
    about: "each step of the query looks at the steps of the value",
    options: Attention::options,
    read: limits::read::<Attention>,
};

keras_config! {
    /// Dot-product attention, called with a list of query, value and, if it is another one, key. The mask of the query
    /// hides outputs, the mask of the value hides steps. Keywords of a call: `use_causal_mask`,
    /// `return_attention_scores`.
    ///
    /// ```
    /// use regimen_nn::layers::{Attention, ScoreMode};
    /// let layer = Attention::new().use_scale(true).score_mode(ScoreMode::Concat);
    /// assert!(layer.use_scale);
    /// ```
    pub struct Attention() {
        /// Whether the scores are multiplied by a trained number. Default false.
        use_scale: bool = false,
        /// How query and key become a score. Default `dot`.
        score_mode: ScoreMode = ScoreMode::Dot,
        /// Part of the scores to drop while training.
        dropout: f64 = 0.0,
        /// Seed of this layer's draws; without one they depend on the run's.
        seed: Option<i64> = None,
    }
}

/// How query and key become a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoreMode {
    /// Their scalar product.
    Dot,
    /// The sum of tanh of their sum.
    Concat,
}

impl OptionValue for ScoreMode {
    const KIND: &'static str = "`dot` or `concat`";

    fn read(value: &Json) -> Result<ScoreMode, String> {
        choice(value, &["dot", "concat"], |name| match name {
            "dot" => Some(ScoreMode::Dot),
            "concat" => Some(ScoreMode::Concat),
            _ => None,
        })
    }

    fn write(&self) -> Json {
        match self {
            ScoreMode::Dot => "dot",
            ScoreMode::Concat => "concat",
        }
        .into()
    }
}

impl Limits for Attention {
    fn limits(&self) -> Checks {
        Checks::new().fraction("dropout", self.dropout)
    }
}

/// A weight that is one number, one at first.
fn number(s: &mut Scope, name: &str) -> Var {
    s.weight(
        name,
        &[],
        &Initializer::named("ones"),
        WeightOptions::default(),
    )
}

impl Attention {
    fn scale(&self, s: &mut Scope) -> Option<Var> {
        self.use_scale.then(|| number(s, "scale"))
    }

    fn scores(&self, s: &mut Scope, given: &Sequences) -> Var {
        let scale = self.scale(s);
        if self.score_mode == ScoreMode::Dot {
            let scores = given.query.x.matmul_with(&given.key, false, true);
            return scale.map_or(scores.clone(), |scale| scores * scale);
        }
        let weight = number(s, "concat_score_weight");
        let (q, k) = given.pairs();
        let sum = q + k;
        let scaled = scale.map_or(sum.clone(), |scale| sum * scale);
        scaled.tanh().sum(&[-1], false) * weight
    }
}

impl Layer for Attention {
    fn class_name(&self) -> &'static str {
        "Attention"
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
            s.builder().fault("Attention", fault);
            return given.meant(s);
        }
        let drops = self.dropout > 0.0 && s.training();
        if self.score_mode == ScoreMode::Dot && !drops && given.is_plain() {
            let scale = self.scale(s);
            return given.attend(scale);
        }
        let scores = self.scores(s, &given);
        given.answer(s, &scores, self.dropout, self.seed)
    }
}
