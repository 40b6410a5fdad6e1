//! Embedding: a trained row of numbers per id.
//!
//!   ids (B, ...) -> y (B, ..., D);  y = E[id], E (V, D)
//!
//! Ids outside 0..V give rows of NaN, so that they are seen. Follows keras/src/layers/core/embedding.py.

use regimen_graph::{DType, Var, ops::Distribution};
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
        /// Share of the words whose rows are dropped while training, one choice per word and batch: Keras 1's, not an option of today's.
        dropout: f64 = 0.0,
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
            .holds(
                (0.0..1.0).contains(&self.dropout),
                "dropout",
                self.dropout,
                "a number from 0 to below 1",
            )
    }
}

impl Layer for Embedding {
    fn class_name(&self) -> &'static str {
        "Embedding"
    }

    fn config(&self) -> Map<String, Json> {
        let mut config = self.write();
        // A name of Keras 1: written, it would say that the config is one of that version.
        if self.dropout == 0.0 {
            config.shift_remove("dropout");
        }
        config
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        let ids = &call.inputs[0].x;
        let options = WeightOptions::of(&self.embeddings_regularizer, &self.embeddings_constraint);
        let shape = [self.input_dim, self.output_dim];
        let table = s.weight("embeddings", &shape, &self.embeddings_initializer, options);
        let mut y = table.gather(&whole_ids(ids));
        if let Some(factors) = self.word_factors(s) {
            y = y * factors.gather(&whole_ids(ids)).expand_dims(-1);
        }
        s.add_activity_loss(&self.activity_regularizer, &y);
        let mask = self.mask_zero.then(|| not_padding(ids));
        vec![Value { x: y, mask }]
    }
}

impl Embedding {
    /// 1 / keep or 0 for each word (V), where words are dropped.
    fn word_factors(&self, s: &mut Scope) -> Option<Var> {
        let keep = 1.0 - self.dropout;
        let drops = s.training() && self.dropout > 0.0 && keep > 0.0;
        drops.then(|| {
            s.random(Distribution::Bernoulli { p: keep }, &[self.input_dim]) * (1.0 / keep)
        })
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use regimen_graph::{Builder, InputKind, Plain, Type, evaluate};

    use super::*;
    use crate::{Mode, SEED, STEP};

    /// Rows of ones for the ids 0, 0, 1, 1, ... with a share of the words dropped.
    fn rows(mode: Mode) -> Vec<f64> {
        const WORDS: usize = 400;
        let builder = Builder::new();
        let ty = Type::new(DType::I32, vec![2 * WORDS]);
        let ids = builder.input("ids", ty, InputKind::Feed);
        let mut scope = Scope::new(&builder, mode);
        let layer = Embedding::new(WORDS, 1usize).dropout(0.3);
        let y = layer.forward(&mut scope, &Call::of(ids.into())).remove(0).x;
        let graph = builder.finish(&[("y", y)], &[]).unwrap();
        let known = [
            (
                "ids",
                Plain::new(
                    vec![2 * WORDS],
                    (0..2 * WORDS).map(|i| (i / 2) as f64).collect(),
                ),
            ),
            ("embeddings", Plain::full(&[WORDS, 1], 1.0)),
            (SEED, Plain::new(vec![], vec![3.0])),
            (STEP, Plain::new(vec![], vec![0.0])),
        ];
        let values: BTreeMap<String, Plain> =
            known.map(|(name, value)| (name.to_string(), value)).into();
        evaluate(&graph, &values).unwrap().remove("y").unwrap().data
    }

    #[test]
    fn dropped_words_are_gone_wherever_they_stand() {
        let y = rows(Mode::Training);
        assert!(y.chunks(2).all(|pair| pair[0] == pair[1]));
        assert!(y.iter().all(|v| *v == 0.0 || (v - 1.0 / 0.7).abs() < 1e-6));
        let gone = y.iter().filter(|v| **v == 0.0).count() as f64 / y.len() as f64;
        assert!(
            (gone - 0.3).abs() < 4.0 * (0.3f64 * 0.7 / 400.0).sqrt(),
            "{gone}"
        );
        assert!(rows(Mode::Inference).iter().all(|v| *v == 1.0));
    }
}
