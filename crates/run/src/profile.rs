//! The data profile: what loaded data looks like, before anything is learnt from it.
//!
//! `docs/data.md` defines every figure. Figures are rounded to six digits. Lists over parts hold the
//! training, the validation and the test part, in this order.

use serde::{Deserialize, Serialize};

/// What is known of the data of a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Profile {
    /// Rows of the training, validation and test part.
    pub rows: [usize; 3],
    /// Where rows on disk were sampled: one of how many was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub one_row_in: Option<usize>,
    /// The labels.
    pub label: LabelProfile,
    /// The labels of further outputs, where the data have several targets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more_labels: Vec<LabelProfile>,
    /// Columns of a table that feed the model; none for arrays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<ColumnProfile>,
    /// The arrays that feed the model.
    pub inputs: Vec<InputProfile>,
    /// Whether the training part was balanced by class, so that its shares differ from those of the others on purpose.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub balanced: bool,
    /// Rows that occur again.
    pub duplicates: Duplicates,
    /// The features most correlated with the label.
    pub correlation: Correlation,
    /// What the nearest neighbours of rows say of their classes; `None` for numbers, ids of words, and few rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neighbours: Option<Neighbours>,
    /// Features that differ between training and validation part; `None` for ids of words, and few rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<Shift>,
    /// What is likely wrong, the gravest first.
    pub warnings: Vec<DataWarning>,
    /// Remarks of the readers, such as rows dropped.
    pub notes: Vec<String>,
}

impl Profile {
    /// The labels, target by target.
    pub fn labels(&self) -> impl Iterator<Item = &LabelProfile> {
        std::iter::once(&self.label).chain(&self.more_labels)
    }
}

/// The labels of one target.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LabelProfile {
    /// The model output that learns them, where the data name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// Label columns, where a table names them.
    pub columns: Vec<String>,
    /// How labels reach the loss: `one_hot`, `index`, `number` or `multi_hot`.
    pub encoding: String,
    /// Classes by index; none where labels are numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<ClassProfile>,
    /// Figures of the numbers to be learnt, per part; `None` for a part without rows. Empty for classes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<Option<Figures>>,
}

/// One class.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ClassProfile {
    /// Its name.
    pub name: String,
    /// Rows of each part.
    pub rows: [usize; 3],
    /// Share of each part's rows; 0 where the part has none.
    pub shares: [f64; 3],
}

/// Smallest, mean, largest and standard deviation (over N) of some numbers.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Figures {
    /// Smallest.
    #[serde(with = "crate::float::one")]
    pub min: f64,
    /// Mean.
    #[serde(with = "crate::float::one")]
    pub mean: f64,
    /// Largest.
    #[serde(with = "crate::float::one")]
    pub max: f64,
    /// Standard deviation.
    #[serde(with = "crate::float::one")]
    pub deviation: f64,
}

/// A column that feeds the model.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ColumnProfile {
    /// Its name.
    pub name: String,
    /// `numeric`, `categorical`, `date` or `text`.
    pub kind: String,
    /// Cells of all parts that were missing before they were filled; `None` where that was not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<usize>,
    /// Categories of the training part that have a place of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub categories: Option<usize>,
}

/// One array of rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct InputProfile {
    /// Name of the model input that it feeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Sizes of one row.
    pub shape: Vec<usize>,
    /// Number of features; 0 for ids of words and categories.
    pub features: usize,
    /// Figures of all features together; `None` for ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figures: Option<Figures>,
    /// Each feature, where there are few enough to be listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub each: Vec<FeatureProfile>,
    /// Features of one value in the training part.
    pub constant: usize,
    /// Texts, where the input holds words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TextProfile>,
}

/// One feature in the training part, in the units of the source.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FeatureProfile {
    /// Column, `column=category`, part of a date, or place in the row.
    pub name: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
    /// Whether it is scaled before the model sees it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub scaled: bool,
    /// Strength of its correlation with the label; `None` where there is none to be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<f64>,
}

/// Texts of one column, word by word.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TextProfile {
    /// The column.
    pub column: String,
    /// Ids: words, padding, unknown words and a start.
    pub vocabulary: usize,
    /// Ids that a row holds.
    pub length: usize,
    /// Median of the words of a training text, before it is cut; of an even number, the lower middle one.
    pub median: usize,
    /// Words of the longest training text.
    pub longest: usize,
    /// Texts of each part that are cut.
    pub cut: [usize; 3],
    /// Words of each part.
    pub words: [usize; 3],
    /// Words of each part that the vocabulary lacks.
    pub unknown: [usize; 3],
}

/// Rows whose inputs are, bit for bit, those of another row.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Duplicates {
    /// Training rows that repeat an earlier one.
    pub train: usize,
    /// Training rows that share their inputs with a training row of another label.
    pub train_other_label: usize,
    /// Validation rows that are training rows, too.
    pub validation: usize,
    /// Those of them whose label no such training row has.
    pub validation_other_label: usize,
    /// Test rows that are training rows, too.
    pub test: usize,
    /// Those of them whose label no such training row has.
    pub test_other_label: usize,
}

/// Features and label.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Correlation {
    /// `eta` (classes) or `pearson` (numbers).
    pub measure: String,
    /// Training rows that went in.
    pub rows: usize,
    /// Features that were looked at.
    pub features: usize,
    /// Features in all.
    pub of: usize,
    /// The strongest, at most ten.
    pub top: Vec<Correlated>,
}

/// A feature and how strongly it goes with the label.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Correlated {
    /// The feature.
    pub feature: String,
    /// 0 to 1 for `eta`, -1 to 1 for `pearson`.
    pub value: f64,
    /// The label, where a row has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// Training rows beside their nearest neighbours, other training rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Neighbours {
    /// Rows that were asked.
    pub rows: usize,
    /// Neighbours of each.
    pub neighbours: usize,
    /// Rows of the commonest class among them.
    pub commonest: usize,
    /// Rows whose class most of their neighbours have.
    pub right: usize,
    /// Rows with neighbours eight of ten of which or more are of one class.
    pub agreeing: usize,
    /// Those of them that are of another class.
    pub contradicting: usize,
}

/// A comparison of the features of the training and the validation part.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Shift {
    /// Rows of each part that were compared.
    pub rows: [usize; 2],
    /// Features that were compared.
    pub features: usize,
    /// Features that differ.
    pub shifted: usize,
    /// Those that differ most, at most ten.
    pub top: Vec<ShiftedFeature>,
}

/// A feature that differs between two parts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ShiftedFeature {
    /// The feature.
    pub feature: String,
    /// Largest distance of the two distribution functions, 0 to 1.
    pub distance: f64,
    /// How often chance gives such a distance.
    pub p: f64,
}

/// Something that is likely wrong with the data.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DataWarning {
    /// One word for programs, such as `leak`.
    pub id: String,
    /// What was found, in one sentence.
    pub text: String,
    /// What to do, in one sentence.
    pub mend: String,
}
