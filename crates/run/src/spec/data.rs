//! The data part of a run spec: sources, inputs, split, balance.

use serde::{Deserialize, Serialize};

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

/// Shares of the rows; they sum to 1 or less (the rest is left out). In a run file a share that is
/// not stated takes its default, or what the stated ones leave of 1 when that is less.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SplitSpec {
    /// Default 0.7 (0.8 with `fit.validation_split`; everything, when `npy.x_val` is given).
    pub train: f64,
    /// Default 0.1 (0 with `fit.validation_split`).
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

fn yes() -> bool {
    true
}

fn post() -> Side {
    Side::Post
}
