//! What `fit` takes and gives.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use regimen_data::Augment;
use regimen_run::DataProfile;
use regimen_run::event::Logs;

use super::Stream;

/// The arguments of `fit`, by Keras's names.
#[derive(Debug, Clone)]
pub struct FitOptions {
    /// Default 1.
    pub epochs: usize,
    /// Default 32.
    pub batch_size: usize,
    /// Cut from the end of the training rows, before any shuffle. Default 0.
    pub validation_split: f64,
    /// Validate after these epochs. Default every epoch.
    pub validation_freq: ValidationFreq,
    /// Default `batch_size`.
    pub validation_batch_size: Option<usize>,
    /// Batches of each validation. Default: all.
    pub validation_steps: Option<usize>,
    /// Order of the training rows in each pass. Default: permuted.
    pub shuffle: Shuffle,
    /// First epoch to run, 0-based. Default 0.
    pub initial_epoch: usize,
    /// Batches per epoch; an epoch then goes on where the one before ended. Default: all.
    pub steps_per_epoch: Option<usize>,
    /// Weight per class index, for the loss and weighted metrics of training.
    pub class_weight: Option<Vec<f32>>,
    /// Steps between checkpoints, when the output has a folder. Default: a rule on sizes that costs 2 % at most.
    pub checkpoint_steps: Option<u64>,
    /// Set from outside to end after the current step with everything written.
    pub interrupt: Arc<AtomicBool>,
    /// Whether the doctor's figures are recorded beside the logs: validation row by row, and once in a while a look inside of
    /// the network ([`Telemetry`]); costs about a hundredth of the time, and changes no number. Default: yes.
    ///
    /// [`Telemetry`]: regimen_run::event::Telemetry
    pub probe: bool,
    /// What is known of the data, for events.
    pub profile: DataProfile,
    /// A checksum of the data, kept in checkpoints, so that a resumed run notices other data.
    pub data: Option<u64>,
    /// Changes training rows as they are fed, never those of validation. Rows count by their place in the training part.
    pub augment: Option<Arc<dyn Augment>>,
    /// Blends training rows, and their labels, with others of their batch: alpha of Beta(alpha, alpha), above 0 and up to 1
    /// (mixup). Inputs and targets have to be float32.
    pub mixup: Option<f64>,
    /// Where the batches of training come from, if not from the rows given; augmentation, mixup, `shuffle` and `class_weight`
    /// are the stream's own then. Default: from the rows.
    pub stream: Option<Stream>,
    /// Batches after which the stream begins anew; an epoch ends there, too. Default: `steps_per_epoch`.
    pub stream_pass: Option<usize>,
}

/// After which epochs to validate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValidationFreq {
    /// Every so many epochs.
    Every(usize),
    /// After the epochs listed, 1-based.
    At(Vec<usize>),
}

impl Default for FitOptions {
    fn default() -> FitOptions {
        FitOptions {
            epochs: 1,
            batch_size: 32,
            validation_split: 0.0,
            validation_freq: ValidationFreq::Every(1),
            validation_batch_size: None,
            validation_steps: None,
            shuffle: Shuffle::Rows,
            initial_epoch: 0,
            steps_per_epoch: None,
            class_weight: None,
            checkpoint_steps: None,
            interrupt: Arc::default(),
            probe: true,
            profile: DataProfile::default(),
            data: None,
            augment: None,
            mixup: None,
            stream: None,
            stream_pass: None,
        }
    }
}

/// In which order training rows come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shuffle {
    /// As they are: Keras's `False`.
    No,
    /// All rows permuted: Keras's `True`.
    Rows,
    /// Every batch holds the rows that it would hold without, permuted among themselves: Keras's `"batch"`.
    Batch,
}

impl From<bool> for Shuffle {
    fn from(shuffle: bool) -> Shuffle {
        match shuffle {
            true => Shuffle::Rows,
            false => Shuffle::No,
        }
    }
}

/// What `fit` returns.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Logs of the epochs run by this call, in order.
    pub history: Vec<Logs>,
    /// `finished`, `stopped` (by a callback) or `interrupted`.
    pub reason: &'static str,
    /// Epochs done in all.
    pub epochs_done: usize,
}
