//! Callbacks, one file each: state machines over moments of training.
//!
//! A callback reads the trainer and never changes it. It answers with [`Flow`]s, a closed list that the loop
//! applies. Its state is plain JSON, so that a resumed run goes on as if never stopped.

#[path = "generated.rs"]
mod generated;
pub use generated::*;

pub(crate) use inside_run::check_apart;
pub(crate) use log_names::log_names;

#[cfg(test)]
mod drive_tests;
#[cfg(test)]
mod golden_tests;
#[cfg(test)]
mod golden_trace_tests;

use std::path::PathBuf;

use regimen_graph::Tensor;
use regimen_nn::every_fault::every_fault;
use regimen_nn::{Object, OptionError, OptionInfo, Options, object::same_name};
use regimen_run::event::Logs;
use serde_json::{Map, Value as Json};

use crate::Trainer;

/// When a callback is asked. Those of `Callback` in Keras: `on_train_begin`, `on_epoch_begin`, and so on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Moment<'a> {
    /// Before the first epoch (again after a resume).
    TrainBegin,
    /// Before an epoch, 0-based.
    EpochBegin {
        /// 0-based.
        epoch: usize,
    },
    /// Before a step.
    BatchBegin {
        /// 0-based.
        epoch: usize,
        /// 0-based in the epoch.
        batch: usize,
        /// Optimizer steps so far.
        step: u64,
    },
    /// After a step.
    BatchEnd {
        /// 0-based.
        epoch: usize,
        /// 0-based in the epoch.
        batch: usize,
        /// Optimizer steps so far.
        step: u64,
        /// Running means.
        logs: &'a Logs,
    },
    /// After an epoch and its validation.
    EpochEnd {
        /// 0-based.
        epoch: usize,
        /// Optimizer steps so far.
        step: u64,
        /// Loss, metrics, `val_*`, and what callbacks before this one added.
        logs: &'a Logs,
    },
    /// After the last epoch.
    TrainEnd,
    /// Before an evaluation: the validation of an epoch, or one that was asked for.
    TestBegin {
        /// Optimizer steps so far.
        step: u64,
    },
    /// Before a batch of an evaluation.
    TestBatchBegin {
        /// 0-based.
        batch: usize,
    },
    /// After a batch of an evaluation.
    TestBatchEnd {
        /// 0-based.
        batch: usize,
        /// Running means, without `val_`.
        logs: &'a Logs,
    },
    /// After an evaluation.
    TestEnd {
        /// Optimizer steps so far.
        step: u64,
        /// Loss and metrics, without `val_`.
        logs: &'a Logs,
    },
    /// Before predictions.
    PredictBegin,
    /// Before a batch of predictions.
    PredictBatchBegin {
        /// 0-based.
        batch: usize,
    },
    /// After a batch of predictions.
    PredictBatchEnd {
        /// 0-based.
        batch: usize,
    },
    /// After predictions.
    PredictEnd,
}

impl Moment<'_> {
    /// Whether it is one of a single batch, told to those that [want them](Callback::wants_batches).
    pub fn is_of_batch(&self) -> bool {
        matches!(
            self,
            Moment::BatchBegin { .. }
                | Moment::BatchEnd { .. }
                | Moment::TestBatchBegin { .. }
                | Moment::TestBatchEnd { .. }
                | Moment::PredictBatchBegin { .. }
                | Moment::PredictBatchEnd { .. }
        )
    }
}

/// What a callback may ask of the loop.
#[derive(Debug, Clone, PartialEq)]
pub enum Flow {
    /// End training after this epoch (after this step, from `BatchEnd`). At a moment of an evaluation or of predictions
    /// those end after this batch too.
    Stop,
    /// Set the learning rate from the next step on.
    SetLearningRate(f64),
    /// Set the learning rate of one of the optimizers inside a MultiOptimizer, by its place in [`Context::rates`].
    SetRateOf(usize, f64),
    /// Set the weight of this path, such as `dense/kernel`, from the next step on.
    SetWeight(String, Tensor),
    /// Set what stateful layers carry from batch to batch, by path such as `lstm/rnn_state`, back to zeros.
    ResetStates(Vec<String>),
    /// Keep a copy of the weights in memory under a name.
    KeepWeights(String),
    /// Put the copy of that name back.
    RestoreWeights(String),
    /// Exchange the weights with their moving averages (optimizer option `use_ema`); again undoes it. An error where the
    /// optimizer keeps none.
    SwapEma,
    /// Set the moving averages to the weights as they are.
    SetEma,
    /// Add a value to this epoch's logs.
    AddLog(String, f64),
    /// Show a line.
    Message(String),
    /// Write a checkpoint: the whole state, or the weights alone.
    Save {
        /// Where, relative to the run folder.
        path: String,
        /// Weights without optimizer state.
        weights_only: bool,
        /// A file of the run folder that is removed once this one is written.
        replaces: Option<String>,
    },
    /// Write all that training goes on from, once every callback has been asked, and at the end of an epoch once the epoch
    /// is complete.
    Backup {
        /// The file, written whole or not at all.
        file: PathBuf,
        /// What the file of that name becomes first, if there is one.
        previous: Option<PathBuf>,
    },
}

/// What a callback may read.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// The model with its weights and its state, to look into; `None` where a callback is driven without one.
    pub trainer: Option<&'a Trainer<'a>>,
    /// Learning rate of the next step.
    pub learning_rate: f64,
    /// Directions of the compiled metrics by name.
    pub directions: &'a std::collections::BTreeMap<String, Direction>,
    /// Names that the logs at the ends of epochs may have; empty where they are not known.
    pub log_names: &'a [String],
    /// Epochs asked for.
    pub epochs: usize,
}

impl Context<'_> {
    /// The learning rates of the next step with the names that logs have for them: `learning_rate`, or `learning_rate_<name>`
    /// of each optimizer inside a MultiOptimizer.
    pub fn rates(&self) -> Vec<(String, f64)> {
        match self.trainer.map(Trainer::learning_rates) {
            Some(rates) if !rates.is_empty() => rates,
            _ => vec![(String::new(), self.learning_rate)],
        }
        .into_iter()
        .map(|(name, rate)| (rate_log(&name), rate))
        .collect()
    }

    /// Whether the learning rates can be set, or why not: a schedule sets them.
    pub fn check_rates(&self) -> Result<(), String> {
        let rates = 0..self.rates().len();
        let check =
            |trainer: &Trainer<'_>| rates.into_iter().try_for_each(|i| trainer.check_rate(i));
        self.trainer.map_or(Ok(()), check)
    }
}

/// The name in the logs of an optimizer's learning rate; the only optimizer's has no name.
pub(crate) fn rate_log(optimizer: &str) -> String {
    match optimizer {
        "" => "learning_rate".to_string(),
        name => format!("learning_rate_{name}"),
    }
}

/// The answer that sets the rate at a place of [`Context::rates`], and what messages call it.
pub(crate) fn set_rate(place: usize, log: &str, rate: f64) -> (Flow, String) {
    match log.strip_prefix("learning_rate_") {
        Some(name) => (
            Flow::SetRateOf(place, rate),
            format!("{name} learning rate"),
        ),
        None => (Flow::SetLearningRate(rate), "learning rate".to_string()),
    }
}

/// A callback: Keras's `Callback`, and for a list of them its `CallbackList`.
///
/// One of your own reads the moment and the [`Context`], and answers what the loop shall do:
///
/// ```
/// use regimen_graph::{Reference, Tensor};
/// use regimen_nn::{layers::Dense, model::Sequential};
/// use regimen_train::callbacks::{Callback, Context, Flow, Moment};
/// use regimen_train::{Arrays, CompileOptions, FitOptions, Trainer};
///
/// /// Halves the learning rate every epoch, logs the largest weight, keeps the bias at zero, and stops at a small loss.
/// struct Mine;
///
/// impl Callback for Mine {
///     fn class_name(&self) -> &'static str {
///         "Mine"
///     }
///
///     fn on(&mut self, moment: &Moment<'_>, cx: &Context<'_>) -> Result<Vec<Flow>, String> {
///         let Moment::EpochEnd { logs, .. } = moment else {
///             return Ok(vec![]);
///         };
///         let mut answers = vec![Flow::SetLearningRate(cx.learning_rate / 2.0)];
///         answers.push(Flow::SetWeight("dense/bias".into(), Tensor::f32([1], vec![0.0]).ok_or("one number")?));
///         if let Some(kernel) = cx.trainer.and_then(|t| t.weight("dense/kernel")) {
///             let largest = kernel.to_f64().into_iter().fold(0.0, f64::max);
///             answers.push(Flow::AddLog("largest_weight".into(), largest));
///         }
///         if logs["loss"] < 1e-3 {
///             answers.push(Flow::Stop);
///         }
///         Ok(answers)
///     }
/// }
///
/// let x: Vec<f32> = (0..8).map(|i| i as f32 / 8.0).collect();
/// let data = Arrays::new(Tensor::f32([8, 1], x.clone()).unwrap(), Tensor::f32([8, 1], x).unwrap());
/// let model = Sequential::new().add(Dense::new(1usize)).build();
/// let mut trainer = Trainer::new(&Reference, model, &CompileOptions::new("sgd", "mse"), &data, 7)?;
/// let fit = FitOptions { epochs: 3, ..FitOptions::default() };
/// let outcome = trainer.fit(&data, None, &fit, &mut [Box::new(Mine)], &mut ())?;
/// assert!(outcome.history[2].contains_key("largest_weight"));
/// assert_eq!(trainer.learning_rate() as f32, 0.01 / 8.0);
/// assert_eq!(trainer.weight("dense/bias").unwrap().to_f64(), [0.0]);
/// # Ok::<(), regimen_train::TrainError>(())
/// ```
pub trait Callback: Send {
    /// Keras's class name.
    fn class_name(&self) -> &'static str;
    /// Answers a moment. An error ends training with it.
    fn on(&mut self, moment: &Moment<'_>, cx: &Context<'_>) -> Result<Vec<Flow>, String>;
    /// State to go on from.
    fn state(&self) -> Json {
        Json::Null
    }
    /// Takes saved state back.
    fn restore(&mut self, state: &Json) -> Result<(), String> {
        let _ = state;
        Ok(())
    }
    /// What can be told before training begins: a name that the logs will not have, an option that does not fit the optimizer.
    /// Asked before anything is written; training asks it again.
    fn check(&self, _cx: &Context<'_>) -> Result<(), String> {
        Ok(())
    }

    /// Files that it writes, as its options name them. No two callbacks write the same one.
    fn files(&self) -> Vec<String> {
        vec![]
    }
    /// Whether it wants the [moments of single batches](Moment::is_of_batch).
    fn wants_batches(&self) -> bool {
        false
    }
    /// Files that its [`Flow::Backup`] writes: a new training goes on from the first of them that is there and whole.
    fn backups(&self) -> Vec<PathBuf> {
        vec![]
    }
}

/// Where a callback lives.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// The run folder, for callbacks that write files. Relative paths begin here; `None` means the current folder.
    pub folder: Option<PathBuf>,
    /// Whether paths may lead anywhere, as in a program of one's own, which is no file of somebody else's. Default: they stay
    /// inside the folder.
    pub anywhere: bool,
}

impl Place {
    /// A file of the user: anywhere without a run folder, else inside it and apart from the run's own files.
    pub fn file(&self, path: &str) -> Result<PathBuf, String> {
        self.checked(path, inside_run::file)
    }

    /// A folder of the user, under the same rule.
    pub fn folder(&self, path: &str) -> Result<PathBuf, String> {
        self.checked(path, inside_run::folder)
    }

    /// A file's path as it is kept: one that may not be written is refused.
    pub(crate) fn check_file(&self, path: &str) -> Result<String, String> {
        match self.anywhere {
            true => Ok(path.to_owned()),
            false => inside_run::file(path),
        }
    }

    /// A folder's path, under the same rule.
    pub(crate) fn check_folder(&self, path: &str) -> Result<String, String> {
        match self.anywhere {
            true => Ok(path.to_owned()),
            false => inside_run::folder(path),
        }
    }

    fn checked(
        &self,
        path: &str,
        check: fn(&str) -> Result<String, String>,
    ) -> Result<PathBuf, String> {
        match &self.folder {
            Some(folder) => Ok(folder.join(check(path)?)),
            None => Ok(PathBuf::from(path)),
        }
    }
}

/// A registered callback class.
pub struct CallbackDef {
    /// Keras's class name.
    pub class_name: &'static str,
    /// Other names.
    pub aliases: &'static [&'static str],
    /// One line for lists.
    pub about: &'static str,
    /// Options with defaults.
    pub options: fn() -> Vec<OptionInfo>,
    /// Reads a config; faults stay in the options.
    pub read: fn(&mut Options<'_>, &Place) -> Option<Box<dyn Callback>>,
}

/// The callback class with this name.
pub fn find(name: &str) -> Option<&'static CallbackDef> {
    CALLBACKS
        .iter()
        .find(|d| same_name(d.class_name, name) || d.aliases.iter().any(|a| same_name(a, name)))
}

/// A callback from its config; `path` is where it stands in the spec.
pub fn read(
    object: &Object,
    path: &str,
    place: &Place,
) -> Result<Box<dyn Callback>, Vec<OptionError>> {
    let Some(def) = find(&object.class_name) else {
        return Err(vec![OptionError {
            path: path.to_string(),
            message: refused::unknown(&object.class_name),
        }]);
    };
    let once = |config: &Map<String, Json>| {
        let mut options = Options::new(def.class_name, config, path);
        let callback = (def.read)(&mut options, place);
        (callback, options.finish())
    };
    match once(&object.config) {
        (Some(callback), errors) if errors.is_empty() => Ok(callback),
        (_, errors) => Err(every_fault(
            &(def.options)(),
            &object.config,
            path,
            errors,
            |config| once(config).1,
        )),
    }
}
