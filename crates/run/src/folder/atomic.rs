//! A file appears whole or not at all: write beside it, sync, rename, sync the folder.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::FolderError;

/// Writes `bytes` as `file`, whole or not at all. On an error the former file, if any, stands untouched.
pub fn write(file: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    let scratch = scratch_of(file);
    let written = fill(&scratch, bytes).and_then(|()| std::fs::rename(&scratch, file));
    written.map_err(|error| {
        // The first error is the one to report; a scratch file left over is hidden and harmless.
        let _ = std::fs::remove_file(&scratch);
        FolderError::io("write", file, error)
    })?;
    if let Some(folder) = file.parent() {
        sync_folder(folder).map_err(|error| FolderError::io("sync", folder, error))?;
    }
    Ok(())
}

/// `.name.tmp` beside the file, hence on the same file system.
fn scratch_of(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!(".{name}.tmp"))
}

fn fill(scratch: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(scratch)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a rename survive a power cut. Only Unix can open a folder for this.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
