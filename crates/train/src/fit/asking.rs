//! The callbacks of a training, an evaluation or predictions: asked in order, their answers applied.

use std::collections::BTreeMap;
use std::path::PathBuf;

use regimen_run::event::Logs;

use crate::callbacks::{Callback, Context, Direction, Flow, Moment};
use crate::fit::saver::Saver;
use crate::{TrainError, Trainer};

/// Callbacks and what they have asked for.
pub(crate) struct Audience<'a> {
    pub(crate) callbacks: &'a mut [Box<dyn Callback>],
    pub(crate) directions: BTreeMap<String, Direction>,
    pub(crate) log_names: Vec<String>,
    pub(crate) epochs: usize,
    /// Whether one of them said stop.
    pub(crate) stop: bool,
    /// What they want shown, in order.
    pub(crate) messages: Vec<String>,
    /// Backups to be written, each with what the file before it becomes.
    pub(crate) backups: Vec<(PathBuf, Option<PathBuf>)>,
}

impl<'a> Audience<'a> {
    /// Callbacks of a trainer that log these names.
    pub(crate) fn new(
        callbacks: &'a mut [Box<dyn Callback>],
        trainer: &Trainer<'_>,
        log_names: Vec<String>,
        epochs: usize,
    ) -> Audience<'a> {
        Audience {
            callbacks,
            directions: trainer.directions(),
            log_names,
            epochs,
            stop: false,
            messages: vec![],
            backups: vec![],
        }
    }

    /// Whether one of them wants the moments of single batches.
    pub(crate) fn wants_batches(&self) -> bool {
        self.callbacks.iter().any(|c| c.wants_batches())
    }

    /// Asks every callback in order and applies its answers; what one adds to the logs the next one sees.
    pub(crate) fn ask(
        &mut self,
        trainer: &mut Trainer<'_>,
        moment: &Moment<'_>,
        logs: &mut Logs,
        save: &mut Saver<'_>,
    ) -> Result<(), TrainError> {
        for i in 0..self.callbacks.len() {
            if moment.is_of_batch() && !self.callbacks[i].wants_batches() {
                continue;
            }
            let snapshot = logs.clone();
            let moment = match *moment {
                Moment::EpochEnd { epoch, step, .. } => Moment::EpochEnd {
                    epoch,
                    step,
                    logs: &snapshot,
                },
                other => other,
            };
            let cx = Context {
                trainer: Some(&*trainer),
                learning_rate: trainer.learning_rate(),
                directions: &self.directions,
                log_names: &self.log_names,
                epochs: self.epochs,
            };
            let flows = self.callbacks[i].on(&moment, &cx);
            for flow in flows.map_err(|reason| self.fault(i, reason))? {
                self.apply(i, flow, trainer, logs, save)?;
            }
        }
        Ok(())
    }

    /// Applies an answer of the callback at `index`, which has its own names of kept weights.
    fn apply(
        &mut self,
        index: usize,
        flow: Flow,
        trainer: &mut Trainer<'_>,
        logs: &mut Logs,
        save: &mut Saver<'_>,
    ) -> Result<(), TrainError> {
        match flow {
            Flow::Stop => self.stop = true,
            Flow::SetLearningRate(lr) => trainer
                .set_learning_rate(lr)
                .map_err(|e| self.fault(index, e.to_string()))?,
            Flow::SetRateOf(place, lr) => trainer
                .set_rate_of(place, lr)
                .map_err(|e| self.fault(index, e.to_string()))?,
            Flow::SetWeight(path, value) => {
                let set = trainer.set_weights(&[(path, value)].into());
                set.map_err(|e| self.fault(index, e.to_string()))?;
            }
            Flow::ResetStates(paths) => trainer.reset_states_at(&paths),
            Flow::KeepWeights(name) => trainer.keep_weights(&format!("{index}/{name}")),
            Flow::RestoreWeights(name) => trainer.restore_weights(&format!("{index}/{name}")),
            Flow::SwapEma => trainer
                .swap_ema()
                .map_err(|e| self.fault(index, e.to_string()))?,
            Flow::SetEma => trainer
                .set_ema()
                .map_err(|e| self.fault(index, e.to_string()))?,
            Flow::AddLog(name, value) => {
                logs.insert(name, value);
            }
            Flow::Message(text) => self.messages.push(text),
            Flow::Save {
                path,
                weights_only,
                replaces,
            } => {
                let callbacks = &*self.callbacks;
                save.save(trainer, callbacks, &path, weights_only, replaces.as_deref())?;
            }
            Flow::Backup { file, previous } => {
                // Asked for again before it was written, it is one backup.
                self.backups.retain(|(due, _)| *due != file);
                self.backups.push((file, previous));
            }
        }
        Ok(())
    }

    fn fault(&self, index: usize, reason: String) -> TrainError {
        TrainError::Callback {
            callback: self.callbacks[index].class_name().to_string(),
            reason,
        }
    }
}
