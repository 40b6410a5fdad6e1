//! What is known of a run, read off its events.

use regimen_run::event::{Logs, Telemetry, Timing};
use regimen_run::{DataProfile, Event, ModelFacts, Profile};

use crate::spec::SpecFacts;

/// Everything that a finding may look at. What is unknown is `None` or empty.
#[derive(Debug, Clone, Default)]
pub struct Facts<'a> {
    /// The model, when the run or a spec tells it.
    pub model: Option<&'a ModelFacts>,
    /// The data, when the run or a spec tells it.
    pub data: Option<&'a DataProfile>,
    /// What the data look like in full, when a run told.
    pub profile: Option<&'a Profile>,
    /// Training rows.
    pub train_samples: Option<usize>,
    /// Validation rows.
    pub val_samples: Option<usize>,
    /// What a spec tells beside model and data, when there is no more than that.
    pub spec: Option<&'a SpecFacts>,
    /// Epochs asked for.
    pub epochs_planned: Option<usize>,
    /// Rows of a batch.
    pub batch_size: Option<usize>,
    /// Epochs so far, in order; each epoch once.
    pub history: Vec<EpochFacts<'a>>,
    /// Where numbers stopped being finite, in order.
    pub non_finite: Vec<NonFiniteFact<'a>>,
    /// Why training ended, when it did.
    pub ended: Option<&'a str>,
    /// What the log calls its first epoch: 1, or 0 for logs that count from 0.
    pub first_epoch: usize,
}

/// One epoch that ended.
#[derive(Debug, Clone, Copy)]
pub struct EpochFacts<'a> {
    /// 0-based.
    pub epoch: usize,
    /// Optimizer steps so far.
    pub step: u64,
    /// Losses and metrics by Keras's names.
    pub logs: &'a Logs,
    /// Where its seconds went, when a run told.
    pub timing: Option<&'a Timing>,
    /// What the trainer measured beyond them.
    pub telemetry: &'a Telemetry,
}

/// A loss, gradient or output that was not finite.
#[derive(Debug, Clone, Copy)]
pub struct NonFiniteFact<'a> {
    /// 0-based.
    pub epoch: usize,
    /// 0-based optimizer step.
    pub step: u64,
    /// Layer path, `loss`, or `<layer> gradient`.
    pub layer: &'a str,
}

impl<'a> Facts<'a> {
    /// Reads events in order. A resumed run may tell an epoch twice: the later telling holds.
    pub fn from_events(events: impl IntoIterator<Item = &'a Event>) -> Facts<'a> {
        let mut facts = Facts {
            first_epoch: 1,
            ..Facts::default()
        };
        for event in events {
            facts.read(event);
        }
        facts
    }

    fn read(&mut self, event: &'a Event) {
        match event {
            Event::RunBegin {
                epochs,
                initial_epoch,
                samples,
                val_samples,
                batch_size,
                model,
                data,
                ..
            } => {
                self.forget_from(*initial_epoch);
                self.model = Some(model);
                self.data = Some(data);
                self.train_samples = (*samples > 0).then_some(*samples);
                self.val_samples = (*val_samples > 0).then_some(*val_samples);
                self.epochs_planned = Some(*epochs);
                self.batch_size = Some(*batch_size);
                self.ended = None;
            }
            Event::EpochEnd {
                epoch,
                logs,
                step,
                timing,
                telemetry,
                ..
            } => {
                self.history.retain(|row| row.epoch < *epoch);
                self.history.push(EpochFacts {
                    epoch: *epoch,
                    step: *step,
                    logs,
                    timing: timing.as_ref(),
                    telemetry,
                });
            }
            Event::NonFinite { epoch, step, layer } => {
                self.non_finite.push(NonFiniteFact {
                    epoch: *epoch,
                    step: *step,
                    layer,
                });
            }
            Event::RunEnd { reason, .. } => self.ended = Some(reason),
            Event::Data { profile } => self.profile = Some(profile),
            Event::EpochBegin { .. }
            | Event::BatchEnd { .. }
            | Event::Message { .. }
            | Event::Checkpoint { .. }
            | Event::ValidationRows(_)
            | Event::Finding(_) => {}
        }
    }

    /// A run that goes on at an epoch tells this epoch and later ones anew.
    fn forget_from(&mut self, epoch: usize) {
        self.history.retain(|row| row.epoch < epoch);
        self.non_finite.retain(|fact| fact.epoch < epoch);
    }

    /// The epoch as people and the log count it.
    pub fn epoch_name(&self, epoch: usize) -> usize {
        epoch + self.first_epoch
    }

    /// Accuracy of one epoch, under whichever of Keras's names it was logged; `prefix` is `val_` for
    /// the validation rows and empty for the training rows.
    pub fn accuracy(&self, row: &EpochFacts, prefix: &str) -> Option<f64> {
        const NAMES: [&str; 5] = [
            "accuracy",
            "acc",
            "categorical_accuracy",
            "sparse_categorical_accuracy",
            "binary_accuracy",
        ];
        NAMES
            .iter()
            .find_map(|name| row.logs.get(&format!("{prefix}{name}")))
            .copied()
            .and_then(as_share)
    }
}

/// An accuracy as a share; some programs log percent. What is neither has another meaning.
fn as_share(accuracy: f64) -> Option<f64> {
    match accuracy {
        share if (0.0..=1.0).contains(&share) => Some(share),
        percent if percent > 1.5 && percent <= 100.0 => Some(percent / 100.0),
        _ => None,
    }
}
