//! Backups that callbacks ask for: written beside and renamed, and gone on from when training is begun again.

use std::path::{Path, PathBuf};

use regimen_run::folder::write_atomic;
use regimen_save::Checkpoint;

use crate::callbacks::Callback;
use crate::checkpoint::{self, Position};
use crate::{TrainError, Trainer};

/// Writes a backup; the file that has its name becomes `previous` first.
pub(crate) fn write(
    file: &Path,
    previous: Option<&Path>,
    packed: &Checkpoint,
) -> Result<(), TrainError> {
    let fault = |file: &Path, e: std::io::Error| TrainError::Checkpoint {
        file: file.display().to_string(),
        reason: format!("the backup cannot be written: {e}"),
    };
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(|e| fault(folder, e))?;
    }
    if let Some(previous) = previous.filter(|_| file.exists()) {
        std::fs::rename(file, previous).map_err(|e| fault(previous, e))?;
    }
    Ok(write_atomic(file, &packed.to_bytes())?)
}

/// A backup that was found.
pub(crate) struct Found {
    pub(crate) file: String,
    pub(crate) saved: Checkpoint,
}

impl Found {
    /// Optimizer steps before it was written.
    pub(crate) fn step(&self) -> u64 {
        checkpoint::step(&self.saved)
    }

    /// Puts it back. Training goes on at the place that is returned.
    pub(crate) fn restore(
        &self,
        trainer: &mut Trainer<'_>,
        callbacks: &mut [Box<dyn Callback>],
        data: Option<u64>,
    ) -> Result<Position, TrainError> {
        checkpoint::check_data(&self.saved, data).map_err(|e| wrong(&self.file, e))?;
        let position = checkpoint::unpack(
            &self.saved,
            &self.file,
            trainer,
            (callbacks, checkpoint::restore_known),
        )?;
        Ok(Position {
            done: false,
            ..position
        })
    }
}

/// The backup that training goes on from: for the first callback that has one, the first of its files that is whole.
pub(crate) fn find(callbacks: &[Box<dyn Callback>]) -> Result<Option<Found>, TrainError> {
    for callback in callbacks {
        let files = callback.backups();
        let there: Vec<&PathBuf> = files.iter().filter(|file| file.exists()).collect();
        let mut damaged = None;
        for file in there {
            match read(file) {
                Ok(found) => return Ok(Some(found)),
                Err(error) => damaged = damaged.or(Some(error)),
            }
        }
        if let Some(error) = damaged {
            return Err(error);
        }
    }
    Ok(None)
}

fn read(file: &Path) -> Result<Found, TrainError> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|e| wrong(&name, e.to_string()))?;
    let saved = Checkpoint::from_bytes(&bytes)
        .map_err(|e| wrong(&name, format!("{e}; remove it to begin anew")))?;
    Ok(Found { file: name, saved })
}

fn wrong(file: &str, reason: String) -> TrainError {
    TrainError::Checkpoint {
        file: file.to_string(),
        reason,
    }
}
