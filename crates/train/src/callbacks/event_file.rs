//! An event file of TensorBoard on disk, which a resumed run goes on with.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::callbacks::growing_file::GrowingFile;
use crate::tensorboard::{self, Shown};

/// One of the two event files; it comes into being with its first scalar.
pub(crate) struct EventFile {
    folder: PathBuf,
    file: Option<GrowingFile>,
    /// Length so far; set from a saved state before [`EventFile::go_on`].
    pub(crate) bytes: u64,
}

impl EventFile {
    /// A file in this folder.
    pub(crate) fn new(folder: PathBuf) -> EventFile {
        EventFile {
            folder,
            file: None,
            bytes: 0,
        }
    }

    /// Forgets the file of an earlier training.
    pub(crate) fn clear(&mut self) {
        (self.file, self.bytes) = (None, 0);
    }

    /// Drops what was written after the checkpoint.
    pub(crate) fn go_on(&mut self, name: &str) -> Result<Option<String>, String> {
        let path = self.folder.join(name);
        if self.bytes > 0 {
            let file = self.file.insert(GrowingFile::new(path));
            let warning = file.cut_back(self.bytes)?;
            self.bytes = file.bytes();
            return Ok(warning);
        }
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(format!("{}: cannot be removed: {e}", path.display()))
            }
            _ => Ok(None),
        }
    }

    /// Whether the folder holds a file of this name.
    pub(crate) fn exists(&self, name: &str) -> bool {
        self.folder.join(name).exists()
    }

    /// Closes the file.
    pub(crate) fn close(&mut self) {
        if let Some(file) = &mut self.file {
            file.close();
        }
    }

    /// Writes what is shown of one step, if there is anything.
    pub(crate) fn write(
        &mut self,
        name: &str,
        step: u64,
        values: &[(String, Shown)],
    ) -> Result<(), String> {
        if values.is_empty() {
            return Ok(());
        }
        let (folder, wall_time) = (&self.folder, now());
        let file = self
            .file
            .get_or_insert_with(|| GrowingFile::new(folder.join(name)));
        let mut entry = if file.bytes() == 0 {
            tensorboard::opening(wall_time)
        } else {
            vec![]
        };
        entry.extend(tensorboard::summary(wall_time, step, values));
        file.write(&entry)?;
        self.bytes = file.bytes();
        Ok(())
    }
}

/// Unix time in seconds; TensorBoard shows it to people.
fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |d| d.as_secs_f64())
}
