//! A file that is written whole or not at all: a draft beside it, then fsync, a rename, and fsync of the folder.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

/// Drafts of one name that may lie beside each other.
const DRAFTS: usize = 1000;
/// Bytes of small pieces that are gathered; larger ones go to the file as they are.
const BUFFER: usize = 1 << 16;

/// A draft. What is not committed is removed.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    draft: PathBuf,
    path: PathBuf,
    committed: bool,
    /// Bytes since the disk was last set to work.
    waiting: usize,
    behind: Option<Behind>,
}

/// Bytes after which the disk is set to work while more is written: the fsync at the end then has little left to do.
const AHEAD: usize = 32 << 20;

/// A thread that lets the disk take what was written so far.
#[derive(Debug)]
struct Behind {
    more: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl Behind {
    fn start(file: File) -> Behind {
        let (more, asked) = sync_channel::<()>(1);
        let thread = std::thread::spawn(move || asked.iter().try_for_each(|()| file.sync_data()));
        Behind { more, thread }
    }

    /// Waits for the disk; a fault that it had is told here and nowhere else.
    fn end(self) -> io::Result<()> {
        drop(self.more);
        let ended = self.thread.join();
        ended.unwrap_or_else(|_| Err(io::Error::other("the thread that wrote ended early")))
    }
}

impl NewFile {
    /// A draft beside the file that it will become.
    ///
    /// A link leads to the file that is replaced, and what is replaced hands on who may read it.
    pub fn beside(path: &Path) -> io::Result<NewFile> {
        let target = std::fs::canonicalize(path).ok();
        let path = target.as_deref().unwrap_or(path);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // A file that is there already, of whomever, is left alone: a link of this name would lead elsewhere.
        for number in 0..DRAFTS {
            let draft = format!(".{name}.{}-{number}.tmp", std::process::id());
            let draft = path.with_file_name(draft);
            let mut options = File::options();
            match options.read(true).write(true).create_new(true).open(&draft) {
                Ok(file) => {
                    if let Ok(before) = std::fs::metadata(path) {
                        file.set_permissions(before.permissions())?;
                    }
                    return Ok(NewFile {
                        file,
                        draft,
                        path: path.to_path_buf(),
                        committed: false,
                        waiting: 0,
                        behind: None,
                    });
                }
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
        Err(io::Error::other(format!(
            "{DRAFTS} drafts of `{name}` lie beside it; remove `.{name}.*.tmp`"
        )))
    }

    /// Writes a file through a buffer and puts it in its place; where `write` fails, nothing is left of it.
    ///
    /// # Errors
    ///
    /// Those of `write`, and whatever writing a file may meet.
    pub(crate) fn whole<E: From<io::Error>>(
        path: &Path,
        write: impl FnOnce(&mut BufWriter<NewFile>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut out = BufWriter::with_capacity(BUFFER, NewFile::beside(path)?);
        write(&mut out)?;
        let draft = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(draft.commit()?)
    }

    /// Puts the draft in its place.
    pub fn commit(mut self) -> io::Result<()> {
        if let Some(behind) = self.behind.take() {
            behind.end()?;
        }
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
        if let Some(behind) = self.behind.take() {
            let _not_kept = behind.end();
        }
        if !self.committed {
            let _removed = std::fs::remove_file(&self.draft);
        }
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.waiting += written;
        if self.waiting >= AHEAD {
            self.waiting = 0;
            if self.behind.is_none() {
                self.behind = Some(Behind::start(self.file.try_clone()?));
            }
            // Where the disk is not done with what it has, it takes this with the next.
            let _busy = self.behind.as_ref().map(|b| b.more.try_send(()));
        }
        Ok(written)
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
