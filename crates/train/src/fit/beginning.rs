//! The event with which a run begins: what is trained, on how much, in which steps.

use std::time::{SystemTime, UNIX_EPOCH};

use regimen_run::Event;

use crate::{Arrays, FitOptions, TrainError, Trainer};

/// What the event tells beside the model.
pub(crate) struct Beginning<'a> {
    pub options: &'a FitOptions,
    pub initial_epoch: usize,
    /// Steps per epoch.
    pub steps: usize,
    /// Rows per batch.
    pub batch: usize,
    pub train: &'a Arrays,
    pub validation: Option<&'a Arrays>,
}

impl Beginning<'_> {
    /// The event.
    pub fn event(&self, trainer: &Trainer<'_>) -> Result<Event, TrainError> {
        let mut data = self.options.profile.clone();
        data.train_rows = data.train_rows.or(Some(self.train.rows()));
        data.val_rows = data.val_rows.or(self.validation.map(Arrays::rows));
        let time = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0.0, |d| d.as_secs_f64());
        Ok(Event::RunBegin {
            version: env!("CARGO_PKG_VERSION").to_string(),
            machine: format!(
                "{}, {} {}",
                trainer.engine.name(),
                std::env::consts::OS,
                std::env::consts::ARCH
            ),
            time,
            epochs: self.options.epochs,
            initial_epoch: self.initial_epoch,
            steps: self.steps,
            batch_size: self.batch,
            samples: match self.options.stream {
                Some(_) => self.steps.saturating_mul(self.batch),
                None => self.train.rows(),
            },
            val_samples: self.validation.map_or(0, Arrays::rows),
            model: trainer.facts()?,
            data,
        })
    }
}
