//! Callbacks, one file each: state machines over moments of training.
//!
//! A callback never touches the trainer. It answers with [`Flow`]s, a closed list that the loop
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

use regimen_nn::{Object, OptionError, OptionInfo, Options, config::nearest, object::same_name};
use regimen_run::event::Logs;
use serde_json::Value as Json;

/// When a callback is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Moment<'a> {
    /// Before the first epoch (again after a resume).
    TrainBegin,
    /// Before an epoch, 0-based.
    EpochBegin {
        /// 0-based.
        epoch: usize,
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
}

/// What a callback may ask of the loop.
#[derive(Debug, Clone, PartialEq)]
pub enum Flow {
    /// End training after this epoch (after this step, from `BatchEnd`).
    Stop,
    /// Set the learning rate from the next step on.
    SetLearningRate(f64),
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
    },
}

/// What a callback may read.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// Learning rate of the next step.
    pub learning_rate: f64,
    /// Directions of the compiled metrics by name.
    pub directions: &'a std::collections::BTreeMap<String, Direction>,
    /// Names that the logs at the ends of epochs may have; empty where they are not known.
    pub log_names: &'a [String],
    /// Epochs asked for.
    pub epochs: usize,
}

/// A callback.
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
    /// Files that it writes, as its options name them. No two callbacks write the same one.
    fn files(&self) -> Vec<String> {
        vec![]
    }
    /// Whether it wants [`Moment::BatchEnd`].
    fn wants_batches(&self) -> bool {
        false
    }
}

/// Where a callback lives.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// The run folder, for callbacks that write files. Relative paths begin here; `None` means the current folder.
    pub folder: Option<PathBuf>,
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
        let hint = match nearest(&object.class_name, CALLBACKS.iter().map(|d| d.class_name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`regimen list callbacks` prints all".to_string(),
        };
        let message = format!("there is no callback `{}`: {hint}", object.class_name);
        return Err(vec![OptionError {
            path: path.to_string(),
            message,
        }]);
    };
    let mut options = Options::new(def.class_name, &object.config, path);
    let callback = (def.read)(&mut options, place);
    let errors = options.finish();
    match callback {
        Some(callback) if errors.is_empty() => Ok(callback),
        _ => Err(errors),
    }
}
