//! OrbaxCheckpoint: saves the model every epoch, every so many batches, or when it is better than before, and keeps the newest.
//!
//! Follows keras/src/callbacks/orbax_checkpoint.py in what it saves and keeps, but writes checkpoints of Regimen's own
//! format, before training goes on.

use regimen_nn::{Configured, Options, keras_config};
use regimen_run::event::Logs;
use serde_json::{Value as Json, json};

use crate::callbacks::count::Count;
use crate::callbacks::monitor::{Mode, Monitor};
use crate::callbacks::save_freq::{BatchCount, SaveFreq};
use crate::callbacks::saved_state::{Saved, optional};
use crate::callbacks::{Callback, CallbackDef, Context, Flow, Moment, Place};

/// Registry entry.
pub const DEF: CallbackDef = CallbackDef {
    class_name: "OrbaxCheckpoint",
    aliases: &[],
    about: "saves the model as training goes on and keeps the newest files",
    options: OrbaxCheckpoint::options,
    read,
};

keras_config! {
    /// Saves the model as training goes on and keeps the newest files.
    ///
    /// The files are `<directory>/<step>.regimen`, where the step is the epoch from 0 on or, with a number of batches as
    /// `save_freq`, the batches so far. What it writes is a checkpoint of this program, not one of Orbax.
    ///
    /// ```
    /// use regimen_train::callbacks::{Callback, OrbaxCheckpoint};
    ///
    /// let callback: Box<dyn Callback> = OrbaxCheckpoint::new("checkpoints").max_to_keep(3usize).into();
    /// assert_eq!(callback.class_name(), "OrbaxCheckpoint");
    /// ```
    pub struct OrbaxCheckpoint(
        /// Folder of the files, inside the run folder.
        directory: String,
    ) {
        /// Log name to watch when `save_best_only`.
        monitor: String = "val_loss".to_string(),
        /// 1 says when and where.
        verbose: Count = Count(0),
        /// Whether to save only what is better than everything before.
        save_best_only: bool = false,
        /// Which way is better.
        mode: Mode = Mode::Auto,
        /// How often.
        save_freq: SaveFreq = SaveFreq::Epoch,
        /// What the first saved value has to be better than.
        initial_value_threshold: Option<f64> = None,
        /// How many files stay, the newest; null keeps all.
        max_to_keep: Option<usize> = Some(1),
        /// Whether Keras would write while training goes on. Here a file is whole before the next step, either way.
        save_on_background: bool = true,
        /// Whether to leave out the optimizer's state.
        save_weights_only: bool = false,
    }
}

fn read(options: &mut Options<'_>, place: &Place) -> Option<Box<dyn Callback>> {
    let read = OrbaxCheckpoint::read(options)?;
    if let Err(text) = read.folder(place) {
        options.error("directory", text);
    }
    if read.max_to_keep == Some(0) {
        let text =
            "`max_to_keep` of OrbaxCheckpoint: found 0, expected 1 or more, or null to keep all";
        options.error("max_to_keep", text);
    }
    Some(read.at(place))
}

impl OrbaxCheckpoint {
    fn folder(&self, place: &Place) -> Result<String, String> {
        match place.check_folder(&self.directory)?.as_str() {
            "" => Err(format!(
                "{:?} is the run folder itself; name a folder for the checkpoints",
                self.directory
            )),
            folder => Ok(folder.to_string()),
        }
    }

    fn at(self, place: &Place) -> Box<dyn Callback> {
        Box::new(Running {
            monitor: Monitor::new(&self.monitor, self.mode, 0.0),
            best: self.initial_value_threshold,
            batches: BatchCount::default(),
            kept: vec![],
            folder: self.folder(place),
            options: self,
        })
    }
}

struct Running {
    /// Where the files go, or why not there.
    folder: Result<String, String>,
    monitor: Monitor,
    best: Option<f64>,
    batches: BatchCount,
    /// Steps whose files are there, oldest first.
    kept: Vec<u64>,
    options: OrbaxCheckpoint,
}

impl From<OrbaxCheckpoint> for Box<dyn Callback> {
    fn from(options: OrbaxCheckpoint) -> Box<dyn Callback> {
        options.at(&Place::default())
    }
}

impl Running {
    fn train_begin(&self, cx: &Context<'_>) -> Result<(), String> {
        self.folder.clone()?;
        if self.options.save_best_only {
            self.monitor.check(cx)?;
        }
        Ok(())
    }

    /// Saves unless something better was saved before. `place` is what Keras calls the moment in its warning.
    fn save(
        &mut self,
        (epoch, step, place): (usize, u64, String),
        logs: &Logs,
        cx: &Context<'_>,
    ) -> Result<Vec<Flow>, String> {
        if self.options.save_best_only {
            let Some(current) = self.monitor.value(logs) else {
                return Ok(vec![self.skipping(&place, logs, cx)]);
            };
            let direction = self.monitor.direction(cx)?;
            if !self.monitor.improved(direction, current, self.best) {
                return Ok(vec![]);
            }
            self.best = Some(current);
        }
        self.kept.retain(|kept| *kept != step);
        self.kept.push(step);
        let full = self
            .options
            .max_to_keep
            .is_some_and(|most| self.kept.len() > most);
        let oldest = full.then(|| self.kept.remove(0));
        let path = self.file(step)?;
        let said = match self.options.save_freq {
            SaveFreq::Epoch => format!("Epoch {}: saving model to {path}", epoch + 1),
            SaveFreq::Batches(_) => format!("Batch {step}: saving model to {path}"),
        };
        let save = Flow::Save {
            path,
            weights_only: self.options.save_weights_only,
            replaces: oldest.map(|step| self.file(step)).transpose()?,
        };
        Ok(match self.options.verbose.0 {
            0 => vec![save],
            _ => vec![Flow::Message(said), save],
        })
    }

    fn file(&self, step: u64) -> Result<String, String> {
        Ok(format!("{}/{step}.regimen", self.folder.clone()?))
    }

    /// Keras's warning, with the name that may have been meant.
    fn skipping(&self, place: &str, logs: &Logs, cx: &Context<'_>) -> Flow {
        let hint = self.monitor.meant(logs, cx);
        let hint = hint.map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
        Flow::Message(format!(
            "Can save best model only with {} available, skipping save at {place}.{hint}",
            self.monitor.name
        ))
    }
}

impl Callback for Running {
    fn check(&self, cx: &Context<'_>) -> Result<(), String> {
        self.train_begin(cx)
    }

    fn class_name(&self) -> &'static str {
        DEF.class_name
    }

    fn on(&mut self, moment: &Moment<'_>, cx: &Context<'_>) -> Result<Vec<Flow>, String> {
        match (*moment, self.options.save_freq) {
            (Moment::TrainBegin, _) => self.train_begin(cx).map(|()| vec![]),
            (Moment::EpochEnd { epoch, logs, .. }, SaveFreq::Epoch) => {
                self.save((epoch, epoch as u64, format!("epoch {epoch}")), logs, cx)
            }
            (
                Moment::BatchEnd {
                    epoch,
                    batch,
                    step,
                    logs,
                },
                SaveFreq::Batches(every),
            ) if self.batches.due(batch, every) => {
                self.save((epoch, step, format!("batch {batch}")), logs, cx)
            }
            _ => Ok(vec![]),
        }
    }

    fn wants_batches(&self) -> bool {
        self.options.save_freq != SaveFreq::Epoch
    }

    fn files(&self) -> Vec<String> {
        vec![self.options.directory.clone()]
    }

    fn state(&self) -> Json {
        let (since, last) = self.batches.state();
        json!({"best": optional(self.best), "batches_since": since, "last_batch": last, "kept": self.kept})
    }

    fn restore(&mut self, state: &Json) -> Result<(), String> {
        let saved = Saved::new(DEF.class_name, state)?;
        self.best = saved.optional("best")?;
        self.kept = saved.counts("kept")?;
        self.batches.restore(&saved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callbacks::drive_tests::{assert_resumes, errors, of_losses, trace};

    #[test]
    fn a_resumed_run_goes_on_alike() {
        let losses = of_losses(&[1.0, 0.9, 0.95, 0.8, 0.85, 0.75, 0.76, 0.7, f64::NAN, 0.6]);
        for at in 0..10 {
            let best = || {
                OrbaxCheckpoint::new("c")
                    .save_best_only(true)
                    .max_to_keep(2usize)
            };
            assert_resumes(|| best().into(), &losses, at);
            let batches = || {
                OrbaxCheckpoint::new("c")
                    .save_freq(4usize)
                    .max_to_keep(3usize)
            };
            assert_resumes(|| batches().into(), &losses, at);
        }
    }

    #[test]
    fn the_oldest_file_goes_when_a_new_one_is_there() {
        let options = OrbaxCheckpoint::new("./c")
            .verbose(1usize)
            .save_weights_only(true);
        let trace = trace(&mut options.into(), &of_losses(&[1.0, 0.5]));
        let save = |path: &str, replaces: Option<&str>| Flow::Save {
            path: path.into(),
            weights_only: true,
            replaces: replaces.map(str::to_string),
        };
        let said = |text: &str| Flow::Message(text.into());
        assert_eq!(
            trace[1],
            [
                said("Epoch 1: saving model to c/0.regimen"),
                save("c/0.regimen", None)
            ]
        );
        let second = save("c/1.regimen", Some("c/0.regimen"));
        assert_eq!(
            trace[2],
            [said("Epoch 2: saving model to c/1.regimen"), second]
        );
    }

    #[test]
    fn bad_options_are_told() {
        let told = |config| errors("OrbaxCheckpoint", config);
        assert!(told(json!({})).contains("needs `directory`"));
        assert!(told(json!({"directory": ""})).contains("name a folder"));
        assert!(told(json!({"directory": "../c"})).contains("outside the run folder"));
        let several = told(json!({"directory": "a/..", "max_to_keep": 0}));
        assert!(
            several.contains("keep all") && several.contains("name a folder"),
            "{several}"
        );
        assert!(
            told(json!({"directory": "c", "save_freq": "batch"})).contains("number of batches")
        );
    }
}
