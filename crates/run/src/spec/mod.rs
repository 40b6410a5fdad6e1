//! The run spec: everything that decides a run, as plain data.
//!
//! A run file (TOML or JSON) parses into [`RunSpec`]. Model parts stay Keras configs
//! (`class_name` and `config`), because Keras is the specification: this crate does not know
//! which layers exist. [`SpecMap`] remembers at which line each value stood.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A whole run on paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSpec {
    /// Name of the run, shown in reports. Default: the file's stem.
    #[serde(default)]
    pub name: String,
    /// Seeds weights, shuffling, splits, dropout. Default 0.
    #[serde(default)]
    pub seed: u64,
    /// Where samples come from and how they become arrays.
    pub data: DataSpec,
    /// The network.
    pub model: ModelSpec,
    /// Loss, optimizer, metrics.
    pub compile: CompileSpec,
    /// Epochs, batches and weights of samples.
    #[serde(default)]
    pub fit: FitSpec,
    /// Keras callbacks in order: `{ class_name, config }`.
    #[serde(default)]
    pub callbacks: Vec<KerasObject>,
}

/// A Keras object: `"adam"`, or `{ class_name = "Adam", config = { learning_rate = 0.01 } }`, or
/// short `{ class_name = "Adam", learning_rate = 0.01 }`. The reader turns all three into this.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KerasObject {
    /// Keras's class or function name, as typed.
    pub class_name: String,
    /// Keyword arguments.
    #[serde(default)]
    pub config: Map<String, Value>,
}

/// Where samples come from. Exactly one of `sample`, `csv`, `npy` is given.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSpec {
    /// A sample built into the binary, such as `"digits"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<String>,
    /// A table: `.csv`, `.csv.gz`, or a `.zip` that holds one table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csv: Option<CsvSpec>,
    /// Arrays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub npy: Option<NpySpec>,
    /// Label column of a table. Not used for `sample` and `npy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// How labels reach the loss. Default: chosen from the loss
    /// (`categorical_crossentropy` one-hot; sparse and binary index; else the number).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_encoding: Option<LabelEncoding>,
    /// Feature columns of a table. Default: one numeric input of every other column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputSpec>,
    /// Scaling of a `sample`'s or `npy`'s features; tables state it per input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// Shares of train, validation and test.
    #[serde(default)]
    pub split: SplitSpec,
    /// Class balancing, before the split. Default none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<Balance>,
}

/// A table on disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsvSpec {
    /// Path; relative ones are looked up beside the run file, then in `REGIMEN_DATA`.
    pub path: String,
    /// One character. Default: found among `,` `;` tab `|`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// Whether the first row names the columns. Default true; without, columns are `c0`, `c1`, ...
    #[serde(default = "yes")]
    pub header: bool,
}

/// Arrays on disk: `x` (N, ...), `y` (N) or (N, K).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NpySpec {
    /// Features.
    pub x: String,
    /// Labels.
    pub y: String,
    /// Validation features; without them `split` cuts validation from `x`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x_val: Option<String>,
    /// Validation labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y_val: Option<String>,
}

/// How labels reach the loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelEncoding {
    /// (N, classes) of 0 and 1, f32.
    OneHot,
    /// (N) class index, i32 (classes sorted by value).
    Index,
    /// (N) the number itself, f32.
    Number,
}

/// One model input made of table columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum InputSpec {
    /// Columns of numbers: (N, columns) f32.
    Numeric {
        /// Name of the model input it feeds. Default: inputs in order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Column names. Default: all but the label and those that other inputs use.
        #[serde(default)]
        columns: Vec<String>,
        /// Scaling with statistics of the training part. Default none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scale: Option<Scale>,
    },
    /// One column of text: (N, length) i32; 0 pads, 1 is an unknown word, words from 2 by falling
    /// count in the training part (ties in order of first appearance).
    Text {
        /// Name of the model input it feeds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Column name.
        column: String,
        /// Largest number of ids, the two special ones included. Default: all words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        vocabulary: Option<usize>,
        /// Words kept per text.
        length: usize,
        /// Side that is padded. Default `post`.
        #[serde(default = "post")]
        padding: Side,
        /// Side that is cut when a text is longer. Default `post`.
        #[serde(default = "post")]
        truncating: Side,
        /// Lower-case first. Default true.
        #[serde(default = "yes")]
        lower: bool,
    },
}

/// Scaling of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// (x - mean) / deviation, of the training part, per feature.
    Standard,
    /// To 0..1 by the training part's range, per feature.
    MinMax,
}

/// A side of a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The beginning.
    Pre,
    /// The end.
    Post,
}

/// Class balancing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Balance {
    /// Every class is cut to the size of the rarest, at random by the seed.
    Downsample,
}

/// Shares of the rows; they sum to 1 or less (the rest is left out).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SplitSpec {
    /// Default 0.7 (everything, when `npy.x_val` is given).
    pub train: f64,
    /// Default 0.1.
    pub validation: f64,
    /// Default 0.2.
    pub test: f64,
    /// Permute rows first. Default true.
    pub shuffle: bool,
    /// Seed of the permutation; default the run's seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

impl Default for SplitSpec {
    fn default() -> Self {
        Self {
            train: 0.7,
            validation: 0.1,
            test: 0.2,
            shuffle: true,
            seed: None,
        }
    }
}

/// The network: a list of layers (Sequential; or functional when layers name their `inbound`), or a
/// whole Keras config.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ModelSpec {
    /// `model.to_json()` of Keras: `{ class_name = "Sequential" | "Functional", config = {...} }`.
    Keras(KerasObject),
    /// Layers in order.
    Layers(LayerList),
}

/// Layers written in the run file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerList {
    /// The layers. An `Input` may be left out: the data's shape is used.
    pub layers: Vec<LayerSpec>,
    /// Names of the output layers, for functional models. Default: the last layer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<String>,
}

/// One layer: Keras's object, and for functional models the layers that feed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerSpec {
    /// Class and keyword arguments (`name` among them).
    #[serde(flatten)]
    pub object: KerasObject,
    /// Names of the layers that feed this one. Default: the layer before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inbound: Vec<String>,
}

/// `model.compile(...)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompileSpec {
    /// Default `rmsprop`, as in Keras.
    pub optimizer: KerasObject,
    /// One loss, or one per output.
    pub loss: OneOrMany<KerasObject>,
    /// Metrics in order.
    #[serde(default)]
    pub metrics: Vec<KerasObject>,
    /// Metrics that see class and sample weights.
    #[serde(default)]
    pub weighted_metrics: Vec<KerasObject>,
}

/// A value or a list of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// One for all.
    One(T),
    /// One each.
    Many(Vec<T>),
}

/// `model.fit(...)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FitSpec {
    /// Default 1.
    pub epochs: usize,
    /// Default 32.
    pub batch_size: usize,
    /// Cut from the end of the training part, before any shuffle. Default 0; refused together with
    /// a validation part of `data.split`.
    pub validation_split: f64,
    /// Shuffle the training rows every epoch. Default true.
    pub shuffle: bool,
    /// Weight per class, by class index as text ("0") or label name.
    pub class_weight: Option<BTreeMap<String, f64>>,
    /// Column of a table that holds each row's weight.
    pub sample_weight: Option<String>,
    /// First epoch to run (0-based). Default 0.
    pub initial_epoch: usize,
    /// Batches per epoch. Default: all.
    pub steps_per_epoch: Option<usize>,
    /// Validate every so many epochs, or after the epochs listed (1-based). Default 1.
    pub validation_freq: OneOrMany<usize>,
    /// Validation batch. Default: `batch_size`.
    pub validation_batch_size: Option<usize>,
    /// Checkpoint rhythm in steps. Default: chosen from the step's cost at the start of the run.
    pub checkpoint_steps: Option<u64>,
}

impl Default for FitSpec {
    fn default() -> Self {
        Self {
            epochs: 1,
            batch_size: 32,
            validation_split: 0.0,
            shuffle: true,
            class_weight: None,
            sample_weight: None,
            initial_epoch: 0,
            steps_per_epoch: None,
            validation_freq: OneOrMany::One(1),
            validation_batch_size: None,
            checkpoint_steps: None,
        }
    }
}

/// Where values stood in the file: dotted path (`model.layers[2].units`) to line and column, 1-based.
pub type SpecMap = BTreeMap<String, (usize, usize)>;

fn yes() -> bool {
    true
}

fn post() -> Side {
    Side::Post
}
