//! How rows are split into train, validation and test.

use serde::{Deserialize, Serialize};

/// Shares of the rows; they sum to 1 or less (the rest is left out). In a run file a share that is
/// not stated takes its default, or what the stated ones leave of 1 when that is less.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SplitSpec {
    /// Default 0.7 (0.8 with `fit.validation_split`; everything, when the source gives validation
    /// rows of its own; what is left of validation, when it gives test rows).
    pub train: f64,
    /// Default 0.1 (0 with `fit.validation_split`, or when the source gives validation rows).
    pub validation: f64,
    /// Default 0.2 (0, when the source gives validation or test rows).
    pub test: f64,
    /// Permute rows first. Default true.
    pub shuffle: bool,
    /// What decides a row's part. Default `random`.
    pub by: SplitBy,
    /// Seed of the permutation; default the run's seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// What decides a row's part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SplitBy {
    /// Its place in the order of rows, permuted or not.
    #[default]
    Random,
    /// The folder it lies in: `train`, `validation` (`valid`, `val`, `dev`) or `test`, above the
    /// folders of classes. Shares then cut what lies in `train`; they default to 1, 0 and 0.
    Folder,
}

impl Default for SplitSpec {
    fn default() -> Self {
        Self {
            train: 0.7,
            validation: 0.1,
            test: 0.2,
            shuffle: true,
            by: SplitBy::Random,
            seed: None,
        }
    }
}
