//! A log file that grows by whole entries and can be cut back to where a checkpoint saw it.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

/// The file, and how long it is.
#[derive(Debug)]
pub(crate) struct GrowingFile {
    path: PathBuf,
    file: Option<File>,
    bytes: u64,
}

impl GrowingFile {
    /// A file that is not open yet.
    pub(crate) fn new(path: PathBuf) -> GrowingFile {
        GrowingFile {
            path,
            file: None,
            bytes: 0,
        }
    }

    /// How long the file is.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its last byte, when it is open and not empty.
    pub(crate) fn last_byte(&mut self) -> Result<Option<u8>, String> {
        let Some(file) = self.file.as_mut().filter(|_| self.bytes > 0) else {
            return Ok(None);
        };
        let mut last = [0];
        // Reading it leaves the place where it was: at the end.
        let read = file
            .seek(SeekFrom::Start(self.bytes - 1))
            .and_then(|_| file.read_exact(&mut last));
        read.map_err(|e| format!("{}: cannot be read: {e}", self.path.display()))?;
        Ok(Some(last[0]))
    }

    /// Opens it empty.
    pub(crate) fn start(&mut self) -> Result<(), String> {
        self.open(0).map(|_| ())
    }

    /// Opens it at its end.
    pub(crate) fn go_on(&mut self) -> Result<(), String> {
        self.open(u64::MAX).map(|_| ())
    }

    /// Opens it at a length that it had, dropping what was written later. A file that has become
    /// shorter meanwhile is gone on with as it is; then a warning comes back.
    pub(crate) fn cut_back(&mut self, bytes: u64) -> Result<Option<String>, String> {
        let found = self.open(bytes)?;
        let path = self.path.display();
        Ok((found < bytes).then(|| {
            format!(
                "{path}: {found} bytes long where {bytes} had been written; going on at its end"
            )
        }))
    }

    /// Writes an entry; it is with the operating system when this returns.
    pub(crate) fn write(&mut self, entry: &[u8]) -> Result<(), String> {
        if self.file.is_none() {
            self.open(self.bytes)?;
        }
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        let written = file.write_all(entry).and_then(|()| file.flush());
        written.map_err(|e| format!("{}: cannot be written: {e}", self.path.display()))?;
        self.bytes += entry.len() as u64;
        Ok(())
    }

    /// Closes it; another write would open it again.
    pub(crate) fn close(&mut self) {
        self.file = None;
    }

    /// Opens or makes the file, with its folders, at most `keep` bytes long. Returns its length before.
    fn open(&mut self, keep: u64) -> Result<u64, String> {
        let fault = |what: &str, e: std::io::Error| format!("{}: {what}: {e}", self.path.display());
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| fault("its folder cannot be made", e))?;
        }
        let opened = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&self.path);
        let mut file = opened.map_err(|e| fault("cannot be opened", e))?;
        let found = file
            .seek(SeekFrom::End(0))
            .map_err(|e| fault("cannot be read", e))?;
        let bytes = found.min(keep);
        if bytes < found {
            file.set_len(bytes)
                .map_err(|e| fault("cannot be shortened", e))?;
            file.seek(SeekFrom::Start(bytes))
                .map_err(|e| fault("cannot be read", e))?;
        }
        self.file = Some(file);
        self.bytes = bytes;
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_and_is_cut_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/log");
        let read = || std::fs::read_to_string(&path).unwrap();
        let mut file = GrowingFile::new(path.clone());
        file.start().unwrap();
        file.write(b"one ").unwrap();
        file.write(b"two ").unwrap();
        assert_eq!((read().as_str(), file.bytes()), ("one two ", 8));

        let mut again = GrowingFile::new(path.clone());
        assert_eq!(again.cut_back(4).unwrap(), None);
        again.write(b"2").unwrap();
        again.close();
        again.write(b"3").unwrap();
        assert_eq!(read(), "one 23");

        assert!(
            again
                .cut_back(100)
                .unwrap()
                .unwrap()
                .contains("going on at its end")
        );
        again.write(b"!").unwrap();
        assert_eq!(read(), "one 23!");
        assert_eq!(again.last_byte(), Ok(Some(b'!')));
        again.write(b"?").unwrap();
        assert_eq!(read(), "one 23!?");
        again.cut_back(7).unwrap();
        again.go_on().unwrap();
        assert_eq!(again.bytes(), 7);
        again.start().unwrap();
        assert_eq!((read().as_str(), again.last_byte()), ("", Ok(None)));
    }

    #[test]
    fn a_folder_in_its_place_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = GrowingFile::new(folder.path().to_path_buf())
            .start()
            .unwrap_err();
        assert!(
            error.contains(&folder.path().display().to_string()),
            "{error}"
        );
    }
}
