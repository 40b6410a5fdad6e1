//! `fit`: the one training loop.
//!
//! Epoch: callbacks, batches, validation, callbacks, events. Order and averaging are Keras's
//! (keras/src/backend/tensorflow/trainer.py, keras/src/trainers/epoch_iterator.py). The loop can stop after any step and
//! go on from there with the same bits: its place is a [`Position`], everything else is state by name.

pub(crate) mod asking;
mod batches;
mod beginning;
mod feed;
mod mixup;
mod options;
mod probe;
pub(crate) mod saver;
mod stream;
mod validation;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use regimen_graph::{DType, Tensor};
use regimen_run::Event;
use regimen_run::event::{Logs, ProbeTelemetry, Timing};
use regimen_save::Checkpoint;

use crate::callbacks::{self, Callback, Moment};
use crate::checkpoint::{self, Position};
use crate::trainer::Kind;
use crate::{Arrays, Output, TrainError, Trainer, backup, rhythm, rows};
pub(crate) use beginning::Beginning;
pub use options::{FitOptions, Outcome, Shuffle, ValidationFreq};
pub use stream::Stream;

use asking::Audience;
use feed::{Batch, Feed, Place, Recipe};
use probe::Probe;
use saver::Saver;

impl Trainer<'_> {
    /// Trains. Validation rows are those given, else cut by `validation_split`. With the callback
    /// [`BackupAndRestore`](callbacks::BackupAndRestore) training that was killed goes on where it was backed up.
    pub fn fit(
        &mut self,
        train: &Arrays,
        validation: Option<&Arrays>,
        options: &FitOptions,
        callbacks: &mut [Box<dyn Callback>],
        output: &mut dyn Output,
    ) -> Result<Outcome, TrainError> {
        let start = match backup::find(callbacks)? {
            Some(found) => found.restore(self, callbacks, options.data)?,
            None => Position {
                epoch: options.initial_epoch,
                ..Position::default()
            },
        };
        self.fit_from(start, train, validation, options, callbacks, output)
    }

    /// The same from a place in the run.
    pub(crate) fn fit_from(
        &mut self,
        position: Position,
        train: &Arrays,
        validation: Option<&Arrays>,
        options: &FitOptions,
        callbacks: &mut [Box<dyn Callback>],
        output: &mut dyn Output,
    ) -> Result<Outcome, TrainError> {
        callbacks::check_apart(callbacks).map_err(TrainError::Options)?;
        let (train, validation) = batches::prepare(train, validation, options)?;
        let log_names = callbacks::log_names(
            self.log_names(),
            validation.is_some(),
            &self.rate_logs(),
            callbacks,
        );
        self.weigh(true, &train);
        let audience = Audience::new(callbacks, self, log_names, options.epochs);
        let rows = train.rows();
        let batch = options.batch_size;
        let validation_batch = options.validation_batch_size.unwrap_or(batch);
        if batch == 0 || validation_batch == 0 {
            let text = "`batch_size` and `validation_batch_size`: expected 1 or more, found 0";
            return Err(TrainError::Arguments(text.to_string()));
        }
        let streamed = match (&options.stream, options.steps_per_epoch) {
            (Some(_), None | Some(0)) => {
                let text = "a stream of batches needs `steps_per_epoch`, 1 or more";
                return Err(TrainError::Arguments(text.to_string()));
            }
            (Some(_), Some(steps)) => Some(steps),
            (None, _) => None,
        };
        if streamed.is_none() {
            self.check_batches(rows, batch)?;
        }
        if let Some(validation) = validation.as_deref() {
            self.check_batches(validation.rows(), validation_batch)?;
        }
        let per_pass = match streamed {
            Some(steps) => options.stream_pass.unwrap_or(steps).max(1),
            None => rows.div_ceil(batch),
        };
        let recipe = Recipe {
            train: &train,
            seed: self.seed,
            shuffle: options.shuffle,
            batch,
            augment: options.augment.clone(),
            mixup: options.mixup,
            stream: options.stream.clone(),
        };
        std::thread::scope(|scope| {
            let (feed, thread) = Feed::start(recipe, place(position), scope);
            let mut run = Fit {
                steps: options.steps_per_epoch.unwrap_or(per_pass),
                per_pass,
                batch,
                every: 0,
                feed,
                next: None,
                kind: None,
                save_due: false,
                history: vec![],
                probe: None,
                told_non_finite: false,
                waited: Duration::ZERO,
                shown: None,
                trainer: self,
                train: &train,
                validation: validation.as_deref(),
                options,
                audience,
                output,
                position,
            };
            run.every = run.checkpoint_rhythm();
            let outcome = run.all();
            drop(run); // and with it the queue that the thread writes to
            // A thread that panicked has been told of by the batch that did not come.
            let _ended = thread.map(|thread| thread.join());
            outcome
        })
    }
}

/// A running `fit`.
struct Fit<'a, 'e> {
    trainer: &'a mut Trainer<'e>,
    train: &'a Arrays,
    validation: Option<&'a Arrays>,
    options: &'a FitOptions,
    audience: Audience<'a>,
    output: &'a mut dyn Output,
    position: Position,
    /// Batches per epoch, batches per pass over the rows, rows per batch, steps between checkpoints.
    steps: usize,
    per_pass: usize,
    batch: usize,
    every: u64,
    feed: Feed<'a>,
    /// The batch of the next step, where it is there already.
    next: Option<Batch>,
    /// Program of the last step.
    kind: Option<Kind>,
    /// A checkpoint fell due on the last batch of an epoch: it is written once the epoch is complete.
    save_due: bool,
    history: Vec<Logs>,
    /// The look inside of the network; none before the first epoch, and for models that it cannot be made for.
    probe: Option<Probe>,
    /// Whether numbers that were not finite have been told of.
    told_non_finite: bool,
    /// Time of the epoch in which nothing went on but the making of its batches.
    waited: Duration,
    /// When the last progress was shown.
    shown: Option<Instant>,
}

impl Fit<'_, '_> {
    fn all(&mut self) -> Result<Outcome, TrainError> {
        self.begin()?;
        if self.options.probe {
            self.probe = Probe::of(self.trainer, self.train)?;
        }
        self.ask(&Moment::TrainBegin, &mut Logs::new())?;
        self.say()?;
        self.save_beginning()?;
        let mut reason = "finished";
        while self.position.epoch < self.options.epochs {
            if self.epoch()? == Ended::Interrupted {
                reason = "interrupted";
                break;
            }
            if self.audience.stop {
                reason = "stopped";
                break;
            }
        }
        if reason != "interrupted" {
            self.trainer.take_ema();
            self.ask(&Moment::TrainEnd, &mut Logs::new())?;
            self.say()?;
            self.position.done = true;
        }
        if let Some(rows) = rows::told(self.trainer.store.as_ref()).filter(|_| self.options.probe) {
            self.output.event(&Event::ValidationRows(rows))?;
        }
        if self.output.has_folder() {
            self.save()?;
        }
        Ok(Outcome {
            history: std::mem::take(&mut self.history),
            reason,
            epochs_done: self.position.epoch,
        })
    }

    fn begin(&mut self) -> Result<(), TrainError> {
        let begin = Beginning {
            options: self.options,
            initial_epoch: self.position.epoch,
            steps: self.steps,
            batch: self.batch,
            train: self.train,
            validation: self.validation,
        };
        let event = begin.event(self.trainer)?;
        self.output.event(&event)
    }

    /// One epoch, or what is left of it.
    fn epoch(&mut self) -> Result<Ended, TrainError> {
        let epoch = self.position.epoch;
        let begun = Instant::now();
        self.waited = Duration::ZERO;
        let first = self.position.batch;
        self.fetch()?;
        self.output.event(&Event::EpochBegin { epoch })?;
        if self.position.batch == 0 {
            self.ask(&Moment::EpochBegin { epoch }, &mut Logs::new())?;
            self.say()?;
        }
        if self.batches()? == Ended::Interrupted {
            return Ok(Ended::Interrupted);
        }
        if self.position.seen >= self.per_pass {
            (self.position.pass, self.position.seen) = (self.position.pass + 1, 0);
        }
        let mut logs = self.kind.map(|k| self.trainer.logs(k)).unwrap_or_default();
        let trained = begun.elapsed();
        let mut telemetry = self.validate(&mut logs)?;
        let validated = begun.elapsed();
        self.check_finite(&logs)?;
        telemetry.probe = self.look(epoch)?;
        telemetry.learning_rate =
            Some(self.trainer.learning_rate()).filter(|rate| rate.is_finite());
        let timing = Timing {
            steps: self.position.batch.saturating_sub(first),
            training: trained.as_secs_f64(),
            waiting: self.waited.as_secs_f64(),
            validation: (validated - trained).as_secs_f64(),
            probe: (begun.elapsed() - validated).as_secs_f64(),
        };
        let step = self.trainer.step();
        self.ask(
            &Moment::EpochEnd {
                epoch,
                step,
                logs: &logs.clone(),
            },
            &mut logs,
        )?;
        let seconds = begun.elapsed().as_secs_f64();
        self.output.event(&Event::EpochEnd {
            epoch,
            logs: logs.clone(),
            seconds,
            step,
            timing: Some(timing),
            telemetry,
        })?;
        self.say()?;
        self.history.push(logs);
        (self.position.epoch, self.position.batch) = (epoch + 1, 0);
        if std::mem::take(&mut self.save_due) {
            self.save()?;
        }
        self.back_up()?;
        Ok(if self.interrupted() {
            Ended::Interrupted
        } else {
            Ended::Complete
        })
    }

    /// The figures of the probe, when they are due.
    fn look(&mut self, epoch: usize) -> Result<Option<ProbeTelemetry>, TrainError> {
        let Some(probe) = self.probe.as_mut() else {
            return Ok(None);
        };
        probe.look(self.trainer, epoch)
    }

    fn interrupted(&self) -> bool {
        self.options.interrupt.load(Ordering::Relaxed)
    }

    /// Asks every callback in order and applies its answers; what one adds to the logs the next one sees.
    fn ask(&mut self, moment: &Moment<'_>, logs: &mut Logs) -> Result<(), TrainError> {
        let mut save = Saver {
            output: &mut *self.output,
            position: &self.position,
            data: self.options.data,
        };
        self.audience.ask(self.trainer, moment, logs, &mut save)
    }

    /// Shows what callbacks said, after the event it belongs to.
    fn say(&mut self) -> Result<(), TrainError> {
        let epoch = self.position.epoch;
        for text in std::mem::take(&mut self.audience.messages) {
            self.output.event(&Event::Message { epoch, text })?;
        }
        Ok(())
    }

    /// Writes the run's own checkpoint, and says so.
    fn save(&mut self) -> Result<(), TrainError> {
        let packed = self.packed();
        let file = self.output.write(checkpoint::FILE, &packed.to_bytes())?;
        let (epoch, step) = (self.position.epoch, self.trainer.step());
        self.output.event(&Event::Checkpoint { epoch, step, file })
    }

    /// Writes the backups that are due.
    fn back_up(&mut self) -> Result<(), TrainError> {
        let due = std::mem::take(&mut self.audience.backups);
        if due.is_empty() {
            return Ok(());
        }
        let packed = self.packed();
        due.iter()
            .try_for_each(|(file, previous)| backup::write(file, previous.as_deref(), &packed))
    }

    fn packed(&self) -> Checkpoint {
        let callbacks = &*self.audience.callbacks;
        checkpoint::pack(self.trainer, &self.position, callbacks, self.options.data)
    }

    /// Writes what callbacks found at the beginning (lengths of files they append to), so that a run killed before its
    /// first checkpoint starts anew without leaving doubles in them.
    fn save_beginning(&mut self) -> Result<(), TrainError> {
        if self.output.has_folder()
            && self.position.epoch == self.options.initial_epoch
            && self.position.batch == 0
        {
            let states = checkpoint::callback_states(self.audience.callbacks);
            if states.iter().any(|s| !s["state"].is_null()) {
                let text = serde_json::Value::Array(states).to_string();
                self.output.write(checkpoint::BEGINNING, text.as_bytes())?;
            }
        }
        Ok(())
    }

    fn checkpoint_rhythm(&self) -> u64 {
        if !self.output.has_folder() {
            return u64::MAX;
        }
        let params: u64 = self
            .trainer
            .weights
            .iter()
            .map(|w| w.shape.iter().product::<usize>() as u64)
            .sum();
        let kept: usize = self
            .trainer
            .optimizer_variables()
            .iter()
            .map(|v| v.shape.iter().product::<usize>())
            .sum();
        let bytes = (params + kept as u64) * DType::F32.size() as u64;
        self.options
            .checkpoint_steps
            .unwrap_or_else(|| rhythm::steps_between(bytes, params, self.batch))
            .max(1)
    }

    /// Shows progress a few times a second.
    fn progress(&mut self, kind: Kind) -> Result<(), TrainError> {
        if self
            .shown
            .is_some_and(|t| t.elapsed() < Duration::from_millis(50))
        {
            return Ok(());
        }
        self.shown = Some(Instant::now());
        let logs = self.trainer.logs(kind);
        self.output.event(&Event::BatchEnd {
            epoch: self.position.epoch,
            batch: self.position.batch - 1,
            logs,
        })
    }

    /// Reports the first number of the run that was not finite, once: before the step on `feeds`, or after the last one.
    fn report_non_finite(&mut self, feeds: Option<&[Tensor]>) -> Result<(), TrainError> {
        if std::mem::replace(&mut self.told_non_finite, true) {
            return Ok(());
        }
        let found = crate::nonfinite::locate(self.trainer, feeds)?;
        let epoch = self.position.epoch;
        self.output.event(&Event::NonFinite {
            epoch,
            step: found.step,
            layer: found.layer,
        })
    }

    fn check_finite(&mut self, logs: &Logs) -> Result<(), TrainError> {
        let bad = |name: &str| logs.get(name).is_some_and(|v| !v.is_finite());
        if bad("loss") || bad("val_loss") {
            self.report_non_finite(None)
        } else {
            Ok(())
        }
    }
}

/// Where the next batch stands.
fn place(position: Position) -> Place {
    Place {
        pass: position.pass,
        seen: position.seen,
    }
}

/// How a part of training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Complete,
    Interrupted,
}
