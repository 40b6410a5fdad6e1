//! Where a run's events and files go.

use std::path::Path;

use regimen_run::Event;

use crate::TrainError;

/// The outside of a run. The loop tells it everything and asks it nothing.
pub trait Output {
    /// Takes an event.
    fn event(&mut self, event: &Event) -> Result<(), TrainError>;

    /// Keeps a file (a checkpoint, a log) under a name or path; whole or not at all. Returns where it lies.
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<String, TrainError> {
        let _ = bytes;
        Err(TrainError::Arguments(format!(
            "`{name}` cannot be written: this run has no folder; give one with `--out`"
        )))
    }

    /// Keeps a file that `put` writes where it is told, whole or not at all. Returns where it lies.
    fn place(
        &mut self,
        name: &str,
        put: &mut dyn FnMut(&Path) -> Result<(), TrainError>,
    ) -> Result<String, TrainError> {
        let _ = put;
        Err(TrainError::Arguments(format!(
            "`{name}` cannot be written: this run has no folder; give one with `--out`"
        )))
    }

    /// Removes a file that was written; one that is not there is fine.
    fn remove(&mut self, name: &str) -> Result<(), TrainError> {
        Err(TrainError::Arguments(format!(
            "`{name}` cannot be removed: this run has no folder"
        )))
    }

    /// Whether checkpoints can be written at all.
    fn has_folder(&self) -> bool {
        false
    }
}

/// Keeps nothing.
impl Output for () {
    fn event(&mut self, _: &Event) -> Result<(), TrainError> {
        Ok(())
    }
}

/// Collects events in memory.
#[derive(Debug, Clone, Default)]
pub struct Collect(pub Vec<Event>);

impl Output for Collect {
    fn event(&mut self, event: &Event) -> Result<(), TrainError> {
        self.0.push(event.clone());
        Ok(())
    }
}
