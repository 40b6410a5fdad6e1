//! The training part of a run spec: `compile` and `fit`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{KerasObject, OneOrMany, PerOutput};

/// `model.compile(...)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompileSpec {
    /// Default `rmsprop`, as in Keras.
    pub optimizer: KerasObject,
    /// One loss for all outputs, or one each; an output may have none.
    pub loss: PerOutput<Option<KerasObject>>,
    /// How much the loss of each output counts in the whole. Default: 1 each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss_weights: Option<PerOutput<f64>>,
    /// Metrics in order: of the only output, or of each.
    #[serde(default)]
    pub metrics: PerOutput<Vec<KerasObject>>,
    /// Metrics that see class and sample weights.
    #[serde(default)]
    pub weighted_metrics: PerOutput<Vec<KerasObject>>,
}

/// How much the rows of each class count in the loss.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ClassWeight {
    /// By a rule.
    Rule(ClassWeightRule),
    /// Weight per class, by class index as text ("0") or label name.
    PerClass(BTreeMap<String, f64>),
}

/// Weights made from the training rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassWeightRule {
    /// N rows, K classes and n rows of a class make its weight N / (K n).
    Balanced,
}

/// In which order training rows come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Shuffle {
    /// All permuted, or as they are.
    Rows(bool),
    /// Permuted within each batch.
    Within(ShuffleWithin),
}

/// Where rows stay when they are shuffled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShuffleWithin {
    /// In their batch.
    Batch,
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
    pub shuffle: Shuffle,
    /// Weights of classes. Default: all weigh 1.
    pub class_weight: Option<ClassWeight>,
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
    /// Batches of each validation. Default: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_steps: Option<usize>,
    /// Checkpoint rhythm in steps. Default: chosen from the step's cost at the start of the run.
    pub checkpoint_steps: Option<u64>,
    /// Blends training rows with others of their batch: alpha of the Beta distribution that shares are drawn from, above 0
    /// and up to 1. Default: none are blended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mixup: Option<f64>,
}

impl Default for FitSpec {
    fn default() -> Self {
        Self {
            epochs: 1,
            batch_size: 32,
            validation_split: 0.0,
            shuffle: Shuffle::Rows(true),
            class_weight: None,
            sample_weight: None,
            initial_epoch: 0,
            steps_per_epoch: None,
            validation_freq: OneOrMany::One(1),
            validation_batch_size: None,
            validation_steps: None,
            checkpoint_steps: None,
            mixup: None,
        }
    }
}
