//! The batches of an epoch, and the rows they are cut from.

use std::borrow::Cow;
use std::time::Instant;

use regimen_graph::Tensor;
use regimen_run::event::Logs;

use super::{Ended, Fit, FitOptions, Place, mixup, place};
use crate::callbacks::Moment;
use crate::trainer::Kind;
use crate::{ArrayView, Arrays, Elements, TrainError};

impl Fit<'_, '_> {
    /// The steps that are left of the epoch.
    pub(super) fn batches(&mut self) -> Result<Ended, TrainError> {
        while self.position.batch < self.steps && !self.audience.stop {
            if self.position.seen >= self.per_pass {
                self.audience.messages.push(ran_out(self.steps));
                break;
            }
            if self.audience.wants_batches() {
                let (epoch, batch) = (self.position.epoch, self.position.batch);
                let step = self.trainer.step();
                self.ask(&Moment::BatchBegin { epoch, batch, step }, &mut Logs::new())?;
            }
            let kind = self.step()?;
            self.kind = Some(kind);
            let (epoch, batch, step) = (
                self.position.epoch,
                self.position.batch,
                self.trainer.step(),
            );
            self.position.batch += 1;
            self.position.seen += 1;
            if self.audience.wants_batches() {
                let logs = self.trainer.logs(kind);
                self.ask(
                    &Moment::BatchEnd {
                        epoch,
                        batch,
                        step,
                        logs: &logs,
                    },
                    &mut Logs::new(),
                )?;
            }
            self.progress(kind)?;
            let last = self.position.batch >= self.steps
                || self.position.seen >= self.per_pass
                || self.audience.stop;
            if step % self.every == 0 {
                match last {
                    true => self.save_due = true,
                    false => self.save()?,
                }
            }
            if !last {
                self.back_up()?;
            }
            if self.interrupted() && !last {
                return Ok(Ended::Interrupted);
            }
        }
        Ok(Ended::Complete)
    }

    /// One optimizer step.
    fn step(&mut self) -> Result<Kind, TrainError> {
        self.fetch()?;
        let Some(batch) = self.next.take() else {
            return Err(TrainError::Arguments("there is no batch left".to_owned()));
        };
        let kind = Kind::Train {
            rows: batch.rows,
            weighted: self.train.is_weighted(),
        };
        self.trainer.plan(kind)?;
        if self.position.batch == 0 {
            self.trainer.clear_accumulators(kind);
        }
        if self.told_non_finite || !self.run_guarded(kind, &batch.feeds)? {
            self.report_non_finite(Some(&batch.feeds))?;
            self.trainer.run(kind, batch.feeds.iter().collect())?;
        }
        self.feed.give_back(batch.feeds);
        Ok(kind)
    }

    /// Runs a step where its loss is finite. Beside it the next batch of the epoch is made.
    fn run_guarded(&mut self, kind: Kind, feeds: &[Tensor]) -> Result<bool, TrainError> {
        let after = Place {
            seen: self.position.seen + 1,
            ..place(self.position)
        };
        let more = self.position.batch + 1 < self.steps && after.seen < self.per_pass;
        let order = self.next.is_none() && more;
        let Some(order) = order.then(|| self.feed.ahead(after)).flatten() else {
            return self.trainer.run_guarded(kind, feeds.iter().collect());
        };
        let engine = self.trainer.engine;
        let mut ran = Ok(false);
        engine.beside(&|| order.go_on(), &mut || {
            ran = self.trainer.run_guarded(kind, feeds.iter().collect());
        });
        self.next = order.made();
        ran
    }

    /// Has the batch of the next step ready, where the epoch has one. Rows that cannot be read end the run, its state written.
    /// An epoch's first batch is fetched before its callbacks are asked: going on asks them anew.
    pub(super) fn fetch(&mut self) -> Result<(), TrainError> {
        let more = self.position.batch < self.steps && self.position.seen < self.per_pass;
        if self.next.is_some() || !more {
            return Ok(());
        }
        let begun = Instant::now();
        let next = self.feed.next(place(self.position));
        self.waited += begun.elapsed();
        match next {
            Ok(batch) => {
                self.next = Some(batch);
                Ok(())
            }
            Err(error) => {
                if self.output.has_folder() {
                    // The rows are what the user has to know of first.
                    let _saved = self.save();
                }
                Err(error)
            }
        }
    }
}

/// Keras's warning when an iterator over arrays ends before `steps_per_epoch`.
fn ran_out(steps: usize) -> String {
    format!(
        "Your input ran out of data; the epoch ends early. `steps_per_epoch` asks for {steps} batches; the next epoch begins a new pass over the rows."
    )
}

/// Training rows with class weights, and validation rows.
pub(super) fn prepare<'d>(
    train: &'d Arrays,
    validation: Option<&'d Arrays>,
    options: &FitOptions,
) -> Result<(Cow<'d, Arrays>, Option<Cow<'d, Arrays>>), TrainError> {
    train.check("fit")?;
    let odd = |view: ArrayView<'_>| !matches!(view.elements, Elements::F32(_) | Elements::I32(_));
    if options.augment.is_some() && train.x_views().any(odd) {
        return Err(TrainError::Arguments(
            "augmentation changes inputs of float32 and int32 only".to_string(),
        ));
    }
    if let Some(alpha) = options.mixup {
        mixup::check(alpha, train)?;
    }
    let (mut train, mut validation) = (Cow::Borrowed(train), validation.map(Cow::Borrowed));
    if let Some(v) = &validation {
        v.check("validation")?;
    }
    let split = options.validation_split;
    if !(0.0..1.0).contains(&split) {
        return Err(TrainError::Arguments(format!(
            "validation_split is {split}; it lies from 0 up to, not including, 1"
        )));
    }
    if split > 0.0 && validation.is_none() {
        let rows = train.rows();
        let cut = (rows as f64 * (1.0 - split)).floor() as usize;
        if cut == 0 || cut == rows {
            let text = format!(
                "validation_split {split} of {rows} rows leaves {cut} to train and {} to validate; both need rows",
                rows - cut
            );
            return Err(TrainError::Arguments(text));
        }
        validation = Some(Cow::Owned(train.range(cut, rows)));
        train = Cow::Owned(train.range(0, cut));
    }
    if let Some(weights) = &options.class_weight {
        train = Cow::Owned(train.into_owned().class_weighted(weights)?);
    }
    Ok((train, validation))
}
