//! ModelCheckpoint: saves the model every epoch, every so many batches, or when it is better than before.
//!
//! Follows keras/src/callbacks/model_checkpoint.py; beside Keras's formats, the name may be that of a checkpoint of our own.

use regimen_nn::{Configured, Options, keras_config};
use regimen_run::event::Logs;
use serde_json::{Value as Json, json};

use crate::callbacks::count::Count;
use crate::callbacks::file_name::FileName;
use crate::callbacks::log_names::of_batches;
use crate::callbacks::monitor::{Mode, Monitor};
use crate::callbacks::save_freq::{BatchCount, SaveFreq};
use crate::callbacks::saved_state::{Saved, optional};
use crate::callbacks::{Callback, CallbackDef, Context, Flow, Moment, Place};

/// Registry entry.
pub const DEF: CallbackDef = CallbackDef {
    class_name: "ModelCheckpoint",
    aliases: &[],
    about: "saves the model as training goes on",
    options: ModelCheckpoint::options,
    read,
};

keras_config! {
    /// Saves the model as training goes on.
    ///
    /// The file name may have fields as in Python: `{epoch:02d}` (from 1 on), `{batch}` and any log name, such as
    /// `{val_loss:.2f}`. It is relative to the run folder and stays inside it. Its end says the format: `.keras` and `.h5`
    /// hold the model as Keras opens it, `.weights.h5` its weights alone (with `save_weights_only`), `.regimen` is our own
    /// checkpoint, of either.
    ///
    /// ```
    /// use regimen_train::callbacks::{Callback, ModelCheckpoint};
    ///
    /// let best = ModelCheckpoint::new("best-{epoch:02d}-{val_loss:.2f}.keras").save_best_only(true);
    /// let callback: Box<dyn Callback> = best.into();
    /// assert_eq!(callback.class_name(), "ModelCheckpoint");
    /// ```
    pub struct ModelCheckpoint(
        /// File name, with fields.
        filepath: String,
    ) {
        /// Log name to watch when `save_best_only`.
        monitor: String = "val_loss".to_string(),
        /// 1 says when and where.
        verbose: Count = Count(0),
        /// Whether to save only what is better than everything before.
        save_best_only: bool = false,
        /// Whether to leave out the optimizer's state.
        save_weights_only: bool = false,
        /// Which way is better.
        mode: Mode = Mode::Auto,
        /// How often.
        save_freq: SaveFreq = SaveFreq::Epoch,
        /// What the first saved value has to be better than.
        initial_value_threshold: Option<f64> = None,
    }
}

impl ModelCheckpoint {
    /// The parsed file name, or what is wrong with it.
    fn name(&self) -> Result<FileName, String> {
        let path = &self.filepath;
        let ends = |all: &[&str]| all.iter().any(|end| path.ends_with(end));
        match self.save_weights_only {
            // Names of old, which Keras 3 no longer takes.
            _ if ends(&[".hdf5", ".hdf"]) => {}
            true if !ends(&[".h5", ".regimen"]) => {
                return Err(format!(
                    "`{path}`: with `save_weights_only` the name ends in `.weights.h5` (Keras), or `.regimen` (our own checkpoint)"
                ));
            }
            false if ends(&[".weights.h5"]) => {
                return Err(format!(
                    "`{path}`: `.weights.h5` holds weights alone; set `save_weights_only`, or end the name in `.keras`"
                ));
            }
            false if !ends(&[".keras", ".h5", ".regimen"]) => {
                return Err(format!(
                    "`{path}`: the name of a saved model ends in `.keras` or `.h5` (Keras), or `.regimen` (our own checkpoint)"
                ));
            }
            _ => {}
        }
        let name = FileName::parse(path).map_err(|e| format!("`{path}`: {e}"))?;
        if self.save_freq == SaveFreq::Epoch && name.uses("batch") {
            return Err(format!(
                "`{path}`: `{{batch}}` is not known at the end of an epoch; set `save_freq` to a number of batches"
            ));
        }
        Ok(name)
    }
}

fn read(options: &mut Options<'_>, place: &Place) -> Option<Box<dyn Callback>> {
    let read = ModelCheckpoint::read(options)?;
    let checked = read.name().and_then(|_| place.check_file(&read.filepath));
    match checked {
        Ok(_) => Some(read.at(place)),
        Err(text) => {
            options.error("filepath", text);
            None
        }
    }
}

struct Running {
    monitor: Monitor,
    best: Option<f64>,
    batches: BatchCount,
    options: ModelCheckpoint,
    place: Place,
}

impl ModelCheckpoint {
    /// The callback for a run that lives in this place.
    pub fn at(self, place: &Place) -> Box<dyn Callback> {
        let monitor = Monitor::new(&self.monitor, self.mode, 0.0);
        Box::new(Running {
            monitor,
            best: self.initial_value_threshold,
            batches: BatchCount::default(),
            options: self,
            place: place.clone(),
        })
    }
}

impl From<ModelCheckpoint> for Box<dyn Callback> {
    fn from(options: ModelCheckpoint) -> Box<dyn Callback> {
        options.at(&Place::default())
    }
}

impl Running {
    fn train_begin(&self, cx: &Context<'_>) -> Result<(), String> {
        let name = self.options.name()?;
        self.place.check_file(&self.options.filepath)?;
        if self.options.save_best_only {
            self.monitor.check(cx)?;
        }
        let names = match self.options.save_freq {
            SaveFreq::Epoch => cx.log_names.iter().map(String::as_str).collect(),
            SaveFreq::Batches(_) => of_batches(cx.log_names),
        };
        if names.is_empty() {
            return Ok(());
        }
        name.check(&names).map_err(|e| self.unfilled(&e))
    }

    fn unfilled(&self, reason: &str) -> String {
        let path = &self.options.filepath;
        format!("Failed to format this callback filepath: \"{path}\". Reason: {reason}")
    }

    fn save(
        &mut self,
        epoch: usize,
        batch: Option<usize>,
        logs: &Logs,
        cx: &Context<'_>,
    ) -> Result<Vec<Flow>, String> {
        let filled = self.options.name()?.fill(epoch, batch, logs);
        let filled = filled.map_err(|e| self.unfilled(&e))?;
        let path = self.place.check_file(&filled)?;
        let mut flows = vec![];
        let wanted = if self.options.save_best_only {
            self.better(epoch, &path, logs, cx, &mut flows)?
        } else {
            self.say(
                &mut flows,
                format!("Epoch {}: saving model to {path}", epoch + 1),
            );
            true
        };
        if wanted {
            flows.push(Flow::Save {
                path: path.clone(),
                weights_only: self.options.save_weights_only,
                replaces: None,
            });
            self.say(
                &mut flows,
                format!("Epoch {}: finished saving model to {path}", epoch + 1),
            );
        }
        Ok(flows)
    }

    /// Whether the watched value is better than before. Without one Keras warns and saves.
    fn better(
        &mut self,
        epoch: usize,
        path: &str,
        logs: &Logs,
        cx: &Context<'_>,
        flows: &mut Vec<Flow>,
    ) -> Result<bool, String> {
        let direction = self.monitor.direction(cx)?;
        let (name, epoch) = (&self.monitor.name, epoch + 1);
        let Some(current) = self.monitor.value(logs) else {
            let hint = self.monitor.meant(logs, cx);
            let hint = hint.map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
            flows.push(Flow::Message(format!(
                "Can save best model only with {name} available.{hint}"
            )));
            return Ok(true);
        };
        let before = self.best.map_or("None".to_string(), five_places);
        let better = self.monitor.improved(direction, current, self.best);
        let text = if better {
            let now = five_places(current);
            self.best = Some(current);
            format!("Epoch {epoch}: {name} improved from {before} to {now}, saving model to {path}")
        } else {
            format!("Epoch {epoch}: {name} did not improve from {before}")
        };
        self.say(flows, text);
        Ok(better)
    }

    fn say(&self, flows: &mut Vec<Flow>, text: String) {
        if self.options.verbose.0 > 0 {
            flows.push(Flow::Message(text));
        }
    }
}

/// Python's `.5f`.
fn five_places(x: f64) -> String {
    format!("{x:.5}").to_lowercase()
}

impl Callback for Running {
    fn check(&self, cx: &Context<'_>) -> Result<(), String> {
        self.train_begin(cx)
    }

    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn on(&mut self, moment: &Moment<'_>, cx: &Context<'_>) -> Result<Vec<Flow>, String> {
        match (moment, self.options.save_freq) {
            (Moment::TrainBegin, _) => self.train_begin(cx).map(|()| vec![]),
            (Moment::EpochEnd { epoch, logs, .. }, SaveFreq::Epoch) => {
                self.save(*epoch, None, logs, cx)
            }
            (
                Moment::BatchEnd {
                    epoch, batch, logs, ..
                },
                SaveFreq::Batches(every),
            ) if self.batches.due(*batch, every) => self.save(*epoch, Some(*batch), logs, cx),
            _ => Ok(vec![]),
        }
    }

    fn wants_batches(&self) -> bool {
        self.options.save_freq != SaveFreq::Epoch
    }

    fn files(&self) -> Vec<String> {
        vec![self.options.filepath.clone()]
    }

    fn state(&self) -> Json {
        let (since, last) = self.batches.state();
        json!({"best": optional(self.best), "batches_since": since, "last_batch": last})
    }

    fn restore(&mut self, state: &Json) -> Result<(), String> {
        let saved = Saved::new(DEF.class_name, state)?;
        self.best = saved.optional("best")?;
        self.batches.restore(&saved)
    }
}

#[cfg(test)]
#[path = "model_checkpoint_tests.rs"]
mod tests;
