//! A run file from end to end: data, model, training, run folder, diagnosis.
//!
//! Everything that can be refused is refused before the run folder is touched. Errors name the file and the line
//! of the value that causes them.

mod check_callbacks;
mod classes;
mod counted;
mod dialect;
mod evaluation;
mod export;
mod fingerprint;
mod host;
mod inputs;
mod intervals;
mod named_parts;
mod new_files;
mod new_rows;
mod places;
mod predictions;
mod prepared;
mod recorder;
mod saved;
mod saved_compile;
mod saved_rows;
mod targets;
mod trained;
mod trial;

use std::path::{Path, PathBuf};
use std::sync::{Arc, atomic::AtomicBool};

use regimen_data::{Dataset, Reading};
use regimen_doctor::{Facts, diagnose};
use regimen_graph::Engine;
use regimen_nn::summary::{self, SummaryOptions};
use regimen_run::event::Logs;
use regimen_run::folder::{RunWriter, Start};
use regimen_run::spec::{self as spec_of, ClassWeight, ClassWeightRule, OneOrMany, SpecMap};
use regimen_run::{Event, Finding, Profile, RunSpec};
use regimen_save::Checkpoint;

use crate::callbacks::Callback;
use crate::checkpoint::{self, Position};
use crate::fit::{Beginning, ValidationFreq};
use crate::trainer::Kind;
use crate::{Arrays, FitOptions, Output, Shuffle, TrainError, Trainer, backup};
use inputs::Samples;
use named_parts::NamedParts;
use places::Places;
use prepared::Prepared;
use recorder::Recorder;

pub use classes::ClassReport;
pub use evaluation::{Evaluation, Measured, OutputReport};
pub use intervals::Interval;
pub use new_rows::NewRows;
pub use predictions::{Predicted, Predictions, Scores, Several};
pub use saved::{Saved, SavedOptions, summary_of_file};
pub use trained::{Trained, TrainedOptions};
pub use trial::{PartRows, Trial};

/// How a run is run, beside its spec.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// The run folder; `None` trains without leaving files.
    pub folder: Option<PathBuf>,
    /// Go on with the run in the folder.
    pub resume: bool,
    /// Second place of relative data paths (`REGIMEN_DATA`).
    pub data_dir: Option<PathBuf>,
    /// Set from outside (Ctrl-C): the run ends after the current step with everything written.
    pub interrupt: Arc<AtomicBool>,
    /// Bytes of memory that may be used; `None` is no limit.
    pub max_memory: Option<u64>,
    /// Record losses and metrics alone: no look inside, no single validation rows. The doctor knows less then.
    pub logs_alone: bool,
    /// Train on this share of the training rows alone, drawn by the seed: what a learning curve asks for.
    pub train_share: Option<f64>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct RunReport {
    /// `finished`, `stopped` (by a callback), `interrupted`, or `already done` (a resumed run with nothing
    /// left to do).
    pub ended: String,
    /// Logs of the recorded epochs, in order.
    pub history: Vec<Logs>,
    /// Test loss and metrics, where the data has a test part.
    pub test: Option<Logs>,
    /// The diagnosis at the end: all findings, worst first.
    pub findings: Vec<Finding>,
    /// The run folder.
    pub folder: Option<PathBuf>,
}

/// Errors of a run with their places: `digits.toml line 14, column 1: ...`, one per line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RunError(pub String);

/// Trains what a spec says. `map` and `file` give errors their lines; relative data paths are looked up
/// beside `file`, then in `data_dir`. `watch` sees every event as it happens, findings among them.
pub fn train(
    spec: &RunSpec,
    map: &SpecMap,
    file: &Path,
    engine: &dyn Engine,
    options: &RunOptions,
    watch: &mut dyn FnMut(&Event),
) -> Result<RunReport, RunError> {
    ready(spec, (map, file), engine, options, |mut run, notes| {
        run.train(notes, watch)
    })
}

/// [`train`], and what single rows get from the network that it leaves: what a comparison of two runs needs.
pub fn trial(
    spec: &RunSpec,
    map: &SpecMap,
    file: &Path,
    engine: &dyn Engine,
    options: &RunOptions,
    watch: &mut dyn FnMut(&Event),
) -> Result<Trial, RunError> {
    ready(spec, (map, file), engine, options, |mut run, notes| {
        Trial::of(&mut run, notes, watch)
    })
}

/// Does something with a run that is ready to start, and remarks on names of old that its spec uses. Faults have their places.
fn ready<T>(
    spec: &RunSpec,
    (map, file): (&SpecMap, &Path),
    engine: &dyn Engine,
    options: &RunOptions,
    act: impl FnOnce(Run<'_>, Vec<String>) -> Result<T, TrainError>,
) -> Result<T, RunError> {
    let places = Places { map, file, spec };
    let check = |spec: &RunSpec| NamedParts::of(spec, options).map(drop);
    let (spec, notes) = dialect::today(spec, map, check).map_err(|e| places.explain(&e))?;
    let places = Places {
        spec: &spec,
        ..places
    };
    let run = Run::prepare(&spec, &places, engine, options);
    run.and_then(|run| act(run, notes))
        .map_err(|e| places.explain(&e))
}

/// Keras's summary of the model of a spec, no wider than a terminal of `terminal_width` columns where that leaves room
/// for it. The data is read only where the model does not declare its inputs.
pub fn summary(
    spec: &RunSpec,
    map: &SpecMap,
    file: &Path,
    options: &RunOptions,
    terminal_width: Option<usize>,
) -> Result<String, RunError> {
    let places = Places { map, file, spec };
    let check = |spec: &RunSpec| inputs::model(spec).map(drop);
    let (spec, _) = dialect::today(spec, map, check).map_err(|e| places.explain(&e))?;
    let (spec, places) = (
        &spec,
        Places {
            spec: &spec,
            ..places
        },
    );
    let text = || -> Result<String, TrainError> {
        let mut model = inputs::model(spec)?;
        let open = model.has_host_part() && model.declared_inputs().is_none();
        if open || !model.unadapted().is_empty() {
            let dataset = inputs::load_dataset(spec, file, options)?;
            let order = inputs::data_order(&dataset, &model)?;
            inputs::declare(&mut model, &dataset, &order)?;
            model = host::learn(model, &dataset, &order)?.0;
        }
        let infos = match model.declared_inputs() {
            Some(infos) => infos,
            None => inputs::load(spec, file, options)?.infos(&model)?,
        };
        let description = model.describe(&infos)?;
        let fitting = SummaryOptions {
            terminal_width,
            ..SummaryOptions::default()
        };
        // A terminal too narrow for any columns wraps the lines of the usual length.
        let text = summary::summary_with(&model, Some(&description), &fitting);
        Ok(text.unwrap_or_else(|_| summary::summary(&model, &description, None)))
    };
    text().map_err(|e| places.explain(&e))
}

/// What the data of a spec look like, all rows read. Of the spec only the data, the seed, the losses (for the encoding of
/// labels; where they are a list, the model's outputs, too) and the weights of samples count.
pub fn data_profile(
    spec: &RunSpec,
    map: &SpecMap,
    file: &Path,
    options: &RunOptions,
) -> Result<Profile, RunError> {
    let places = Places { map, file, spec };
    let profile = || -> Result<Profile, TrainError> {
        let dataset = inputs::load_dataset(spec, file, options)?;
        let mut profile = regimen_data::profile(&dataset, Reading::All)?;
        profile.balanced = is_balanced(spec);
        Ok(profile)
    };
    profile().map_err(|e| places.explain(&e))
}

/// What a run tells before its first step: [`Event::Data`] and [`Event::RunBegin`], for a diagnosis of the run file
/// alone. The data are read and the model is built; no folder is touched.
pub fn beginning(
    spec: &RunSpec,
    map: &SpecMap,
    file: &Path,
    engine: &dyn Engine,
    options: &RunOptions,
) -> Result<Vec<Event>, RunError> {
    ready(spec, (map, file), engine, options, |run, _| run.beginning())
}

/// A checked run, ready to start.
struct Run<'a> {
    spec: &'a RunSpec,
    options: &'a RunOptions,
    trainer: Trainer<'a>,
    callbacks: Vec<Box<dyn Callback>>,
    fit: FitOptions,
    samples: Samples,
    prepared: Prepared,
    profile: Profile,
}

impl<'a> Run<'a> {
    /// Loads, builds and plans everything; touches no folder.
    fn prepare(
        spec: &'a RunSpec,
        places: &Places<'_>,
        engine: &'a dyn Engine,
        options: &'a RunOptions,
    ) -> Result<Run<'a>, TrainError> {
        let NamedParts {
            mut model,
            callbacks: made,
            targets,
        } = NamedParts::of(spec, options)?;
        let dataset: Dataset = inputs::load_dataset(spec, places.file, options)?;
        let compile = inputs::compile(spec);
        let mut fit = fit_options(spec, &dataset, options)?;
        let mut prepared = Prepared::of(&dataset, places.file);
        let mut profile = regimen_data::profile(&dataset, Reading::Sampled)?;
        profile.balanced = is_balanced(spec);
        let order = inputs::data_order(&dataset, &model)?;
        inputs::declare(&mut model, &dataset, &order)?;
        let (model, learnt) = host::learn(model, &dataset, &order)?;
        prepared.learnt = learnt;
        let whole = match model.has_host_part() {
            true => Some(trained::whole_model(spec, &prepared)?),
            false => None,
        };
        let (host, model) = host::split(model)?;
        let mut samples = Samples::from(dataset, &order, &targets, host.as_ref(), &model)?;
        if let Some(share) = options.train_share {
            samples.train = trial::sampled(&samples.train, share, spec)?;
        }
        fit.augment = samples.augment.clone();
        inputs::check_ids(&model, &samples)?;
        let (x, y) = (samples.train.inputs(), samples.train.targets());
        inputs::check_memory(&model, &x, &compile.optimizer, options.max_memory)?;
        let mut trainer = Trainer::for_shapes(engine, model, &compile, x, y, spec.seed)?;
        trainer.whole = whole;
        inputs::check_labels(&trainer, &samples)?;
        // Planning reserves the memory of a step: what does not fit is refused here.
        let rows = fit.batch_size.min(samples.train.rows());
        for part in [&samples.train, &samples.validation, &samples.test] {
            trainer.check_batches(part.rows(), fit.batch_size.max(1))?;
        }
        check_callbacks::check(&trainer, &made, &samples, &fit)?;
        let weighted = samples.train.sample_weight.is_some() || fit.class_weight.is_some();
        trainer.plan(Kind::Train { rows, weighted })?;
        Ok(Run {
            spec,
            options,
            trainer,
            callbacks: made,
            fit,
            samples,
            prepared,
            profile,
        })
    }

    fn beginning(self) -> Result<Vec<Event>, TrainError> {
        let (train, validation) = (&self.samples.train, &self.samples.validation);
        let begin = Beginning {
            options: &self.fit,
            initial_epoch: self.fit.initial_epoch,
            steps: train.rows().div_ceil(self.fit.batch_size.max(1)),
            batch: self.fit.batch_size,
            train,
            validation: (validation.rows() > 0).then_some(validation),
        };
        let begin = begin.event(&self.trainer)?;
        let profile = self.profile;
        Ok(vec![Event::Data { profile }, begin])
    }

    fn train(
        &mut self,
        notes: Vec<String>,
        watch: &mut dyn FnMut(&Event),
    ) -> Result<RunReport, TrainError> {
        let start = if self.options.resume {
            Start::Resume
        } else {
            Start::Fresh
        };
        let writer = match &self.options.folder {
            Some(dir) => Some(RunWriter::create(dir, self.spec, start)?),
            None => None,
        };
        let mut recorder = Recorder::new(writer, watch);
        let data = self.samples.fingerprint()?;
        self.fit.data = Some(data);
        let position = match self.resume(&mut recorder)? {
            Resumed::Done(ended) => return Ok(recorder.report(ended)),
            Resumed::At(position) => position,
        };
        recorder.data_once(std::mem::take(&mut self.profile))?;
        for text in notes {
            recorder.event(&Event::Message {
                epoch: position.epoch,
                text,
            })?;
        }
        for path in self.trainer.unreached().to_vec() {
            let text = format!(
                "Gradients do not exist for `{path}`: the loss does not reach it, so it will not be trained."
            );
            recorder.event(&Event::Message {
                epoch: position.epoch,
                text,
            })?;
        }
        let validation = (self.samples.validation.rows() > 0).then_some(&self.samples.validation);
        let begun = std::time::Instant::now();
        let train: &Arrays = &self.samples.train;
        let outcome = self.trainer.fit_from(
            position,
            train,
            validation,
            &self.fit,
            &mut self.callbacks,
            &mut recorder,
        )?;
        let test = match outcome.reason {
            "interrupted" => None,
            _ if self.samples.test.rows() == 0 => None,
            _ => Some(
                self.trainer
                    .evaluate(&self.samples.test, self.fit.batch_size)?,
            ),
        };
        let end = Event::RunEnd {
            reason: outcome.reason.to_string(),
            epochs_done: outcome.epochs_done,
            seconds: begun.elapsed().as_secs_f64(),
            test,
        };
        recorder.event(&end)?;
        Ok(recorder.report(outcome.reason))
    }

    /// Where to begin: at the start, or where the run in the folder stopped.
    fn resume(&mut self, recorder: &mut Recorder<'_>) -> Result<Resumed, TrainError> {
        let start = Position {
            epoch: self.fit.initial_epoch,
            ..Position::default()
        };
        let backup = backup::find(&self.callbacks)?;
        if !self.options.resume {
            recorder.keep(&self.prepared, false)?;
            return Ok(Resumed::At(match backup {
                Some(found) => {
                    found.restore(&mut self.trainer, &mut self.callbacks, self.fit.data)?
                }
                None => start,
            }));
        }
        let begun = recorder.checkpoint_bytes()?;
        recorder.keep(&self.prepared, begun.is_some() || backup.is_some())?;
        if let Some(found) = backup.filter(|found| found.step() > steps_of(begun.as_deref())) {
            let data = self.fit.data;
            let position = found.restore(&mut self.trainer, &mut self.callbacks, data)?;
            recorder.rewind(position.epoch, self.trainer.step())?;
            recorder.tell_gaps(self.fit.initial_epoch, position.epoch)?;
            return Ok(Resumed::At(position));
        }
        let Some(bytes) = begun else {
            recorder.start_anew()?;
            if let Some(saved) = recorder.beginning()? {
                let wrong = |reason: String| TrainError::Checkpoint {
                    file: checkpoint::BEGINNING.to_string(),
                    reason,
                };
                checkpoint::restore_callbacks(&saved, &mut self.callbacks).map_err(wrong)?;
            }
            return Ok(Resumed::At(start));
        };
        let wrong = |reason: String| TrainError::Checkpoint {
            file: checkpoint::FILE.to_string(),
            reason,
        };
        let saved = Checkpoint::from_bytes(&bytes)
            .map_err(|e| wrong(format!("{e}; or remove it to start the run anew")))?;
        checkpoint::check_data(&saved, self.fit.data).map_err(wrong)?;
        let mut position = checkpoint::unpack(
            &saved,
            checkpoint::FILE,
            &mut self.trainer,
            (&mut self.callbacks, checkpoint::restore_callbacks),
        )?;
        let ended = recorder.ended();
        let more_epochs = position.epoch < self.fit.epochs && ended.as_deref() != Some("stopped");
        if position.done && ended.is_some() && !more_epochs {
            return Ok(Resumed::Done("already done"));
        }
        recorder.rewind(position.epoch, self.trainer.step())?;
        recorder.tell_gaps(self.fit.initial_epoch, position.epoch)?;
        position.done = false;
        Ok(Resumed::At(position))
    }
}

/// Whether rows of rare classes are repeated in the training part alone.
fn is_balanced(spec: &RunSpec) -> bool {
    spec.data.balance == Some(spec_of::Balance::Upsample)
}

enum Resumed {
    Done(&'static str),
    At(Position),
}

/// Optimizer steps before a checkpoint was written; none where it cannot be read.
fn steps_of(bytes: Option<&[u8]>) -> u64 {
    let saved = bytes.and_then(|bytes| Checkpoint::from_bytes(bytes).ok());
    saved.map_or(0, |saved| checkpoint::step(&saved))
}

fn fit_options(
    spec: &RunSpec,
    dataset: &Dataset,
    options: &RunOptions,
) -> Result<FitOptions, TrainError> {
    let fit = &spec.fit;
    let class_weight = match &fit.class_weight {
        Some(ClassWeight::PerClass(weights)) => {
            Some(regimen_data::class_weights(weights, &dataset.classes)?)
        }
        Some(ClassWeight::Rule(ClassWeightRule::Balanced)) => {
            Some(regimen_data::balanced_weights(dataset)?)
        }
        None => None,
    };
    Ok(FitOptions {
        probe: !options.logs_alone,
        epochs: fit.epochs,
        batch_size: fit.batch_size,
        validation_split: fit.validation_split,
        validation_freq: match &fit.validation_freq {
            OneOrMany::One(n) => ValidationFreq::Every(*n),
            OneOrMany::Many(list) => ValidationFreq::At(list.clone()),
        },
        validation_batch_size: fit.validation_batch_size,
        validation_steps: fit.validation_steps,
        shuffle: match fit.shuffle {
            spec_of::Shuffle::Rows(shuffle) => shuffle.into(),
            spec_of::Shuffle::Within(spec_of::ShuffleWithin::Batch) => Shuffle::Batch,
        },
        initial_epoch: fit.initial_epoch,
        steps_per_epoch: fit.steps_per_epoch,
        class_weight,
        checkpoint_steps: fit.checkpoint_steps,
        interrupt: options.interrupt.clone(),
        profile: dataset.profile.clone(),
        data: None,
        augment: None,
        mixup: fit.mixup,
        stream: None,
        stream_pass: None,
    })
}

/// The diagnosis of a list of events, worst first.
pub(crate) fn findings(events: &[Event]) -> Vec<Finding> {
    diagnose(&Facts::from_events(events))
}
