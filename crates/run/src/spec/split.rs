//! How rows are split into train, validation and test.

use serde::{Deserialize, Serialize};

/// Which rows go to which part, and how many. Shares sum to 1 or less (the rest is left out). In a
/// run file a share that is not stated takes its default, or what the stated ones leave of 1 when
/// that is less.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SplitSpec {
    /// What decides a row's part. Default `random`.
    pub by: SplitBy,
    /// The column of a table that decides: needed for `time`, `group` and `column`; for
    /// `stratified` it takes the label's place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Default 0.7 (0.8 with `fit.validation_split`; everything, when the source has validation
    /// rows of its own, and for `by = "folder"`; what is left of validation, when it has test rows;
    /// 0 for `by = "column"`).
    pub train: f64,
    /// Default 0.1 (0 with `fit.validation_split`, or when the source has validation rows).
    pub validation: f64,
    /// Default 0.2 (0, when the source has validation or test rows).
    pub test: f64,
    /// Permute rows first. Default true; false for `by = "time"` and with `windows`.
    pub shuffle: bool,
    /// Seed of the permutation; default the run's seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// What decides a row's part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SplitBy {
    /// Chance, by the seed.
    #[default]
    Random,
    /// Chance, with the same shares of every class in each part.
    Stratified,
    /// Time: the latest rows are for the test, those before them for validation.
    Time,
    /// Chance, with all rows of a group in one part.
    Group,
    /// The text of a column: `train`, `validation` or `test`.
    Column,
    /// The folder it lies in: `train`, `validation` (`valid`, `val`, `dev`) or `test`, above the
    /// folders of classes. Shares then cut what lies in `train`; they default to 1, 0 and 0.
    Folder,
}

impl Default for SplitSpec {
    fn default() -> Self {
        Self {
            by: SplitBy::Random,
            column: None,
            train: 0.7,
            validation: 0.1,
            test: 0.2,
            shuffle: true,
            seed: None,
        }
    }
}
