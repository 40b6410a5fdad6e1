//! Writing a run folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use super::{EVENTS_FILE, FolderError, LOCK_FILE, RunFolder, RunState, SPEC_FILE};
use super::{atomic, lines, rewind, same};
use crate::{Event, RunSpec};

/// What to do when the folder holds a run already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Refuse, unless that run recorded no epoch and no checkpoint.
    Fresh,
    /// Drop its events and checkpoints (files named `checkpoint*`, and those its events name).
    Overwrite,
    /// Go on with it; its spec must be the same but for `name`, `fit.epochs`,
    /// `fit.checkpoint_steps` and `data.stream`.
    Resume,
}

/// The one process that writes a run folder. Dropping it gives the folder free.
#[derive(Debug)]
pub struct RunWriter {
    folder: RunFolder,
    events: File,
    length: u64,
    state: RunState,
    _lock: File,
}

impl RunWriter {
    /// Takes a folder for a run of `spec`, makes it when it is missing, writes `spec.json`.
    ///
    /// On an error nothing in an existing folder has changed.
    pub fn create(dir: &Path, spec: &RunSpec, start: Start) -> Result<Self, FolderError> {
        prepare(dir)?;
        let lock = lock(dir)?;
        let file = dir.join(EVENTS_FILE);
        let recorded = match start {
            // A run that is dropped need not be readable.
            Start::Overwrite => lines::read(&file).unwrap_or_default(),
            Start::Fresh | Start::Resume => lines::read(&file)?,
        };
        let recorded: Vec<Event> = recorded.events.into_iter().map(|(e, _)| e).collect();
        let mut state = RunState::of(&recorded);
        let worth_keeping = state.epochs_done > 0 || state.checkpoint.is_some();
        let has_spec = dir.join(SPEC_FILE).is_file();
        let resumes = start == Start::Resume && has_spec;
        if worth_keeping && start != Start::Overwrite && !resumes {
            let (dir, state) = (dir.into(), in_words(&state));
            return Err(match has_spec {
                true => FolderError::HoldsRun { dir, state },
                false => FolderError::LostSpec { dir, state },
            });
        }
        let folder = RunFolder { dir: dir.into() };
        if resumes {
            same::check(dir, &folder.spec()?, spec)?;
        } else {
            clear(dir, &recorded)?;
            state = RunState::default();
        }
        let text = spec.to_json()?;
        let current = std::fs::read(dir.join(SPEC_FILE)).unwrap_or_default();
        if current != text.as_bytes() {
            atomic::write(&dir.join(SPEC_FILE), text.as_bytes())?;
        }
        let (events, length) = open_events(&file)?;
        Ok(Self {
            folder,
            events,
            length,
            state,
            _lock: lock,
        })
    }

    /// The folder, for reading.
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// The folder's path.
    pub fn dir(&self) -> &Path {
        &self.folder.dir
    }

    /// How far the run had got when it was taken up; all zero for a new run.
    pub fn state(&self) -> &RunState {
        &self.state
    }

    /// Records an event: one line, one write. [`Event::BatchEnd`] is not recorded.
    ///
    /// On an error (a full disk) the file is as it was before.
    pub fn append(&mut self, event: &Event) -> Result<(), FolderError> {
        if matches!(event, Event::BatchEnd { .. }) {
            return Ok(());
        }
        let fault = |error| FolderError::io("write", &self.folder.dir.join(EVENTS_FILE), error);
        let mut line = serde_json::to_vec(event).map_err(|error| fault(error.into()))?;
        line.push(b'\n');
        if let Err(error) = self.events.write_all(&line) {
            // A part of the line may be there; should this fail too, readers ignore the torn line.
            let _ = self.events.set_len(self.length);
            return Err(fault(error));
        }
        self.length += line.len() as u64;
        Ok(())
    }

    /// Writes a file of the folder whole or not at all. `name` may hold `/`; its folders are made.
    pub fn write_atomic(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, FolderError> {
        let file = self.place(name)?;
        atomic::write(&file, bytes)?;
        Ok(file)
    }

    /// Where a file of the folder lies; its folders are made.
    pub fn place(&self, name: &str) -> Result<PathBuf, FolderError> {
        let file = self.folder.dir.join(inside(name)?);
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent).map_err(|e| FolderError::io("make", parent, e))?;
        }
        Ok(file)
    }

    /// Removes a file of the folder; one that is not there is fine.
    pub fn remove(&self, name: &str) -> Result<(), FolderError> {
        remove_file(&self.folder.dir.join(inside(name)?))
    }

    /// Forgets what was recorded after the state resumed from: that of `step` optimizer steps,
    /// within or at the end of `epoch` (0-based). So the events of a killed and resumed run are
    /// those of an undisturbed one.
    pub fn rewind_to(&mut self, epoch: usize, step: u64) -> Result<(), FolderError> {
        let file = self.folder.dir.join(EVENTS_FILE);
        let lines = lines::read(&file)?;
        let events: Vec<&Event> = lines.events.iter().map(|(event, _)| event).collect();
        let kept = rewind::belonging(&events, epoch, step);
        let end = match kept {
            0 => 0,
            n => lines.events[n - 1].1.end,
        };
        self.replace_events(&lines.bytes[..end])
    }

    /// Forgets every event: the run starts anew.
    pub fn clear_events(&mut self) -> Result<(), FolderError> {
        self.replace_events(&[])
    }

    fn replace_events(&mut self, bytes: &[u8]) -> Result<(), FolderError> {
        let file = self.folder.dir.join(EVENTS_FILE);
        atomic::write(&file, bytes)?;
        (self.events, self.length) = open_events(&file)?;
        Ok(())
    }
}

/// Makes the folder, or makes sure that the one there may hold a run.
fn prepare(dir: &Path) -> Result<(), FolderError> {
    match std::fs::metadata(dir) {
        Ok(meta) if !meta.is_dir() => return Err(FolderError::NotAFolder { dir: dir.into() }),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return std::fs::create_dir_all(dir).map_err(|e| FolderError::io("make", dir, e));
        }
        Err(error) => return Err(FolderError::io("open", dir, error)),
    }
    let entries = std::fs::read_dir(dir).map_err(|e| FolderError::io("read", dir, e))?;
    let mut names: Vec<String> = entries
        .flatten()
        .take(1000)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name != LOCK_FILE && !(name.starts_with('.') && name.ends_with(".tmp")))
        .collect();
    let ours = |name: &str| dir.join(name).is_file();
    if names.is_empty() || ours(SPEC_FILE) || ours(EVENTS_FILE) {
        return Ok(());
    }
    names.sort();
    let more = if names.len() > 3 { ", ..." } else { "" };
    names.truncate(3);
    Err(FolderError::OtherFiles {
        dir: dir.into(),
        holds: names.join(", ") + more,
    })
}

fn lock(dir: &Path) -> Result<File, FolderError> {
    let path = dir.join(LOCK_FILE);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| FolderError::io("write", dir, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(FolderError::Busy { dir: dir.into() }),
        // Some network file systems have no locks; the run is worth more than the guard.
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(error)) => Err(FolderError::io("lock", &path, error)),
    }
}

/// Opens the events for appending and cuts a line torn by a kill.
fn open_events(file: &Path) -> Result<(File, u64), FolderError> {
    let fault = |error| FolderError::io("write", file, error);
    let handle = OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .map_err(fault)?;
    let bytes = std::fs::read(file).map_err(fault)?;
    let length = lines::complete(&bytes) as u64;
    if length < bytes.len() as u64 {
        handle.set_len(length).map_err(fault)?;
    }
    Ok((handle, length))
}

/// Drops a former run: its checkpoints first, so that no resume mixes them with the new run.
fn clear(dir: &Path, events: &[Event]) -> Result<(), FolderError> {
    for event in events {
        if let Event::Checkpoint { file, .. } = event
            && let Ok(name) = inside(file)
        {
            remove_file(&dir.join(name))?;
        }
    }
    let entries = std::fs::read_dir(dir).map_err(|e| FolderError::io("read", dir, e))?;
    for entry in entries.flatten() {
        let plain = entry.file_type().is_ok_and(|kind| kind.is_file());
        if plain
            && entry
                .file_name()
                .to_string_lossy()
                .starts_with("checkpoint")
        {
            remove_file(&entry.path())?;
        }
    }
    remove_file(&dir.join(EVENTS_FILE))
}

fn remove_file(file: &Path) -> Result<(), FolderError> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(FolderError::io("remove", file, error))
        }
        _ => Ok(()),
    }
}

/// A path that stays inside the folder.
fn inside(name: &str) -> Result<&Path, FolderError> {
    let path = Path::new(name);
    let plain = path.components().all(|c| matches!(c, Component::Normal(_)));
    if name.is_empty() || !plain {
        return Err(FolderError::BadName { name: name.into() });
    }
    Ok(path)
}

fn in_words(state: &RunState) -> String {
    let end = state.ended.as_deref().unwrap_or("not ended");
    format!("{} epochs done, {end}", state.epochs_done)
}
