//! Sources of data other than tables, as plain data.

use serde::{Deserialize, Serialize};

use super::{Encoding, LabelArrays};

/// Arrays on disk: `x` (N, ...), `y` (N) or (N, K), and parts of their own where they are given.
/// What `x`, `y` and the others are: files for `npy` and `idx`, names inside the archive for `npz`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArraysSpec {
    /// The `.npz` file; only there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Features.
    pub x: String,
    /// Labels, the same outputs in every part.
    pub y: LabelArrays,
    /// Validation features; without them `split` cuts validation from `x`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x_val: Option<String>,
    /// Validation labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y_val: Option<LabelArrays>,
    /// Test features; without them `split` cuts test from `x`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x_test: Option<String>,
    /// Test labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y_test: Option<LabelArrays>,
    /// Adds a last axis of 1 to the features: (N, 28, 28) becomes (N, 28, 28, 1), which Conv2D takes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub channel_axis: bool,
}

/// A table in a Parquet file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParquetSpec {
    /// Path; relative ones are looked up beside the run file, then in `REGIMEN_DATA`.
    pub path: String,
    /// Columns to read. Default: all but the index that pandas adds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
}

/// Images (png, jpeg) in a folder per class: rows of (height, width, channels), 0 to 255.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImagesSpec {
    /// The folder, or a `.tar.gz`, `.tar` or `.zip` of it.
    pub path: String,
    /// Height and width that all images get.
    pub size: [usize; 2],
    /// 1 for grey, 3 for colour; images of the other kind are converted. Default 3.
    #[serde(default = "colour")]
    pub channels: usize,
    /// How images are brought to their size. Default `bilinear`.
    #[serde(default)]
    pub interpolation: Interpolation,
    /// Classes to use, others are left out. Default: all folders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
}

/// How images are brought to another size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interpolation {
    /// A mean of the four nearest pixels, weighed by nearness.
    #[default]
    Bilinear,
    /// The nearest pixel.
    Nearest,
}

fn colour() -> usize {
    3
}

/// Windows over rows in time order, for series: some rows in, the rows after them to be learnt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowsSpec {
    /// Rows that go in: inputs are (windows, length, features).
    pub length: usize,
    /// Rows after them whose labels are learnt. Default 1.
    #[serde(default = "one")]
    pub horizon: usize,
    /// Rows from one window to the next. Default 1.
    #[serde(default = "one")]
    pub stride: usize,
}

fn one() -> usize {
    1
}

/// Texts, one per file, in a folder per class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextsSpec {
    /// The folder, or a `.tar.gz`, `.tar` or `.zip` of it.
    pub path: String,
    /// Classes to use, others are left out. Default: all folders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// How the names of the files end. Default `txt`.
    #[serde(default = "txt")]
    pub extension: String,
    /// How the files are written in bytes. Default UTF-8.
    #[serde(default)]
    pub encoding: Encoding,
}

fn txt() -> String {
    "txt".to_owned()
}
