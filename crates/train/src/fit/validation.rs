//! Validation after an epoch.

use std::collections::BTreeMap;

use regimen_nn::metrics;
use regimen_run::event::{Logs, Telemetry};

use super::{Fit, ValidationFreq, saver::Saver};
use crate::callbacks::Direction;
use crate::rows::{self, RowResults};
use crate::{TrainError, Trainer};

impl Fit<'_, '_> {
    /// Adds `val_` logs when validation is due.
    pub(super) fn validate(&mut self, logs: &mut Logs) -> Result<Telemetry, TrainError> {
        let number = self.position.epoch + 1;
        let due = match &self.options.validation_freq {
            ValidationFreq::Every(n) => number.is_multiple_of((*n).max(1)),
            ValidationFreq::At(epochs) => epochs.contains(&number),
        };
        let Some(data) = self.validation.filter(|_| due) else {
            return Ok(Telemetry::default());
        };
        let batch = self.options.validation_batch_size.unwrap_or(self.batch);
        let steps = self.options.validation_steps;
        let mut save = Saver {
            output: &mut *self.output,
            position: &self.position,
            data: self.options.data,
        };
        let audience = &mut self.audience;
        let mut results = RowResults::default();
        let single = self.options.probe.then_some(&mut results);
        let measured = self
            .trainer
            .evaluate_before(data, batch, steps, single, audience, &mut save)?;
        let val_loss = measured.get("loss").copied().unwrap_or(f64::NAN);
        for (name, value) in measured {
            logs.insert(format!("val_{name}"), value);
        }
        let epoch = self.position.epoch;
        let validation = {
            let classes = self.trainer.predicted.len();
            let store = self.trainer.store.as_mut();
            rows::follow(store, &results, classes, epoch, val_loss)
        };
        let total: f64 = self.trainer.predicted.iter().sum();
        let shares = self
            .trainer
            .predicted
            .iter()
            .map(|n| n / total.max(1.0))
            .collect();
        Ok(Telemetry {
            val_predicted_shares: shares,
            validation,
            learning_rate: None,
            probe: None,
        })
    }
}

impl Trainer<'_> {
    /// Which way each compiled metric is better, by its names in the logs.
    pub(crate) fn directions(&self) -> BTreeMap<String, Direction> {
        let known = self.log_names.iter().filter_map(|name| {
            let metric = self.compiled.metric_of(name)?;
            match metric.metric.metric.direction() {
                metrics::Direction::Up => Some((name.clone(), Direction::Max)),
                metrics::Direction::Down => Some((name.clone(), Direction::Min)),
                metrics::Direction::Unknown => None,
            }
        });
        known.collect()
    }

    /// Names of the logs of every step.
    pub fn log_names(&self) -> Vec<String> {
        self.log_names.clone()
    }

    /// Keeps a copy of the weights in the state, so that checkpoints hold it too.
    pub(crate) fn keep_weights(&mut self, name: &str) {
        for (path, value) in self.weights() {
            self.store.put(&format!("kept/{name}/{path}"), &value);
        }
    }

    /// Puts a kept copy back; nothing happens when there is none.
    pub(crate) fn restore_weights(&mut self, name: &str) {
        for path in self
            .weights
            .iter()
            .map(|w| w.path.clone())
            .collect::<Vec<_>>()
        {
            if let Some(value) = self.store.get(&format!("kept/{name}/{path}")) {
                self.store.put(&path, &value);
            }
        }
    }
}
