//! TextVectorization: texts to the numbers of their words.
//!
//!   texts (B, 1) or (B) -> ids int32 (B, T), 0 padding, 1 unknown; or one place per word: (B, N) float32
//!
//! A text is standardized, split, joined to n-grams, and looked up, on the host, before the graph. Follows
//! keras/src/layers/preprocessing/text_vectorization.py.

use serde_json::{Map, Value as Json};

use crate::host::vocabulary::{Counts, Lookup, bucket, no_file, utf8};
use crate::host::{
    self, Adapter, HostFault, HostInfo, HostLayer, HostValue, OutputMode, Split, Standardize,
    Texts, single,
};
use crate::{
    Call, Configured, Layer, LayerDef, OptionValue, Options, Scope, Value, keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "TextVectorization",
    aliases: &[],
    about: "texts to the numbers of their words",
    options: TextVectorization::options,
    read: read_config,
};

const NAME: &str = "TextVectorization";

/// Widths of n-grams: all up to a number, or those of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ngrams {
    /// 1 to this width.
    UpTo(usize),
    /// These widths.
    Widths(Vec<usize>),
}

impl Ngrams {
    fn widths(&self) -> Vec<usize> {
        match self {
            Ngrams::UpTo(most) => (1..=*most).collect(),
            Ngrams::Widths(list) => list.clone(),
        }
    }
}

impl OptionValue for Ngrams {
    const KIND: &'static str = "integer or list of integers";

    fn read(value: &Json) -> Result<Ngrams, String> {
        match value {
            Json::Array(_) => Vec::<usize>::read(value).map(Ngrams::Widths),
            one => usize::read(one).map(Ngrams::UpTo),
        }
    }

    fn write(&self) -> Json {
        match self {
            Ngrams::UpTo(most) => most.write(),
            Ngrams::Widths(list) => list.write(),
        }
    }
}

impl From<usize> for Ngrams {
    fn from(most: usize) -> Ngrams {
        Ngrams::UpTo(most)
    }
}

keras_config! {
    /// Maps texts to the numbers of their words, by a vocabulary that is given, or learnt from data.
    ///
    /// ```
    /// use regimen_nn::{Layer, layers::TextVectorization, host::{Texts, adapt}};
    /// let texts = || Texts::column(["The cat sat.", "the dog"]).into();
    /// let layer = adapt(&TextVectorization::new().output_sequence_length(4usize), &[texts()]).unwrap();
    /// let ids = layer.host().unwrap().apply(&[texts()]).unwrap();
    /// // [UNK] is 1, the most frequent word 2, words of equal count from z to a.
    /// assert_eq!(ids.numbers().unwrap().to_f64(), [2.0, 5.0, 3.0, 0.0, 2.0, 4.0, 0.0, 0.0]);
    /// ```
    pub struct TextVectorization() {
        /// Most indices, the two special ones included. Default: as many as there are words.
        max_tokens: Option<usize> = None,
        /// What is done to a text first. Default lower letters without punctuation, both of ASCII.
        standardize: Option<Standardize> = Some(Standardize::LowerAndStripPunctuation),
        /// Where a text is split. Default at whitespace.
        split: Option<Split> = Some(Split::Whitespace),
        /// Widths of n-grams. Default: words alone.
        ngrams: Option<Ngrams> = None,
        /// What becomes of ids. Default int.
        output_mode: OutputMode = OutputMode::Int,
        /// Ids of a text in mode int, cut or padded at the end. Default: those of the longest text of a call.
        output_sequence_length: Option<usize> = None,
        /// Whether the output has `max_tokens` places, however many words there are. Default false.
        pad_to_max_tokens: bool = false,
        /// The words in order. Default: learnt.
        vocabulary: Option<Vec<String>> = None,
        /// Weights of the words for tf_idf.
        idf_weights: Option<Vec<f64>> = None,
        /// Encoding of texts: `utf-8`, the one that texts have here.
        encoding: String = "utf-8".to_string(),
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    host::dense_only(o);
    // Keras's own record of what the vocabulary says.
    for name in ["vocabulary_size", "has_input_vocabulary"] {
        o.skip(name);
    }
    no_file(o);
    limits::read::<TextVectorization>(o)
}

/// Texts as tokens: the sizes before the axis of tokens, and the tokens of each place there.
struct Cut {
    lead: Vec<usize>,
    tokens: Vec<Vec<String>>,
}

impl TextVectorization {
    fn special() -> (String, String) {
        (String::new(), "[UNK]".to_string())
    }

    fn with_lookup<R>(&self, f: impl FnOnce(&Lookup<'_, String>) -> R) -> R {
        let (mask, oov) = TextVectorization::special();
        f(&Lookup {
            class_name: NAME,
            max_tokens: self.max_tokens,
            num_oov_indices: 1,
            mask_token: Some(&mask),
            oov_token: Some(&oov),
            vocabulary: self.vocabulary.as_deref(),
            idf_weights: self.idf_weights.as_deref(),
            mode: self.output_mode,
            invert: false,
            pad_to_max_tokens: self.pad_to_max_tokens,
        })
    }

    /// The vocabulary with its special tokens, as Keras's `get_vocabulary()`.
    pub fn get_vocabulary(&self) -> Vec<String> {
        self.with_lookup(|lookup| lookup.full(&String::new()))
    }

    /// The vocabulary of a text file, one word a line.
    pub fn vocabulary_lines(self, text: &str) -> TextVectorization {
        self.vocabulary(text.lines().map(str::to_string).collect::<Vec<_>>())
    }

    fn cut(&self, texts: &Texts) -> Result<Cut, HostFault> {
        let widths = self.ngrams.as_ref().map(Ngrams::widths);
        let (standardize, split) = (self.standardize, self.split);
        let mut lead = texts.shape.clone();
        let tokens = |words| host::tokens(words, widths.as_deref());
        if split.is_some() {
            if lead.len() > 1 && lead.pop() != Some(1) {
                return Err(split_axis(&texts.shape[1..]));
            }
            let cut = |text: &String| tokens(host::cut(text, standardize, split));
            let tokens = texts.data.iter().map(cut).collect();
            return Ok(Cut { lead, tokens });
        }
        let length = lead.pop().unwrap_or(1).max(1);
        let whole = |row: &[String]| {
            let words = row
                .iter()
                .flat_map(|text| host::cut(text, standardize, None));
            tokens(words.collect())
        };
        let tokens = texts.data.chunks(length).map(whole).collect();
        Ok(Cut { lead, tokens })
    }
}

fn split_axis(row: &[usize]) -> HostFault {
    HostFault::new(
        NAME,
        format!("rows of texts of shape {row:?}"),
        "one text a row, because `split` cuts it",
        "Feed one column, or set `split` to null.",
    )
}

/// Ids that a text may be padded to.
const MOST_WORDS: usize = 1 << 20;

impl Limits for TextVectorization {
    fn limits(&self) -> Checks {
        let length = self.output_sequence_length;
        let zero = |n: &Ngrams| n.widths().contains(&0) || n.widths().is_empty();
        self.with_lookup(|lookup| lookup.checks())
            .also(utf8(&self.encoding))
            .holds(
                length.is_none() || self.output_mode == OutputMode::Int,
                "output_sequence_length",
                length.map_or(String::new(), |n| n.to_string()),
                "null, because `output_mode` is not int",
            )
            .holds(
                length.is_none_or(|n| n <= MOST_WORDS),
                "output_sequence_length",
                length.map_or(String::new(), |n| n.to_string()),
                &format!("at most {MOST_WORDS}: every text gets so many ids"),
            )
            .holds(
                !self.ngrams.as_ref().is_some_and(zero),
                "ngrams",
                self.ngrams.write(),
                "widths of 1 or more",
            )
            .holds(
                self.output_mode != OutputMode::OneHot || self.split.is_none(),
                "output_mode",
                "one_hot with `split`",
                "multi_hot, or `split` null: texts of several lengths make no array of places",
            )
    }
}

impl Layer for TextVectorization {
    fn class_name(&self) -> &'static str {
        NAME
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        host::not_in_graph(s, NAME, call)
    }

    fn host(&self) -> Option<&dyn HostLayer> {
        Some(self)
    }
}

impl HostLayer for TextVectorization {
    fn host_only(&self) -> bool {
        true
    }

    fn idf_weights(&self) -> Option<Vec<f32>> {
        self.with_lookup(|lookup| lookup.idf_weights())
    }

    fn apply(&self, inputs: &[HostValue]) -> Result<HostValue, HostFault> {
        let Cut { lead, tokens } = self.cut(single(NAME, inputs)?.need_texts(NAME)?)?;
        self.with_lookup(|lookup| {
            lookup.ready()?;
            let hashed = |word: &String| bucket(word.as_bytes(), 1, None);
            let all = lookup.indices(tokens.iter().flatten(), hashed)?;
            let mut rest = all.as_slice();
            let rows: Vec<&[i64]> = tokens
                .iter()
                .map(|words| {
                    let (row, more) = rest.split_at(words.len());
                    rest = more;
                    row
                })
                .collect();
            let mode = self.output_mode;
            let longest = rows.iter().map(|row| row.len()).max().unwrap_or(0);
            let length = match (mode, self.output_sequence_length) {
                (OutputMode::Int, Some(length)) => length,
                _ => longest,
            };
            // Outside mode int, what pads is counted nowhere.
            let pad = if mode == OutputMode::Int { 0 } else { i64::MAX };
            let padded: Vec<i64> = rows
                .iter()
                .flat_map(|row| {
                    let kept = row.iter().copied().chain(std::iter::repeat(pad));
                    kept.take(length)
                })
                .collect();
            let shape: Vec<usize> = lead.iter().copied().chain([length]).collect();
            Ok(mode
                .encode(&shape, &padded, lookup.depth(), &lookup.idf())
                .into())
        })
    }

    fn output(&self, inputs: &[HostInfo]) -> Result<HostInfo, HostFault> {
        let input = single(NAME, inputs)?;
        host::expect_texts(NAME, input, true)?;
        let mut shape = input.shape.clone();
        match (self.split, shape.pop()) {
            (Some(_), None | Some(Some(1))) => shape.push(None),
            (Some(_), Some(other)) => return Err(split_axis(&[other.unwrap_or(0)])),
            (None, last) => shape.extend(last),
        }
        if let (None, Some(last), Some(_)) = (self.split, shape.last_mut(), &self.ngrams) {
            *last = None;
        }
        if let (OutputMode::Int, Some(length), Some(last)) = (
            self.output_mode,
            self.output_sequence_length,
            shape.last_mut(),
        ) {
            *last = Some(length);
        }
        let input = HostInfo { shape, dtype: None };
        let depth = self.with_lookup(|lookup| {
            (!lookup.lacks() || self.pad_to_max_tokens).then(|| lookup.depth())
        });
        host::encoded(NAME, self.output_mode, &input, depth)
    }

    fn adapter(&self) -> Option<Box<dyn Adapter>> {
        self.vocabulary.is_none().then(|| {
            let (layer, counts) = (self.clone(), Counts::new());
            Box::new(Learning { layer, counts }) as Box<dyn Adapter>
        })
    }
}

/// A layer that is learning its vocabulary.
struct Learning {
    layer: TextVectorization,
    counts: Counts<String>,
}

impl Adapter for Learning {
    fn see(&mut self, batch: &HostValue) -> Result<(), HostFault> {
        for row in self.layer.cut(batch.need_texts(NAME)?)?.tokens {
            self.counts.row(row.into_iter());
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Box<dyn Layer>, HostFault> {
        let counts = self.counts;
        let learnt = self.layer.with_lookup(|lookup| counts.learn(lookup))?;
        let idf = (self.layer.output_mode == OutputMode::TfIdf).then_some(learnt.idf);
        let layer = self.layer.vocabulary(learnt.tokens).idf_weights(idf);
        Ok(Box::new(layer))
    }
}
