//! What can go wrong with a run folder.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// A fault of a run folder; the text says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The path is no folder with a run.
    #[error(
        "{}: not a run folder; expected a folder with spec.json or events.jsonl", dir.display()
    )]
    NotARun {
        /// The path.
        dir: PathBuf,
    },
    /// The path is a file.
    #[error("{}: cannot hold a run: it is a file; choose another --out", dir.display())]
    NotAFolder {
        /// The path.
        dir: PathBuf,
    },
    /// The folder holds files that are not a run's.
    #[error(
        "{}: holds other files ({holds}) and no run; nothing was changed; choose a new or empty \
         folder with --out", dir.display()
    )]
    OtherFiles {
        /// The folder.
        dir: PathBuf,
        /// Some of the files.
        holds: String,
    },
    /// The folder holds a run already.
    #[error(
        "{}: already holds a run ({state}); nothing was changed; continue it with --resume, or \
         choose another folder with --out", dir.display()
    )]
    HoldsRun {
        /// The folder.
        dir: PathBuf,
        /// How far that run got.
        state: String,
    },
    /// The folder holds a run whose spec is gone.
    #[error(
        "{}: holds a run ({state}) but not its spec.json, so it cannot go on; nothing was changed; \
         put its spec.json back, or choose another folder with --out", dir.display()
    )]
    LostSpec {
        /// The folder.
        dir: PathBuf,
        /// How far that run got.
        state: String,
    },
    /// A line of a treatment's trials cannot be read.
    #[error("{} line {line}: {fault}; remove the line to have its trial run again", path.display())]
    Trial {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        fault: String,
    },
    /// A file of a treatment cannot be read.
    #[error("{}: {fault}; remove the file, it is made again with --resume", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: String,
    },
    /// A run cannot be resumed under another spec.
    #[error(
        "{}: holds a run of another spec (`{path}` was {was}, now {now}); nothing was changed; \
         resume with the spec it began with, or choose another folder with --out", dir.display()
    )]
    OtherSpec {
        /// The folder.
        dir: PathBuf,
        /// First value that differs.
        path: String,
        /// Its value in the folder.
        was: String,
        /// Its value asked for.
        now: String,
    },
    /// Another process writes the folder.
    #[error(
        "{}: another regimen process is writing to this run folder; wait for it to end, or choose \
         another folder with --out", dir.display()
    )]
    Busy {
        /// The folder.
        dir: PathBuf,
    },
    /// The spec in the folder does not read.
    #[error("the spec of the run folder does not read:\n{0}")]
    Spec(#[from] crate::SpecErrors),
    /// A line of the events does not read.
    #[error(
        "{} line {line}: not an event of this version of Regimen ({reason})", file.display()
    )]
    BadLine {
        /// The file.
        file: PathBuf,
        /// 1-based.
        line: usize,
        /// What the parser said.
        reason: String,
    },
    /// A name that leaves the folder.
    #[error("{name:?}: not a file name inside a run folder")]
    BadName {
        /// The name.
        name: String,
    },
    /// The system refused.
    #[error("{}: cannot {action}: {}", file.display(), reason(source))]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl FolderError {
    pub(crate) fn io(action: &'static str, file: &Path, source: io::Error) -> Self {
        Self::Io {
            action,
            file: file.into(),
            source,
        }
    }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file or folder".to_owned(),
        ErrorKind::StorageFull => {
            "the disk is full; free some space, then go on with --resume".to_owned()
        }
        ErrorKind::QuotaExceeded => {
            "the disk quota is used up; free some space, then go on with --resume".to_owned()
        }
        ErrorKind::FileTooLarge => {
            "the file would be larger than this process may write (`ulimit -f`) or the disk can hold; \
             raise the limit, then go on with --resume"
                .to_owned()
        }
        ErrorKind::ReadOnlyFilesystem => {
            "the file system is read-only; choose another folder with --out".to_owned()
        }
        ErrorKind::PermissionDenied => {
            "permission denied; choose a folder that you may write, with --out".to_owned()
        }
        _ => error.to_string(),
    }
}
