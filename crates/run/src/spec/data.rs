//! The data part of a run spec: sources, inputs, split, balance.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    ArraysSpec, AugmentSpec, ImagesSpec, InputSpec, ParquetSpec, Scale, SplitSpec, TargetSpec,
    TextsSpec, WindowsSpec,
};

/// Where samples come from. Exactly one source is given.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSpec {
    /// A sample built into the binary, such as `"digits"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<String>,
    /// A table: `.csv`, `.csv.gz`, or a `.zip` that holds one table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csv: Option<CsvSpec>,
    /// A table in a Parquet file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parquet: Option<ParquetSpec>,
    /// Arrays in `.npy` files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub npy: Option<ArraysSpec>,
    /// Arrays in one `.npz` file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub npz: Option<ArraysSpec>,
    /// Arrays in IDX files, as MNIST has them; `.gz` too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idx: Option<ArraysSpec>,
    /// Images in a folder per class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub images: Option<ImagesSpec>,
    /// Texts in a folder per class. For `inputs` they are a table with the columns `text` and `file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub texts: Option<TextsSpec>,
    /// Label column of a table; other sources have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Several label columns of a table, numbers all: a regression of several outputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// What stands between several labels in one cell: each becomes 0 or 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_separator: Option<String>,
    /// Labels of a table under a common name: class to the cells that mean it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub label_groups: BTreeMap<String, Vec<String>>,
    /// How labels reach the loss. Default: chosen from the loss
    /// (`categorical_crossentropy` one-hot; sparse and binary index; else the number).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_encoding: Option<LabelEncoding>,
    /// What each output of the model learns from a table, instead of `label` and the other four.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<TargetSpec>,
    /// Feature columns of a table. Default: one numeric input of every other column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputSpec>,
    /// Scaling of features that are no table's: of a `sample` or of arrays; tables state it per input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// Whether rows of a table or texts that repeat an earlier one, label and features, are left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drop_duplicates: bool,
    /// Windows over rows in time order, cut from each part. The label's past may be a feature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub windows: Option<WindowsSpec>,
    /// Shares of train, validation and test.
    #[serde(default)]
    pub split: SplitSpec,
    /// Class balancing. Default none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<Balance>,
    /// Whether rows stay on disk and are read as they are needed. Default: only where they do not fit into memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<bool>,
    /// Random changes of training rows, in order. Default none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub augment: Vec<AugmentSpec>,
}

/// A table on disk.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsvSpec {
    /// Path; relative ones are looked up beside the run file, then in `REGIMEN_DATA`.
    pub path: String,
    /// The table meant in an archive that holds several: its path inside, or the end of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// One character. Default: found among `,` `;` tab `|`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// Whether the first row names the columns; without, they are `c0`, `c1`, ... Default: found,
    /// a first row with numbers above numbers being none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// Names of the columns of a table without header.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Default UTF-8.
    #[serde(default)]
    pub encoding: Encoding,
}

/// How text is written in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// Latin-1, as Windows writes it (code page 1252).
    #[serde(rename = "latin-1")]
    Latin1,
}

/// How labels reach the loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelEncoding {
    /// (N, classes) of 0 and 1, f32.
    OneHot,
    /// (N) class index, i32 (classes sorted by value).
    Index,
    /// (N) the number itself, f32; (N, columns) for several label columns.
    Number,
    /// (N, classes) of 0 and 1 with any number of ones, f32: cells cut by `label_separator`.
    MultiHot,
}

/// Class balancing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Balance {
    /// Before the split, every class is cut to the size of the rarest, at random by the seed.
    Downsample,
    /// After the split, rows of the training part are repeated until every class has as many as
    /// the most frequent.
    Upsample,
}
