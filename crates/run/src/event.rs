//! The closed list of things a run says to the outside.
//!
//! One JSON object a line in `events.jsonl`, tagged by `event`. Readers (progress bar, CSV log,
//! TensorBoard, doctor, pictures) know nothing else of a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{DataProfile, Finding, ModelFacts, Profile};

/// Names of losses and metrics to values, sorted as Keras 3 sorts its logs. NaN and infinities are
/// written as the strings "NaN", "Infinity" and "-Infinity".
pub type Logs = BTreeMap<String, f64>;

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant)]
pub enum Event {
    /// The data are loaded. Once in a run, before anything else; not again when it is resumed.
    Data {
        /// What they look like.
        profile: Profile,
    },
    /// Training begins (or goes on, when `initial_epoch` > 0 or after `--resume`).
    RunBegin {
        /// Version of Regimen.
        version: String,
        /// What it runs on, such as `cpu (avx512, 2 threads), linux x86_64`; for people only.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        machine: String,
        /// Unix time in seconds; for people only, no number depends on it.
        #[serde(with = "crate::float::one")]
        time: f64,
        /// Epochs asked for.
        epochs: usize,
        /// First epoch of this stretch, 0-based.
        initial_epoch: usize,
        /// Steps per epoch.
        steps: usize,
        /// Rows per batch.
        batch_size: usize,
        /// Training rows.
        samples: usize,
        /// Validation rows; 0 without validation.
        val_samples: usize,
        /// The model as the doctor sees it.
        model: ModelFacts,
        /// The data as the doctor sees it.
        data: DataProfile,
    },
    /// An epoch begins.
    EpochBegin {
        /// 0-based.
        epoch: usize,
    },
    /// A step ended. Not written to the run folder.
    BatchEnd {
        /// 0-based.
        epoch: usize,
        /// 0-based within the epoch.
        batch: usize,
        /// Running means so far in this epoch.
        #[serde(with = "crate::float::logs")]
        logs: Logs,
    },
    /// An epoch ended.
    EpochEnd {
        /// 0-based, as in Keras's callbacks.
        epoch: usize,
        /// `loss`, metrics, `val_*`, and what callbacks added (`learning_rate`).
        #[serde(with = "crate::float::logs")]
        logs: Logs,
        /// Wall seconds of the epoch, validation included; for people only.
        #[serde(with = "crate::float::one")]
        seconds: f64,
        /// Optimizer steps so far.
        step: u64,
        /// Where the seconds went; for people only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timing: Option<Timing>,
        /// What the doctor may use beyond the logs.
        #[serde(default)]
        telemetry: Telemetry,
    },
    /// A line that a callback wants shown, such as `Epoch 3: early stopping`.
    Message {
        /// Epoch it belongs to, 0-based.
        epoch: usize,
        /// The text, without a newline.
        text: String,
    },
    /// State was written.
    Checkpoint {
        /// 0-based epoch the state belongs to.
        epoch: usize,
        /// Optimizer steps in it.
        step: u64,
        /// File name inside the run folder.
        file: String,
    },
    /// A loss or weight stopped being finite.
    NonFinite {
        /// 0-based.
        epoch: usize,
        /// Optimizer step (0-based) at which it first happened.
        step: u64,
        /// Path of the first layer whose output was not finite, or `loss`, or `<layer> gradient`.
        layer: String,
    },
    /// The doctor is sure of something.
    Finding(Finding),
    /// What every validation row got in the best, the previous and the last epoch; near the end of training.
    ValidationRows(ValidationRows),
    /// Training ended.
    RunEnd {
        /// Why: `finished`, `stopped` (by a callback) or `interrupted` (Ctrl-C).
        reason: String,
        /// Epochs done in all.
        epochs_done: usize,
        /// Wall seconds of this stretch.
        #[serde(with = "crate::float::one")]
        seconds: f64,
        /// Test loss and metrics, when the data has a test part.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            with = "crate::float::optional_logs"
        )]
        test: Option<Logs>,
    },
}

/// Numbers of an epoch beyond its logs. Every field may be absent.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Telemetry {
    /// Share of each predicted class over the validation rows (first output, classification).
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        with = "crate::float::list"
    )]
    pub val_predicted_shares: Vec<f64>,
    /// The validation rows one by one, summed up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<ValidationTelemetry>,
    /// The learning rate of the next step, at the end of the epoch; of several optimizers the first one's.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::float::optional"
    )]
    pub learning_rate: Option<f64>,
    /// What a look inside of the network showed, in epochs in which it was due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<ProbeTelemetry>,
}

/// Seconds of an epoch by what they were spent on. Nothing that is computed depends on them.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Timing {
    /// Steps of this stretch of the epoch.
    pub steps: usize,
    /// Training steps, with waiting for their rows and the callbacks between them.
    #[serde(with = "crate::float::one")]
    pub training: f64,
    /// Of these: waiting for rows to be read or made.
    #[serde(with = "crate::float::one")]
    pub waiting: f64,
    /// Validation.
    #[serde(with = "crate::float::one")]
    pub validation: f64,
    /// The look inside.
    #[serde(with = "crate::float::one")]
    pub probe: f64,
}

/// What the validation rows got, summed up. Losses are those of the rows alone: without weights and penalties.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ValidationTelemetry {
    /// How many rows.
    pub rows: usize,
    /// Mean of their losses.
    #[serde(with = "crate::float::one")]
    pub loss: f64,
    /// Sum of the squares of their losses.
    #[serde(with = "crate::float::one")]
    pub squares: f64,
    /// Rows whose class was predicted, where rows have one class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<usize>,
    /// Rows by true class, in it by predicted class (K times K), up to 16 classes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub confusion: Vec<u64>,
    /// Beside the validation before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<PairTelemetry>,
    /// Beside the epoch with the least `val_loss` before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<PairTelemetry>,
}

impl ValidationTelemetry {
    /// Standard error of the mean loss.
    pub fn loss_error(&self) -> f64 {
        let n = self.rows as f64;
        let variance = (self.squares - n * self.loss * self.loss) / (n - 1.0).max(1.0);
        (variance.max(0.0) / n.max(1.0)).sqrt()
    }
}

/// The same validation rows in an epoch and in an earlier one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PairTelemetry {
    /// The earlier one, 0-based.
    pub epoch: usize,
    /// Rows that were wrong then and are right now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gained: Option<usize>,
    /// Rows that were right then and are wrong now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<usize>,
    /// Mean loss now less mean loss then.
    #[serde(with = "crate::float::one")]
    pub change: f64,
    /// Standard error of the change.
    #[serde(with = "crate::float::one")]
    pub error: f64,
}

/// Validation rows one by one, in their order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ValidationRows {
    /// 1 for every row; k where only each k-th is told.
    pub one_row_in: usize,
    /// The true class of each row; empty where rows have none.
    pub truth: Vec<i32>,
    /// Epochs in order of time: the best (least `val_loss`), the one before the last, the last.
    pub epochs: Vec<RowsOfEpoch>,
}

/// Validation rows in one epoch.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RowsOfEpoch {
    /// 0-based.
    pub epoch: usize,
    /// Loss of each row.
    #[serde(with = "crate::float::singles")]
    pub loss: Vec<f32>,
    /// Predicted class of each row; empty where rows have none.
    pub predicted: Vec<i32>,
    /// Probability that each row's predicted class is given; empty where rows have none.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        with = "crate::float::singles"
    )]
    pub confidence: Vec<f32>,
}

/// A look inside: some training rows, the same ones every time, went through the network as in inference.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ProbeTelemetry {
    /// How many rows.
    pub rows: usize,
    /// Their loss, penalties included.
    #[serde(with = "crate::float::one")]
    pub loss: f64,
    /// Standard error of that loss as an estimate of all training rows' loss.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::float::optional"
    )]
    pub error: Option<f64>,
    /// Layers in order, those with figures.
    pub layers: Vec<LayerTelemetry>,
}

/// One layer in a look inside.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LayerTelemetry {
    /// Layer path.
    pub path: String,
    /// Share of zeros that its relu gives.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::float::optional"
    )]
    pub zeros: Option<f64>,
    /// Share of its units that are zero for every row and place.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::float::optional"
    )]
    pub dead: Option<f64>,
    /// Share of the numbers that its sigmoid or tanh gives within 0.01 of an end of their range (0.02 for tanh).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::float::optional"
    )]
    pub saturated: Option<f64>,
    /// Root mean square of the loss's gradient by its weights.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::float::optional"
    )]
    pub gradient: Option<f64>,
    /// Root mean square of its weights.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::float::optional"
    )]
    pub weight: Option<f64>,
    /// Root mean square of what a step on the looked-at rows would add to its weights, over that of the weights.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::float::optional"
    )]
    pub update: Option<f64>,
}
