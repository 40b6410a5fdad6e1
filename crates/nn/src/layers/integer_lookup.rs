//! IntegerLookup: integers to the numbers of a vocabulary, or back.
//!
//!   integers (B, ...) -> indices int32 (B, ...), or one place per token: (B, ..., N) float32
//!
//! In a graph a binary search over the sorted vocabulary; on the host where the layer hashes what the vocabulary lacks
//! (`oov_method = "farmhash"`), or refuses it (`num_oov_indices = 0`). Floats are cut to integers. Follows
//! keras/src/layers/preprocessing/integer_lookup.py and index_lookup.py.

use regimen_graph::{DType, Fault, Tensor, Var};
use serde_json::{Map, Value as Json};

use crate::host::vocabulary::{Counts, Lookup, bucket};
use crate::host::{
    self, Adapter, HostFault, HostInfo, HostLayer, HostValue, OutputMode, Salt, single,
};
use crate::option_kinds::choice;
use crate::{
    Call, Configured, Layer, LayerDef, OptionValue, Options, Scope, Value, keras_config,
    limits::{self, Checks, Limits},
};

/// The registered class.
pub const DEF: LayerDef = LayerDef {
    class_name: "IntegerLookup",
    aliases: &[],
    about: "integers to the numbers of a vocabulary, or back",
    options: IntegerLookup::options,
    read: read_config,
};

const NAME: &str = "IntegerLookup";

/// How a token that the vocabulary lacks gets one of several indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OovMethod {
    /// By its remainder.
    Floormod,
    /// By a hash of its decimals.
    Farmhash,
}

impl OptionValue for OovMethod {
    const KIND: &'static str = "`floormod` or `farmhash`";

    fn read(value: &Json) -> Result<OovMethod, String> {
        choice(value, &["floormod", "farmhash"], |name| match name {
            "floormod" => Some(OovMethod::Floormod),
            "farmhash" => Some(OovMethod::Farmhash),
            _ => None,
        })
    }

    fn write(&self) -> Json {
        match self {
            OovMethod::Floormod => "floormod".into(),
            OovMethod::Farmhash => "farmhash".into(),
        }
    }
}

keras_config! {
    /// Maps integers to the numbers of a vocabulary that is given, or learnt from data.
    ///
    /// ```
    /// use regimen_graph::Tensor;
    /// use regimen_nn::{Layer, layers::IntegerLookup};
    /// let layer = IntegerLookup::new().vocabulary(vec![12i64, 36, 1138]);
    /// let ids = layer.host().unwrap().apply(&[Tensor::i32([3], vec![1138, 7, 12]).unwrap().into()]).unwrap();
    /// assert_eq!(ids.numbers().unwrap().to_f64(), [3.0, 0.0, 1.0]);
    /// ```
    pub struct IntegerLookup() {
        /// Most indices, special ones included. Default: as many as there are tokens.
        max_tokens: Option<usize> = None,
        /// Indices for tokens that the vocabulary lacks; 0 makes such tokens an error. Default 1.
        num_oov_indices: usize = 1,
        /// Token that stands for nothing: index 0 in mode int, counted nowhere else. Default none.
        mask_token: Option<i64> = None,
        /// What `invert` gives for indices without a token. Default -1.
        oov_token: Option<i64> = Some(-1),
        /// The tokens in order. Default: learnt.
        vocabulary: Option<Vec<i64>> = None,
        /// Type of the tokens: `int64`, the only one that Keras takes.
        vocabulary_dtype: String = "int64".to_string(),
        /// Weights of the tokens for tf_idf.
        idf_weights: Option<Vec<f64>> = None,
        /// Whether indices become tokens. Default false.
        invert: bool = false,
        /// What becomes of indices. Default int.
        output_mode: OutputMode = OutputMode::Int,
        /// Whether the output has `max_tokens` places, however many tokens there are. Default false.
        pad_to_max_tokens: bool = false,
        /// Which of several indices a token gets that the vocabulary lacks. Default floormod.
        oov_method: OovMethod = OovMethod::Floormod,
        /// Key of the hash of `oov_method` farmhash. Default: a hash without key.
        salt: Option<Salt> = None,
    }
}

fn read_config(o: &mut Options<'_>) -> Option<Box<dyn Layer>> {
    host::dense_only(o);
    // Keras's own record of what the vocabulary says.
    for name in ["vocabulary_size", "has_input_vocabulary"] {
        o.skip(name);
    }
    host::vocabulary::no_file(o);
    limits::read::<IntegerLookup>(o)
}

impl IntegerLookup {
    fn lookup(&self) -> Lookup<'_, i64> {
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
    pub fn get_vocabulary(&self) -> Vec<i64> {
        self.lookup().full(&-1)
    }

    fn hashed(&self, token: i64) -> i64 {
        match self.oov_method {
            OovMethod::Floormod => token.rem_euclid(self.num_oov_indices.max(1) as i64),
            OovMethod::Farmhash => bucket(
                token.to_string().as_bytes(),
                self.num_oov_indices,
                self.salt,
            ),
        }
    }

    /// Indices of int32 tokens in a graph.
    fn search(&self, x: &Var) -> Var {
        let lookup = self.lookup();
        let start = lookup.token_start() as f64;
        let zero = x.zeros_like();
        let oov = match self.num_oov_indices {
            0 | 1 => zero.clone(),
            n => {
                let n = x.scalar_like(n as f64);
                (x.rem(&n) + &n).rem(&n)
            }
        };
        let oov = oov + x.scalar_like(start - self.num_oov_indices as f64);
        // A token beyond int32 never comes: inputs are int32.
        let mut sorted: Vec<(f64, f64)> = (lookup.tokens().iter().zip(0u32..))
            .filter(|(t, _)| i32::try_from(**t).is_ok())
            .map(|(&t, i)| (t as f64, start + f64::from(i)))
            .collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let found = match sorted.is_empty() {
            true => oov,
            false => found(x, &sorted, &oov),
        };
        match self.mask_token {
            None => found,
            Some(mask) => {
                let place = match self.output_mode {
                    OutputMode::Int => 0.0,
                    // Beyond every place: counted nowhere.
                    _ => f64::from(i32::MAX),
                };
                let is_mask = x.eq_to(&x.scalar_like(mask as f64));
                is_mask.select(&x.full_like(place), &found)
            }
        }
    }

    /// Tokens of int32 indices in a graph.
    fn tokens(&self, x: &Var) -> Var {
        let lookup = self.lookup();
        let oov = lookup.inverted([-1].into_iter(), &-1);
        let places = lookup.depth() as i64;
        let mut table = lookup.inverted(0..places, &-1);
        table.extend(oov);
        let table: Vec<f64> = table.into_iter().map(|t| t as f64).collect();
        let last = x.full_like(places as f64);
        let inside = x.ge(&x.zeros_like()).and(&x.lt(&last));
        constant(x, &table).gather(&inside.select(x, &last))
    }
}

fn constant(x: &Var, values: &[f64]) -> Var {
    let values = Tensor::from_f64(DType::I32, vec![values.len()], values);
    x.builder().constant(values)
}

/// A binary search of every element: the number beside it, or `other` where it is not among the sorted ones.
fn found(x: &Var, sorted: &[(f64, f64)], other: &Var) -> Var {
    let (tokens, numbers): (Vec<f64>, Vec<f64>) = sorted.iter().copied().unzip();
    let (tokens, numbers) = (constant(x, &tokens), constant(x, &numbers));
    let count = x.scalar_like(sorted.len() as f64);
    let one = x.scalar_like(1.0);
    // How many tokens are at most x.
    let mut at_most = x.zeros_like();
    let mut step = sorted.len().next_power_of_two();
    while step > 0 {
        let next = &at_most + x.scalar_like(step as f64);
        let place = next.minimum(&count) - &one;
        let fits = next.le(&count).and(&tokens.gather(&place).le(x));
        at_most = fits.select(&next, &at_most);
        step /= 2;
    }
    let place = at_most.maximum(&one) - &one;
    let equal = tokens.gather(&place).eq_to(x).and(&at_most.ge(&one));
    equal.select(&numbers.gather(&place), other)
}

impl Limits for IntegerLookup {
    fn limits(&self) -> Checks {
        let found = |v: Option<Salt>| v.map_or("null".to_string(), |s| s.write().to_string());
        self.lookup()
            .checks()
            .holds(
                self.vocabulary_dtype == "int64",
                "vocabulary_dtype",
                &self.vocabulary_dtype,
                "int64",
            )
            .holds(
                self.salt.is_none() || self.oov_method == OovMethod::Farmhash,
                "salt",
                found(self.salt),
                "a salt with `oov_method = \"farmhash\"` alone",
            )
    }
}

impl Layer for IntegerLookup {
    fn class_name(&self) -> &'static str {
        NAME
    }

    fn config(&self) -> Map<String, Json> {
        self.write()
    }

    fn forward(&self, s: &mut Scope, call: &Call) -> Vec<Value> {
        limits::note(s, self);
        if self.host_only() {
            return host::not_in_graph(s, NAME, call);
        }
        let x = &call.inputs[0].x;
        let lookup = self.lookup();
        if let Err(fault) = lookup.ready() {
            s.builder().fault(
                NAME,
                Fault {
                    meant: None,
                    ..fault.fault
                },
            );
        }
        let x = x.cast(DType::I32);
        if self.invert {
            return vec![self.tokens(&x).into()];
        }
        let indices = self.search(&x);
        let encoded = self
            .output_mode
            .write_graph(&indices, lookup.depth(), None, &lookup.idf());
        vec![encoded.into()]
    }

    fn host(&self) -> Option<&dyn HostLayer> {
        Some(self)
    }
}

impl HostLayer for IntegerLookup {
    fn host_only(&self) -> bool {
        let hashes = self.num_oov_indices > 1 && self.oov_method == OovMethod::Farmhash;
        !self.invert && (hashes || self.num_oov_indices == 0)
    }

    fn idf_weights(&self) -> Option<Vec<f32>> {
        self.lookup().idf_weights()
    }

    fn apply(&self, inputs: &[HostValue]) -> Result<HostValue, HostFault> {
        let input = single(NAME, inputs)?;
        let lookup = self.lookup();
        lookup.ready()?;
        let tokens = host::integers(input.need_numbers(NAME)?);
        let (indices, depth, idf) = match self.invert {
            true => (lookup.inverted(tokens.into_iter(), &-1), 0, vec![]),
            false => {
                let found = lookup.indices(tokens.iter(), |&t| self.hashed(t))?;
                (found, lookup.depth(), lookup.idf())
            }
        };
        Ok(self
            .output_mode
            .encode(input.shape(), &indices, depth, &idf)
            .into())
    }

    fn output(&self, inputs: &[HostInfo]) -> Result<HostInfo, HostFault> {
        let input = single(NAME, inputs)?;
        host::expect_texts(NAME, input, false)?;
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
    layer: IntegerLookup,
    counts: Counts<i64>,
}

impl Adapter for Learning {
    fn see(&mut self, batch: &HostValue) -> Result<(), HostFault> {
        let numbers = batch.need_numbers(NAME)?;
        let tokens = host::integers(numbers);
        for row in tokens.chunks(host::row_length(&numbers.shape)) {
            self.counts.row(row.iter().copied());
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
