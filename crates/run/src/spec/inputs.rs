//! The inputs of a table: which columns feed the model, and how they become numbers.

use serde::{Deserialize, Serialize};

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

fn yes() -> bool {
    true
}

fn post() -> Side {
    Side::Post
}
