//! The run folder: `spec.json`, `events.jsonl`, checkpoints, and whatever else a run writes.
//!
//! [`RunFolder`] reads one, live or dead; [`RunWriter`] is the one process that writes it. A process
//! killed at any moment leaves a folder that reads: an event is one write of one line, a line
//! torn by the kill is ignored and cut before the next one, and every other file appears whole or
//! not at all (write, sync, rename).

mod atomic;
mod error;
mod lines;
mod rewind;
mod same;
#[cfg(test)]
mod tests;
mod writer;

use std::path::{Path, PathBuf};

pub use atomic::write as write_atomic;
pub use error::FolderError;
pub use writer::{RunWriter, Start};

use crate::{Event, RunSpec, SpecErrors};

/// File with the spec of the run.
pub const SPEC_FILE: &str = "spec.json";
/// File with the events, one JSON object a line.
pub const EVENTS_FILE: &str = "events.jsonl";
/// File that the writing process holds locked.
pub const LOCK_FILE: &str = ".lock";

/// A run folder, open for reading. Needs no rights to write and no lock.
#[derive(Debug, Clone)]
pub struct RunFolder {
    dir: PathBuf,
}

/// How far the run in a folder got.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunState {
    /// Epochs recorded as ended.
    pub epochs_done: usize,
    /// Why the last stretch ended; `None` while it runs or when it was killed.
    pub ended: Option<String>,
    /// Epoch, step and file of the last checkpoint recorded.
    pub checkpoint: Option<(usize, u64, String)>,
}

impl RunFolder {
    /// Opens a folder that holds a run.
    pub fn open(dir: &Path) -> Result<Self, FolderError> {
        let meta = std::fs::metadata(dir).map_err(|e| FolderError::io("open", dir, e))?;
        let holds = |name: &str| dir.join(name).is_file();
        if !meta.is_dir() || !(holds(SPEC_FILE) || holds(EVENTS_FILE)) {
            return Err(FolderError::NotARun { dir: dir.into() });
        }
        Ok(Self { dir: dir.into() })
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The spec that the run was started with.
    pub fn spec(&self) -> Result<RunSpec, SpecErrors> {
        RunSpec::from_path(&self.dir.join(SPEC_FILE)).map(|(spec, _)| spec)
    }

    /// The events so far; a last line that is not complete is left out.
    pub fn events(&self) -> Result<Vec<Event>, FolderError> {
        let lines = lines::read(&self.dir.join(EVENTS_FILE))?;
        Ok(lines.events.into_iter().map(|(event, _)| event).collect())
    }

    /// How far the run got.
    pub fn state(&self) -> Result<RunState, FolderError> {
        Ok(RunState::of(&self.events()?))
    }
}

impl RunState {
    /// The state that a list of events tells.
    pub fn of(events: &[Event]) -> Self {
        let mut state = Self::default();
        for event in events {
            match event {
                Event::RunBegin { .. } => state.ended = None,
                Event::EpochEnd { epoch, .. } => {
                    state.epochs_done = state.epochs_done.max(epoch + 1);
                }
                Event::Checkpoint { epoch, step, file } => {
                    state.checkpoint = Some((*epoch, *step, file.clone()));
                }
                Event::RunEnd { reason, .. } => state.ended = Some(reason.clone()),
                _ => {}
            }
        }
        state
    }
}
