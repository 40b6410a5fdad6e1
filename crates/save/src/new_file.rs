//! A file that is written whole or not at all: a draft beside it, then fsync, a rename, and fsync of the folder.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A draft. What is not committed is removed.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    draft: PathBuf,
    path: PathBuf,
    committed: bool,
}

impl NewFile {
    /// A draft beside the file that it will become.
    pub fn beside(path: &Path) -> io::Result<NewFile> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let draft = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&draft)?;
        Ok(NewFile {
            file,
            draft,
            path: path.to_path_buf(),
            committed: false,
        })
    }

    /// Puts the draft in its place.
    pub fn commit(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        std::fs::rename(&self.draft, &self.path)?;
        self.committed = true;
        let folder = self.path.parent().filter(|p| !p.as_os_str().is_empty());
        // Not every system opens folders.
        if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
            folder.sync_all()?;
        }
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.committed {
            let _removed = std::fs::remove_file(&self.draft);
        }
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Read for NewFile {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.file.read(bytes)
    }
}

impl Seek for NewFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
