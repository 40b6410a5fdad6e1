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
        /// What becomes of missing cells. Default `error`.
        #[serde(default)]
        missing: Missing,
        /// Cells that count as missing, beside empty ones; case does not matter.
        /// Default [`missing_values`].
        #[serde(default = "missing_values")]
        missing_values: Vec<String>,
    },
    /// Columns of categories, an empty cell being one like any other. Categories are those of the
    /// training part, sorted.
    Categorical {
        /// Name of the model input it feeds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Column names.
        columns: Vec<String>,
        /// How a category becomes numbers. Default `one_hot`.
        #[serde(default)]
        encoding: Categories,
        /// Buckets per column, for `hash` alone and needed there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        buckets: Option<usize>,
        /// What a category outside the training part becomes, for `one_hot` alone. Default `zeros`.
        #[serde(default)]
        unknown: Unknown,
        /// Categories kept per column, the most frequent ones; the others are unknown. Not for
        /// `hash`. Default: all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max_categories: Option<usize>,
    },
    /// One column of dates: (N, parts) f32.
    Date {
        /// Name of the model input it feeds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Column name.
        column: String,
        /// As of `strftime`: `%Y-%m-%d %H:%M`. Default: found among ISO and common ones.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        format: Option<String>,
        /// What is taken from a date. Default year, month, day, weekday.
        #[serde(default = "date_parts")]
        parts: Vec<DatePart>,
        /// Parts that come round again as sine and cosine of their angle. Default false.
        #[serde(default)]
        cyclic: bool,
        /// Scaling with statistics of the training part. Default none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scale: Option<Scale>,
    },
    /// Columns of texts as they are, for layers that take texts (TextVectorization, StringLookup, Hashing): (N, columns).
    Raw {
        /// Name of the model input it feeds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Column names.
        columns: Vec<String>,
    },
    /// One column of text: (N, length) i32; 0 pads, 1 is an unknown word, words from 2 by falling
    /// count in the training part (ties in order of first appearance). With `start`, 1 begins each
    /// text, 2 is an unknown word, and words count from 3, as in Keras's IMDB data.
    Text {
        /// Name of the model input it feeds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Column name.
        column: String,
        /// Largest number of ids, the special ones included. Default: all words.
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
        /// Begin each text with an id of its own, before it is cut or padded. Default false.
        #[serde(default)]
        start: bool,
    },
}

/// What becomes of missing cells of numeric columns; statistics are the training part's, per column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// They are an error.
    #[default]
    Error,
    /// The mean.
    Mean,
    /// The median.
    Median,
    /// 0, before any scaling.
    Zero,
    /// The row is dropped, before the split.
    Drop,
}

/// Cells that count as missing where the run file does not say.
pub fn missing_values() -> Vec<String> {
    ["", "NA", "N/A", "NaN", "null", "?"]
        .map(str::to_owned)
        .to_vec()
}

/// How a category becomes numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Categories {
    /// 0 or 1 per category: (N, categories of all columns) f32.
    #[default]
    OneHot,
    /// The category's number, from 1; 0 is an unknown one: (N, columns) i32.
    Index,
    /// 0 or 1 per bucket, chosen by a hash of the text: (N, columns * buckets) f32.
    Hash,
}

/// What `one_hot` makes of a category outside the training part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// Zeros.
    #[default]
    Zeros,
    /// A place of its own, the first of each column.
    Slot,
}

/// What is taken from a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePart {
    /// The year.
    Year,
    /// 1 to 12.
    Month,
    /// Day of the month, 1 to 31.
    Day,
    /// 0 for Monday to 6.
    Weekday,
    /// 1 to 366.
    DayOfYear,
    /// 0 to 23.
    Hour,
    /// 0 to 59.
    Minute,
    /// Days since the earliest date of the training part, with fractions.
    ElapsedDays,
}

pub(super) fn date_parts() -> Vec<DatePart> {
    vec![
        DatePart::Year,
        DatePart::Month,
        DatePart::Day,
        DatePart::Weekday,
    ]
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
