//! Events of a run into its folder, to the watcher, and to whoever looks on.

use regimen_doctor::Watcher;
use regimen_run::event::Logs;
use regimen_run::folder::RunWriter;
use regimen_run::{Event, Profile};

use serde_json::Value;

use crate::run::prepared::{self, Prepared};
use crate::run::{RunReport, findings};
use crate::{Output, TrainError, checkpoint};

/// Writes events down, lets the doctor see them, and shows them.
pub(super) struct Recorder<'w> {
    writer: Option<RunWriter>,
    watcher: Watcher,
    watch: &'w mut dyn FnMut(&Event),
    /// All events but batches, those of earlier stretches included.
    events: Vec<Event>,
}

impl<'w> Recorder<'w> {
    pub(super) fn new(writer: Option<RunWriter>, watch: &'w mut dyn FnMut(&Event)) -> Recorder<'w> {
        Recorder {
            writer,
            watcher: Watcher::new(),
            watch,
            events: vec![],
        }
    }

    /// The checkpoint in the folder, if there is one.
    pub(super) fn checkpoint_bytes(&self) -> Result<Option<Vec<u8>>, TrainError> {
        self.read(checkpoint::FILE)
    }

    /// What callbacks found when the run in the folder began, if it was written.
    pub(super) fn beginning(&self) -> Result<Option<Vec<Value>>, TrainError> {
        let Some(bytes) = self.read(checkpoint::BEGINNING)? else {
            return Ok(None);
        };
        let parsed = serde_json::from_slice(&bytes);
        parsed.map(Some).map_err(|e| TrainError::Checkpoint {
            file: checkpoint::BEGINNING.to_string(),
            reason: format!("{e}; remove the file, or the folder, and begin anew"),
        })
    }

    /// Keeps what new rows need to be treated alike. A run that has `begun` must still have the same.
    pub(super) fn keep(&mut self, prepared: &Prepared, begun: bool) -> Result<(), TrainError> {
        let Some(writer) = &self.writer else {
            return Ok(());
        };
        if let (true, Some(bytes)) = (begun, self.read(prepared::FILE)?) {
            let file = writer.dir().join(prepared::FILE).display().to_string();
            return prepared.check_same(&String::from_utf8_lossy(&bytes), &file);
        }
        writer.write_atomic(prepared::FILE, prepared.text()?.as_bytes())?;
        Ok(())
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, TrainError> {
        let Some(writer) = &self.writer else {
            return Ok(None);
        };
        let path = writer.dir().join(name);
        match std::fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(TrainError::Checkpoint {
                file: path.display().to_string(),
                reason: e.to_string(),
            }),
        }
    }

    /// Tells what the data look like, unless the record that the run goes on with tells it.
    pub(super) fn data_once(&mut self, profile: Profile) -> Result<(), TrainError> {
        match self.events.iter().any(|e| matches!(e, Event::Data { .. })) {
            true => Ok(()),
            false => self.event(&Event::Data { profile }),
        }
    }

    /// Why the recorded run ended, if it did; its events become part of this one.
    pub(super) fn ended(&mut self) -> Option<String> {
        let writer = self.writer.as_ref()?;
        self.events = writer.folder().events().unwrap_or_default();
        writer.state().ended.clone()
    }

    /// Forgets what an unfinished run without a checkpoint had recorded.
    pub(super) fn start_anew(&mut self) -> Result<(), TrainError> {
        match &mut self.writer {
            Some(writer) => Ok(writer.clear_events()?),
            None => Ok(()),
        }
    }

    /// Forgets what happened after the state that the run goes on from.
    pub(super) fn rewind(&mut self, epoch: usize, step: u64) -> Result<(), TrainError> {
        let Some(writer) = &mut self.writer else {
            return Ok(());
        };
        writer.rewind_to(epoch, step)?;
        self.events = writer.folder().events()?;
        for event in &self.events {
            self.watcher.see(event);
        }
        Ok(())
    }

    /// Says which epochs before `done` the record of an earlier stretch has lost.
    pub(super) fn tell_gaps(&mut self, first: usize, done: usize) -> Result<(), TrainError> {
        let recorded = |epoch: &usize| {
            self.events
                .iter()
                .any(|e| matches!(e, Event::EpochEnd { epoch: known, .. } if known == epoch))
        };
        let lost: Vec<String> = (first..done)
            .filter(|e| !recorded(e))
            .map(|e| (e + 1).to_string())
            .collect();
        if lost.is_empty() {
            return Ok(());
        }
        let text = format!(
            "The record of {} finished epochs is missing from events.jsonl (epoch {} to {}): training goes on from the checkpoint, but curves and diagnosis lack them.",
            lost.len(),
            lost[0],
            lost[lost.len() - 1]
        );
        self.event(&Event::Message { epoch: done, text })
    }

    pub(super) fn report(self, ended: &str) -> RunReport {
        let test = self.events.iter().rev().find_map(|e| match e {
            Event::RunEnd { test, .. } => Some(test.clone()),
            _ => None,
        });
        // An epoch told twice counts once, as told last.
        let mut epochs: std::collections::BTreeMap<usize, Logs> = Default::default();
        for event in &self.events {
            if let Event::EpochEnd { epoch, logs, .. } = event {
                epochs.insert(*epoch, logs.clone());
            }
        }
        RunReport {
            ended: ended.to_string(),
            history: epochs.into_values().collect(),
            test: test.flatten(),
            findings: findings(&self.events),
            folder: self.writer.map(|w| w.dir().to_path_buf()),
        }
    }

    fn record(&mut self, event: &Event) -> Result<(), TrainError> {
        if !matches!(event, Event::BatchEnd { .. }) {
            if let Some(writer) = &mut self.writer {
                writer.append(event)?;
            }
            self.events.push(event.clone());
        }
        (self.watch)(event);
        Ok(())
    }
}

fn no_folder(name: &str) -> TrainError {
    TrainError::Arguments(format!(
        "`{name}` cannot be written: the run has no folder; give one with --out"
    ))
}

impl Output for Recorder<'_> {
    fn event(&mut self, event: &Event) -> Result<(), TrainError> {
        self.record(event)?;
        for finding in self.watcher.see(event) {
            self.record(&Event::Finding(finding))?;
        }
        Ok(())
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<String, TrainError> {
        match &self.writer {
            Some(writer) => {
                writer.write_atomic(name, bytes)?;
                Ok(name.to_string())
            }
            None => Err(no_folder(name)),
        }
    }

    fn place(
        &mut self,
        name: &str,
        put: &mut dyn FnMut(&std::path::Path) -> Result<(), TrainError>,
    ) -> Result<String, TrainError> {
        let Some(writer) = &self.writer else {
            return Err(no_folder(name));
        };
        put(&writer.place(name)?)?;
        Ok(name.to_string())
    }

    fn remove(&mut self, name: &str) -> Result<(), TrainError> {
        match &self.writer {
            Some(writer) => Ok(writer.remove(name)?),
            None => Ok(()),
        }
    }

    fn has_folder(&self) -> bool {
        self.writer.is_some()
    }
}
