//! TensorBoard: scalars, weights and the model as event files.
//!
//! Follows keras/src/callbacks/tensorboard.py in tags, steps and folders. The graph is the model as Keras writes it; no profile
//! and no embeddings are written. Scalars of epochs are always written, which Keras with a numeric `update_freq` may forget.

use std::path::Path;
use std::time::Instant;

use regimen_nn::model::to_keras;
use regimen_nn::{Configured, OptionValue, Options, keras_config};
use regimen_run::event::Logs;
use serde_json::{Value as Json, json};

use crate::Trainer;
use crate::callbacks::count::Count;
use crate::callbacks::event_file::EventFile;
use crate::callbacks::inside_run::Refused;
use crate::callbacks::saved_state::Saved;
use crate::callbacks::weight_summaries::{histogram, pictures};
use crate::callbacks::{Callback, CallbackDef, Context, Flow, Moment, Place};
use crate::tensorboard::Shown;

/// Registry entry.
pub const DEF: CallbackDef = CallbackDef {
    class_name: "TensorBoard",
    aliases: &[],
    about: "writes logs, weights and the model for TensorBoard",
    options: TensorBoard::options,
    read,
};

keras_config! {
    /// Writes the logs as scalars that TensorBoard shows: `epoch_<name>` in `train` and `validation` under `log_dir`.
    ///
    /// ```
    /// use regimen_train::callbacks::{Callback, TensorBoard, UpdateFreq};
    ///
    /// let callback: Box<dyn Callback> = TensorBoard::new().log_dir("logs").update_freq(UpdateFreq::Batches(100)).into();
    /// assert!(callback.wants_batches());
    /// ```
    pub struct TensorBoard() {
        /// Folder of the event files, relative to the run folder and inside it.
        log_dir: String = "logs".to_string(),
        /// After how many epochs to write the weights as histograms, `<path>/histogram`; 0 is never.
        histogram_freq: Count = Count(0),
        /// Whether to write the model, for the page of graphs.
        write_graph: bool = true,
        /// Whether to write the weights as pictures too, `<path>/image`, with the histograms.
        write_images: bool = false,
        /// Whether to write how many steps are done in a second.
        write_steps_per_second: bool = false,
        /// Whether to write scalars of batches too, as `batch_<name>`, and how often.
        update_freq: UpdateFreq = UpdateFreq::Epoch,
    }
}

/// How often scalars are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateFreq {
    /// After every epoch.
    Epoch,
    /// After so many batches and after every epoch.
    Batches(usize),
}

impl From<usize> for UpdateFreq {
    fn from(batches: usize) -> UpdateFreq {
        UpdateFreq::Batches(batches)
    }
}

impl OptionValue for UpdateFreq {
    const KIND: &'static str = "`epoch`, `batch` or number of batches";
    fn read(value: &Json) -> Result<UpdateFreq, String> {
        match value.as_u64() {
            Some(batches) if batches > 0 => Ok(UpdateFreq::Batches(batches as usize)),
            _ if value == "epoch" => Ok(UpdateFreq::Epoch),
            _ if value == "batch" => Ok(UpdateFreq::Batches(1)),
            _ => Err("expected \"epoch\", \"batch\" or a number of batches, 1 or more".to_string()),
        }
    }
    fn write(&self) -> Json {
        match self {
            UpdateFreq::Epoch => "epoch".into(),
            UpdateFreq::Batches(n) => (*n).into(),
        }
    }
}

/// Options of Keras that are taken only when switched off, with the reason.
const OFF: &[(&str, &str)] = &[
    (
        "profile_batch",
        "there is no profile in TensorBoard's format; `regimen bench` and the speeds in events.jsonl tell where time goes",
    ),
    ("embeddings_freq", EMBEDDINGS),
    ("embeddings_metadata", EMBEDDINGS),
];

const EMBEDDINGS: &str = "TensorBoard's page of embeddings reads checkpoints of TensorFlow, which are not written; \
                          `histogram_freq` shows embeddings as histograms";

fn read(options: &mut Options<'_>, place: &Place) -> Option<Box<dyn Callback>> {
    for (name, reason) in OFF {
        let off = |value: &Json| value.is_null() || *value == json!(false) || *value == json!(0);
        if options.raw(name).is_some_and(|value| !off(value)) {
            options.error(
                name,
                format!("`{name}` of TensorBoard: {reason}; leave it away"),
            );
        }
    }
    let read = TensorBoard::read(options)?;
    if let Err(text) = place.check_folder(&read.log_dir) {
        options.error("log_dir", format!("`log_dir` of TensorBoard: {text}"));
    }
    Some(read.at(place))
}

impl TensorBoard {
    /// The callback for a run that lives in this place.
    pub fn at(self, place: &Place) -> Box<dyn Callback> {
        let folder = match place.folder(&self.log_dir) {
            Ok(folder) => folder,
            Err(reason) => {
                return Box::new(Refused {
                    class_name: DEF.class_name,
                    reason,
                });
            }
        };
        Box::new(Running {
            options: self,
            name: String::new(),
            train: EventFile::new(folder.join("train")),
            validation: EventFile::new(folder.join("validation")),
            batches: 0,
            resumed: false,
            training: false,
            batch_begun: None,
            epoch_begun: None,
        })
    }
}

impl From<TensorBoard> for Box<dyn Callback> {
    fn from(options: TensorBoard) -> Box<dyn Callback> {
        options.at(&Place::default())
    }
}

/// How names of event files begin.
const PREFIX: &str = "events.out.tfevents.";

struct Running {
    options: TensorBoard,
    /// Name of both event files, chosen when training begins.
    name: String,
    train: EventFile,
    validation: EventFile,
    /// Batches since training began.
    batches: u64,
    resumed: bool,
    /// Whether training has begun; an evaluation outside of it is written by itself.
    training: bool,
    batch_begun: Option<Instant>,
    /// When the epoch began, and the steps before it.
    epoch_begun: Option<(Instant, u64)>,
}

impl Running {
    fn train_begin(&mut self, trainer: Option<&Trainer<'_>>) -> Result<Vec<Flow>, String> {
        self.training = true;
        if std::mem::take(&mut self.resumed) && !self.name.is_empty() {
            let warnings = [
                self.train.go_on(&self.name)?,
                self.validation.go_on(&self.name)?,
            ];
            return Ok(warnings.into_iter().flatten().map(Flow::Message).collect());
        }
        self.batches = 0;
        [&mut self.train, &mut self.validation]
            .into_iter()
            .for_each(EventFile::clear);
        self.name = self.free_name();
        if let Some(trainer) = trainer.filter(|_| self.options.write_graph) {
            let model = Shown::Model(to_keras(trainer.model()).to_string());
            self.train
                .write(&self.name, 0, &[("keras".to_string(), model)])?;
        }
        Ok(vec![])
    }

    /// The first name that neither folder has yet. Its number puts the files of several trainings in order; nothing in
    /// it changes from run to run, for it is part of the state.
    fn free_name(&self) -> String {
        let mut count = 0;
        loop {
            let name = format!("{PREFIX}{count:010}.regimen.v2");
            if ![&self.train, &self.validation]
                .iter()
                .any(|f| f.exists(&name))
            {
                return name;
            }
            count += 1;
        }
    }

    fn batch_end(&mut self, logs: &Logs) -> Result<(), String> {
        self.batches += 1;
        let UpdateFreq::Batches(every) = self.options.update_freq else {
            return Ok(());
        };
        if !self.batches.is_multiple_of(every.max(1) as u64) {
            return Ok(());
        }
        let mut values = tagged("batch_", "", logs);
        if let Some(begun) = self.batch_begun.take() {
            values.insert(0, per_second("batch_steps_per_second", 1, begun));
        }
        self.train.write(&self.name, self.batches, &values)
    }

    /// An evaluation outside of training.
    fn evaluated(&mut self, step: u64, logs: &Logs) -> Result<(), String> {
        self.validation.clear();
        let name = self.free_name();
        let values = tagged("evaluation_", "_vs_iterations", logs);
        self.validation.write(&name, step, &values)?;
        self.validation.close();
        Ok(())
    }

    /// Weights as histograms and pictures.
    fn weights(&mut self, epoch: usize, trainer: &Trainer<'_>) -> Result<(), String> {
        let every = self.options.histogram_freq.0;
        if every == 0 || !epoch.is_multiple_of(every) {
            return Ok(());
        }
        let mut values = vec![];
        for info in trainer.weight_infos() {
            let Some(weight) = trainer.weight(&info.path) else {
                continue;
            };
            let buckets = Shown::Histogram(histogram(&weight.to_f64()));
            values.push((format!("{}/histogram", info.path), buckets));
            let pictures = match self.options.write_images {
                true => pictures(&weight),
                false => vec![],
            };
            if !pictures.is_empty() {
                values.push((format!("{}/image", info.path), Shown::Images(pictures)));
            }
        }
        self.train.write(&self.name, epoch as u64, &values)
    }

    fn epoch_end(&mut self, epoch: usize, step: u64, logs: &Logs, rate: f64) -> Result<(), String> {
        let (mut train, mut validation) = (Logs::new(), Logs::new());
        for (name, x) in logs {
            match name.strip_prefix("val_") {
                Some(plain) => validation.insert(plain.to_string(), *x),
                None => train.insert(name.clone(), *x),
            };
        }
        train.insert("learning_rate".to_string(), rate);
        let evaluation = tagged("evaluation_", "_vs_iterations", &validation);
        self.validation.write(&self.name, step, &evaluation)?;
        let epoch = epoch as u64;
        let mut values = tagged("epoch_", "", &train);
        if let Some((begun, before)) = self.epoch_begun.take() {
            let steps = step.saturating_sub(before);
            values.push(per_second("epoch_steps_per_second", steps, begun));
        }
        self.train.write(&self.name, epoch, &values)?;
        let values = tagged("epoch_", "", &validation);
        self.validation.write(&self.name, epoch, &values)
    }
}

/// Values under their tags.
fn tagged(before: &str, after: &str, logs: &Logs) -> Vec<(String, Shown)> {
    let tag = |name: &String| format!("{before}{name}{after}");
    logs.iter()
        .map(|(name, x)| (tag(name), Shown::Scalar(*x)))
        .collect()
}

/// Steps in a second since they began, for people to look at: no number of the training depends on it.
fn per_second(tag: &str, steps: u64, begun: Instant) -> (String, Shown) {
    let seconds = begun.elapsed().as_secs_f64().max(1e-9);
    (tag.to_string(), Shown::Scalar(steps as f64 / seconds))
}

impl Callback for Running {
    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn on(&mut self, moment: &Moment<'_>, cx: &Context<'_>) -> Result<Vec<Flow>, String> {
        let timed = self.options.write_steps_per_second;
        match *moment {
            Moment::TrainBegin => return self.train_begin(cx.trainer),
            Moment::BatchBegin { .. } if timed => self.batch_begun = Some(Instant::now()),
            Moment::BatchEnd { logs, .. } => self.batch_end(logs)?,
            Moment::EpochBegin { .. } if timed => {
                let steps = cx.trainer.map_or(0, Trainer::step);
                self.epoch_begun = Some((Instant::now(), steps));
            }
            Moment::EpochEnd { epoch, step, logs } => {
                self.epoch_end(epoch, step, logs, cx.learning_rate)?;
                if let Some(trainer) = cx.trainer {
                    self.weights(epoch, trainer)?;
                }
            }
            Moment::TestEnd { step, logs } if !self.training => self.evaluated(step, logs)?,
            Moment::TrainEnd => {
                self.training = false;
                self.train.close();
                self.validation.close();
            }
            _ => {}
        }
        Ok(vec![])
    }

    fn files(&self) -> Vec<String> {
        let folder = Path::new(&self.options.log_dir);
        let file = |part: &str| folder.join(part).join(PREFIX).display().to_string();
        vec![file("train"), file("validation")]
    }

    fn wants_batches(&self) -> bool {
        self.options.update_freq != UpdateFreq::Epoch
    }

    fn state(&self) -> Json {
        json!({
            "name": self.name,
            "train_bytes": self.train.bytes,
            "validation_bytes": self.validation.bytes,
            "batches": self.batches,
        })
    }

    fn restore(&mut self, state: &Json) -> Result<(), String> {
        let saved = Saved::new(DEF.class_name, state)?;
        let name = saved.text("name")?;
        // The name is joined to the log folder, and a file may be removed there.
        if !name.is_empty() && (!name.starts_with(PREFIX) || name.contains(['/', '\\'])) {
            return Err(format!(
                "TensorBoard: {name:?} in the saved state is not the name of an event file"
            ));
        }
        self.name = name.to_string();
        self.train.bytes = saved.count("train_bytes")?;
        self.validation.bytes = saved.count("validation_bytes")?;
        self.batches = saved.count("batches")?;
        self.resumed = true;
        Ok(())
    }
}

#[cfg(test)]
#[path = "tensor_board_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "tensor_board_golden_tests.rs"]
mod golden_tests;
