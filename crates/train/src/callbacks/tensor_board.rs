//! TensorBoard: scalars of training and validation as event files.
//!
//! Follows keras/src/callbacks/tensorboard.py in tags, steps and folders; graphs, histograms, images and profiles are
//! not written. Scalars of epochs are always written, which Keras with a numeric `update_freq` may forget.

use std::path::Path;

use regimen_nn::{Configured, OptionValue, Options, keras_config};
use regimen_run::event::Logs;
use serde_json::{Value as Json, json};

use crate::callbacks::event_file::EventFile;
use crate::callbacks::inside_run::{self, Refused};
use crate::callbacks::saved_state::Saved;
use crate::callbacks::{Callback, CallbackDef, Context, Flow, Moment, Place};

/// Registry entry.
pub const DEF: CallbackDef = CallbackDef {
    class_name: "TensorBoard",
    aliases: &[],
    about: "writes scalars that TensorBoard shows",
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

/// Options of Keras for things that are not written: only switched off are they taken.
const OFF: &[&str] = &[
    "histogram_freq",
    "write_graph",
    "write_images",
    "write_steps_per_second",
    "profile_batch",
    "embeddings_freq",
    "embeddings_metadata",
];

fn read(options: &mut Options<'_>, place: &Place) -> Option<Box<dyn Callback>> {
    for name in OFF {
        let off = |value: &Json| value.is_null() || *value == json!(false) || *value == json!(0);
        if options.raw(name).is_some_and(|value| !off(value)) {
            options.error(
                name,
                format!("`{name}` of TensorBoard: only scalars are written so far; leave it away"),
            );
        }
    }
    let read = TensorBoard::read(options)?;
    if let Err(text) = inside_run::folder(&read.log_dir) {
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
}

impl Running {
    fn train_begin(&mut self) -> Result<Vec<Flow>, String> {
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
        let values = tagged("batch_", "", logs);
        self.train.write(&self.name, self.batches, &values)
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
        let values = tagged("epoch_", "", &train);
        self.train.write(&self.name, epoch, &values)?;
        let values = tagged("epoch_", "", &validation);
        self.validation.write(&self.name, epoch, &values)
    }
}

/// Values under their tags.
fn tagged(before: &str, after: &str, logs: &Logs) -> Vec<(String, f64)> {
    let tag = |name: &String| format!("{before}{name}{after}");
    logs.iter().map(|(name, x)| (tag(name), *x)).collect()
}

impl Callback for Running {
    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn on(&mut self, moment: &Moment<'_>, cx: &Context<'_>) -> Result<Vec<Flow>, String> {
        match *moment {
            Moment::TrainBegin => return self.train_begin(),
            Moment::BatchEnd { logs, .. } => self.batch_end(logs)?,
            Moment::EpochEnd { epoch, step, logs } => {
                self.epoch_end(epoch, step, logs, cx.learning_rate)?
            }
            Moment::TrainEnd => {
                [&mut self.train, &mut self.validation]
                    .into_iter()
                    .for_each(EventFile::close);
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
