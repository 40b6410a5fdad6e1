//! StringLookup: texts to the numbers of a vocabulary, or back.
//!
//!   texts (B, ...) -> indices int32 (B, ...), or one place per token: (B, ..., N) float32
//!
//! Runs on the host, before the graph. Follows keras/src/layers/preprocessing/string_lookup.py and index_lookup.py.

use serde_json::{Map, Value as Json};

use crate::host::vocabulary::{Counts, Lookup, bucket};
use crate::host::{
    self, Adapter, HostFault, HostInfo, HostLayer, HostValue, OutputMode, Salt, Texts, single,
};
use crate::{
    Call, Configured, Layer, LayerDef, Options, Scope, Value, keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "StringLookup",
    aliases: &[],
    about: "texts to the numbers of a vocabulary, or back",
    options: StringLookup::options,
    read: read_config,
};

const NAME: &str = "StringLookup";

keras_config! {
    /// Maps texts to the numbers of a vocabulary that is given, or learnt from data.
    ///
    /// ```
    /// use regimen_nn::{Layer, layers::StringLookup, host::Texts};
    /// let words = ["a", "b", "c"].map(String::from).to_vec();
    /// let layer = StringLookup::new().vocabulary(words);
    /// let ids = layer.host().unwrap().apply(&[Texts::column(["c", "?", "a"]).into()]).unwrap();
    /// assert_eq!(ids.numbers().unwrap().to_f64(), [3.0, 0.0, 1.0]);
    /// ```
    pub struct StringLookup() {
        /// Most indices, special ones included. Default: as many as there are tokens.
        max_tokens: Option<usize> = None,
        /// Indices for tokens that the vocabulary lacks, chosen by a hash; 0 makes such tokens an error. Default 1.
        num_oov_indices: usize = 1,
        /// Token that stands for nothing: index 0 in mode int, counted nowhere else. Default none.
        mask_token: Option<String> = None,
        /// What `invert` gives for indices without a token. Default `[UNK]`.
        oov_token: Option<String> = Some("[UNK]".to_string()),
        /// The tokens in order. Default: learnt.
        vocabulary: Option<Vec<String>> = None,
        /// Weights of the tokens for tf_idf.
        idf_weights: Option<Vec<f64>> = None,
        /// Whether indices become tokens. Default false.
        invert: bool = false,
        /// What becomes of indices. Default int.
        output_mode: OutputMode = OutputMode::Int,
        /// Whether the output has `max_tokens` places, however many tokens there are. Default false.
        pad_to_max_tokens: bool = false,
        /// Encoding of texts: `utf-8`, the one that texts have here.
        encoding: String = "utf-8".to_string(),
        /// Key of the hash for tokens that the vocabulary lacks. Default: a hash without key.
        salt: Option<Salt> = None,
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    host::dense_only(o);
    // Keras's own record of what the vocabulary says, and options of integers that it writes with their defaults.
    o.skip("vocabulary_size");
    o.skip("has_input_vocabulary");
    let method = |v: &Json| ["floormod", "farmhash"].contains(&v.as_str().unwrap_or_default());
    limits::hint(o, "oov_method", method, "\"floormod\" or \"farmhash\"");
    let dtype = |v: &Json| ["string", "int64", "int32"].contains(&v.as_str().unwrap_or_default());
    limits::hint(
        o,
        "vocabulary_dtype",
        dtype,
        "\"string\", \"int64\" or \"int32\"",
    );
    host::vocabulary::no_file(o);
    limits::read::<StringLookup>(o)
}

impl StringLookup {
    fn lookup(&self) -> Lookup<'_, String> {
        Lookup {
            class_name: NAME,
            max_tokens: self.max_tokens,
            num_oov_indices: self.num_oov_indices,
            mask_token: self.mask_token.as_ref(),
            oov_token: self.oov_token.as_ref(),
            vocabulary: self.vocabulary.as_deref(),
            idf_weights: self.idf_weights.as_deref(),
            mode: self.output_mode,
            invert: self.invert,
            pad_to_max_tokens: self.pad_to_max_tokens,
        }
    }

    /// The vocabulary with its special tokens, as Keras's `get_vocabulary()`.
    pub fn get_vocabulary(&self) -> Vec<String> {
        self.lookup().full(&String::new())
    }

    /// The vocabulary of a text file, one token a line.
    pub fn vocabulary_lines(self, text: &str) -> StringLookup {
        self.vocabulary(text.lines().map(str::to_string).collect::<Vec<_>>())
    }
}

impl Limits for StringLookup {
    fn limits(&self) -> Checks {
        self.lookup()
            .checks()
            .also(host::vocabulary::utf8(&self.encoding))
    }
}

impl Layer for StringLookup {
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

impl HostLayer for StringLookup {
    fn host_only(&self) -> bool {
        true
    }

    fn idf_weights(&self) -> Option<Vec<f32>> {
        self.lookup().idf_weights()
    }

    fn apply(&self, inputs: &[HostValue]) -> Result<HostValue, HostFault> {
        let input = single(NAME, inputs)?;
        let lookup = self.lookup();
        lookup.ready()?;
        let shape = input.shape();
        if self.invert {
            let indices = host::integers(input.need_numbers(NAME)?);
            let data = lookup.inverted(indices.into_iter(), &String::new());
            return Ok(Texts {
                shape: shape.to_vec(),
                data,
            }
            .into());
        }
        let hashed = |text: &String| bucket(text.as_bytes(), self.num_oov_indices, self.salt);
        let indices = lookup.indices(input.need_texts(NAME)?.data.iter(), hashed)?;
        let encoded = self
            .output_mode
            .encode(shape, &indices, lookup.depth(), &lookup.idf());
        Ok(encoded.into())
    }

    fn output(&self, inputs: &[HostInfo]) -> Result<HostInfo, HostFault> {
        let input = single(NAME, inputs)?;
        host::expect_texts(NAME, input, !self.invert)?;
        if self.invert {
            return Ok(HostInfo {
                dtype: None,
                ..input.clone()
            });
        }
        let lookup = self.lookup();
        let depth = (!lookup.lacks() || self.pad_to_max_tokens).then(|| lookup.depth());
        host::encoded(NAME, self.output_mode, input, depth)
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
    layer: StringLookup,
    counts: Counts<String>,
}

impl Adapter for Learning {
    fn see(&mut self, batch: &HostValue) -> Result<(), HostFault> {
        let texts = batch.need_texts(NAME)?;
        for row in texts.data.chunks(host::row_length(&texts.shape)) {
            self.counts.row(row.iter().cloned());
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Box<dyn Layer>, HostFault> {
        let learnt = self.counts.learn(&self.layer.lookup())?;
        let idf = (self.layer.output_mode == OutputMode::TfIdf).then_some(learnt.idf);
        let layer = self.layer.vocabulary(learnt.tokens).idf_weights(idf);
        Ok(Box::new(layer))
    }
}
