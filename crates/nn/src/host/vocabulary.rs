//! Vocabularies: tokens to indices and back, learnt from data by how often tokens occur.
//!
//!   indices: mask token (0, mode int only) | out of vocabulary (num_oov_indices) | tokens, most frequent first
//!
//! What StringLookup, IntegerLookup and TextVectorization share. Follows keras/src/layers/preprocessing/index_lookup.py.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde_json::Value as Json;

use crate::OptionValue;
use crate::host::{HostFault, OutputMode, fingerprint64, siphash};
use crate::limits::Checks;

/// Key of a salted hash: one whole number for both words, or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub u64, pub u64);

impl OptionValue for Salt {
    const KIND: &'static str = "integer or two";

    fn read(value: &Json) -> Result<Salt, String> {
        // Negative numbers stand for their 64 bits.
        let word = |v: &Json| v.as_u64().or(v.as_i64().map(|v| v as u64));
        let found = match value {
            Json::Array(pair) if pair.len() == 2 => word(&pair[0]).zip(word(&pair[1])),
            one => word(one).map(|w| (w, w)),
        };
        let (a, b) = found.ok_or("expected a whole number, or two of them")?;
        Ok(Salt(a, b))
    }

    fn write(&self) -> Json {
        vec![self.0, self.1].into()
    }
}

impl From<u64> for Salt {
    fn from(word: u64) -> Salt {
        Salt(word, word)
    }
}

/// The bucket of some bytes: salted SipHash, or FarmHash.
pub(crate) fn bucket(bytes: &[u8], buckets: usize, salt: Option<Salt>) -> i64 {
    let hash = match salt {
        Some(Salt(a, b)) => siphash((a, b), bytes),
        None => fingerprint64(bytes),
    };
    (hash % buckets.max(1) as u64) as i64
}

/// A token of a vocabulary.
pub(crate) trait Token: Ord + Clone + Display {}
impl Token for String {}
impl Token for i64 {}

/// The options of a lookup layer.
pub(crate) struct Lookup<'a, T> {
    pub class_name: &'static str,
    pub max_tokens: Option<usize>,
    pub num_oov_indices: usize,
    pub mask_token: Option<&'a T>,
    pub oov_token: Option<&'a T>,
    pub vocabulary: Option<&'a [T]>,
    pub idf_weights: Option<&'a [f64]>,
    pub mode: OutputMode,
    pub invert: bool,
    pub pad_to_max_tokens: bool,
}

impl<'a, T: Token> Lookup<'a, T> {
    fn oov_start(&self) -> usize {
        usize::from(self.mask_token.is_some() && self.mode == OutputMode::Int)
    }

    /// Index of the first token.
    pub fn token_start(&self) -> usize {
        self.oov_start() + self.num_oov_indices
    }

    /// Mask token and out-of-vocabulary tokens, where each has a token.
    fn special(&self) -> Option<Vec<&'a T>> {
        let mask = self.mask_token.filter(|_| self.oov_start() > 0);
        let mut special: Vec<&T> = mask.into_iter().collect();
        for _ in 0..self.num_oov_indices {
            special.push(self.oov_token?);
        }
        Some(special)
    }

    /// Whether the given vocabulary begins with the special tokens.
    fn starts_special(&self) -> bool {
        let given = self.vocabulary.unwrap_or_default();
        self.special().is_some_and(|special| {
            given.len() >= special.len() && given.iter().zip(&special).all(|(a, b)| a == *b)
        })
    }

    /// The tokens without special ones.
    pub fn tokens(&self) -> &'a [T] {
        let given = self.vocabulary.unwrap_or_default();
        match self.starts_special() {
            true => &given[self.token_start()..],
            false => given,
        }
    }

    /// Keras's `get_vocabulary()`: special tokens first, an empty text or 0 where one has no token.
    pub fn full(&self, none: &T) -> Vec<T> {
        let mask = self.mask_token.filter(|_| self.oov_start() > 0);
        let oov = self.oov_token.unwrap_or(none);
        mask.into_iter()
            .chain(std::iter::repeat_n(oov, self.num_oov_indices))
            .chain(self.tokens())
            .cloned()
            .collect()
    }

    /// Places of an output that has one per index.
    pub fn depth(&self) -> usize {
        match (self.pad_to_max_tokens, self.max_tokens) {
            (true, Some(most)) => most,
            _ => self.token_start() + self.tokens().len(),
        }
    }

    /// Weights of all places for tf_idf.
    pub fn idf(&self) -> Vec<f32> {
        let given = self.idf_weights.unwrap_or_default();
        let front = match self.starts_special() {
            true => 0,
            false => self.token_start(),
        };
        let mean = given.iter().sum::<f64>() / given.len().max(1) as f64;
        let mut all: Vec<f32> = std::iter::repeat_n(mean, front)
            .chain(given.iter().copied())
            .map(|w| w as f32)
            .collect();
        all.resize(self.depth(), 0.0);
        all
    }

    /// The same, where the layer has a vocabulary and weighs by it.
    pub fn idf_weights(&self) -> Option<Vec<f32>> {
        (self.mode == OutputMode::TfIdf && !self.lacks()).then(|| self.idf())
    }

    /// Whether data has still to tell the vocabulary.
    pub fn lacks(&self) -> bool {
        self.vocabulary.is_none()
    }

    /// What must hold of the options.
    pub fn checks(&self) -> Checks {
        let most = self.max_tokens;
        let shown = |v: Option<usize>| v.map_or("null".to_string(), |v| v.to_string());
        let mode = self.mode;
        let idf = self.idf_weights;
        let checks = Checks::new()
            .places("num_oov_indices", self.num_oov_indices)
            .within_int32("max_tokens", most.unwrap_or(0));
        if !checks.0.is_empty() {
            return checks;
        }
        let padded = most.filter(|_| self.pad_to_max_tokens && mode != OutputMode::Int);
        checks
            .places("max_tokens", padded.unwrap_or(0))
            .holds(
                most.is_none_or(|m| m > 1),
                "max_tokens",
                shown(most),
                "a whole number above 1, or null",
            )
            .holds(
                !self.pad_to_max_tokens || most.is_some(),
                "pad_to_max_tokens",
                "true without `max_tokens`",
                "`max_tokens` beside it",
            )
            .holds(
                !self.invert || mode == OutputMode::Int,
                "output_mode",
                format!("{} with `invert`", mode.name()),
                "int: inverted indices are tokens",
            )
            .holds(
                idf.is_none() || mode == OutputMode::TfIdf,
                "idf_weights",
                format!("weights with output_mode {}", mode.name()),
                "output_mode `tf_idf`",
            )
            .holds(
                idf.is_none() || self.vocabulary.is_some(),
                "idf_weights",
                "weights without a vocabulary",
                "`vocabulary`, of the same length",
            )
            .also(self.vocabulary_checks())
    }

    fn vocabulary_checks(&self) -> Checks {
        let Some(given) = self.vocabulary else {
            return Checks::new();
        };
        let tokens = self.tokens();
        let mut sorted: Vec<&T> = tokens.iter().collect();
        sorted.sort();
        let twice = sorted.windows(2).find(|w| w[0] == w[1]).map(|w| w[0]);
        let holds_mask = self.mask_token.is_some_and(|m| tokens.contains(m));
        let holds_oov = self.invert && self.oov_token.is_some_and(|o| tokens.contains(o));
        let size = self.token_start() + tokens.len();
        let weights = self.idf_weights.map(<[f64]>::len);
        let tf_idf = self.mode == OutputMode::TfIdf;
        Checks::new()
            .holds(
                !given.is_empty(),
                "vocabulary",
                "an empty list",
                "one token at least",
            )
            .holds(
                twice.is_none(),
                "vocabulary",
                twice.map_or(String::new(), |t| format!("`{t}` twice")),
                "each token once",
            )
            .holds(
                !holds_mask && !holds_oov,
                "vocabulary",
                "the mask token or the out-of-vocabulary token among the others",
                "neither, or both at the start, the mask token first",
            )
            .holds(
                self.max_tokens.is_none_or(|most| size <= most),
                "vocabulary",
                format!("{size} indices, special ones included"),
                "at most `max_tokens`",
            )
            .holds(
                !tf_idf || weights == Some(given.len()),
                "idf_weights",
                weights.map_or("none".to_string(), |n| {
                    format!("{n} weights for {} tokens", given.len())
                }),
                "one weight per token of `vocabulary`",
            )
    }

    /// The fault of a layer that has no vocabulary yet.
    pub fn ready(&self) -> Result<(), HostFault> {
        match self.lacks() && !(self.mode == OutputMode::Int || self.pad_to_max_tokens) {
            false => Ok(()),
            true => Err(HostFault::new(
                self.class_name,
                "no vocabulary",
                "a vocabulary",
                "Give `vocabulary`, or adapt the layer to data.",
            )),
        }
    }

    /// Indices of tokens; `hashed` gives the bucket of a token that the vocabulary lacks. Masked tokens count nowhere but in
    /// mode int.
    pub fn indices<'t>(
        &self,
        tokens: impl Iterator<Item = &'t T>,
        hashed: impl Fn(&T) -> i64,
    ) -> Result<Vec<i64>, HostFault>
    where
        T: 't,
    {
        let start = self.token_start() as i64;
        let known: BTreeMap<&T, i64> = self.tokens().iter().zip(start..).collect();
        let mut lost: Vec<String> = vec![];
        let index = |token: &T| {
            if self.mask_token == Some(token) {
                return if self.mode == OutputMode::Int {
                    0
                } else {
                    i64::MAX
                };
            }
            known.get(token).copied().unwrap_or_else(|| {
                match self.num_oov_indices {
                    0 if lost.len() < 5 => lost.push(format!("`{token}`")),
                    0 => (),
                    1 => return self.oov_start() as i64,
                    _ => return self.oov_start() as i64 + hashed(token),
                }
                -1
            })
        };
        let found: Vec<i64> = tokens.map(index).collect();
        match lost.is_empty() {
            true => Ok(found),
            false => Err(HostFault::new(
                self.class_name,
                format!("{}, which the vocabulary lacks", lost.join(", ")),
                "tokens of the vocabulary, because `num_oov_indices` is 0",
                "Set `num_oov_indices = 1`, or put them into the vocabulary.",
            )),
        }
    }

    /// Tokens of indices; the out-of-vocabulary token where there is none.
    pub fn inverted(&self, indices: impl Iterator<Item = i64>, none: &T) -> Vec<T> {
        let oov = self.oov_token.unwrap_or(none);
        let start = self.token_start() as i64;
        let token = |index: i64| match self.mask_token {
            Some(mask) if index == 0 => mask.clone(),
            _ => {
                let at = usize::try_from(index - start).ok();
                at.and_then(|at| self.tokens().get(at))
                    .unwrap_or(oov)
                    .clone()
            }
        };
        indices.map(token).collect()
    }
}

/// How often tokens occur, and in how many rows.
#[derive(Debug)]
pub(crate) struct Counts<T> {
    all: BTreeMap<T, (u64, u64)>,
    rows: u64,
}

/// A vocabulary that was learnt, without special tokens, and its weights for tf_idf.
#[derive(Debug)]
pub(crate) struct Learnt<T> {
    pub tokens: Vec<T>,
    pub idf: Vec<f64>,
}

impl<T: Token> Counts<T> {
    /// Nothing seen yet.
    pub fn new() -> Counts<T> {
        Counts {
            all: BTreeMap::new(),
            rows: 0,
        }
    }

    /// The tokens of one row.
    pub fn row(&mut self, tokens: impl Iterator<Item = T>) {
        self.rows += 1;
        let mut seen = std::collections::BTreeSet::new();
        for token in tokens {
            let first = seen.insert(token.clone());
            let (count, rows) = self.all.entry(token).or_insert((0, 0));
            *count += 1;
            *rows += u64::from(first);
        }
    }

    /// The most frequent tokens, of equal ones the last in their order first; not the special ones.
    pub fn learn(mut self, lookup: &Lookup<'_, T>) -> Result<Learnt<T>, HostFault> {
        for special in lookup.mask_token.into_iter().chain(lookup.oov_token) {
            self.all.remove(special);
        }
        let mut sorted: Vec<(T, (u64, u64))> = self.all.into_iter().collect();
        sorted.sort_by(|a, b| (b.1.0, &b.0).cmp(&(a.1.0, &a.0)));
        if let Some(most) = lookup.max_tokens {
            sorted.truncate(most.saturating_sub(lookup.token_start()));
        }
        if sorted.is_empty() {
            return Err(HostFault::new(
                lookup.class_name,
                "data without a token",
                "tokens to learn a vocabulary from",
                "Feed data that has some, raise `max_tokens`, or give `vocabulary`.",
            ));
        }
        let documents = self.rows as f64;
        let idf = |rows: u64| f64::from((1.0 + documents / (1.0 + rows as f64)).ln() as f32);
        Ok(Learnt {
            idf: sorted.iter().map(|(_, (_, rows))| idf(*rows)).collect(),
            tokens: sorted.into_iter().map(|(token, _)| token).collect(),
        })
    }
}

/// Refuses a vocabulary that is the name of a file: layers read none.
pub(crate) fn no_file(o: &mut crate::Options<'_>) {
    if let Some(Json::String(file)) = o.raw("vocabulary") {
        let text = format!(
            "`vocabulary` is a list of tokens here, not the file \"{file}\": put its lines into the list, or in Rust \
             give them to `vocabulary_lines`"
        );
        o.error("vocabulary", text);
    }
}

/// Texts are UTF-8 here: whoever reads bytes decodes them.
pub(crate) fn utf8(encoding: &str) -> Checks {
    let ok = matches!(
        encoding.to_ascii_lowercase().as_str(),
        "utf-8" | "utf8" | "utf_8"
    );
    Checks::new().holds(
        ok,
        "encoding",
        encoding,
        "utf-8: texts are decoded where they are read",
    )
}
