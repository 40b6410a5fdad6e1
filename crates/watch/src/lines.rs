//! Reading a file of lines as it grows.
//!
//! Only lines that end are given. A file that was replaced, cut or rewritten is read anew: its identity, its length and the
//! bytes before the place that reading has come to tell. Links and things that are no plain files count as missing.

use std::fs::{File, Metadata};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Bytes that are read at once.
const CHUNK: usize = 1 << 20;
/// Bytes of the longest line that is kept; longer ones are passed over.
const LONGEST: usize = 32 << 20;
/// Bytes before the place of reading that must stay as they were.
const TAIL: usize = 64;

/// What a look at the file tells.
pub(crate) enum Told<'l> {
    /// What was told before does not hold any more.
    Anew,
    /// A line without its end.
    Line(&'l [u8]),
    /// A line too long to be read.
    TooLong,
}

/// A file of lines and how far it has been read.
#[derive(Debug)]
pub(crate) struct Lines {
    path: PathBuf,
    stamp: Option<Stamp>,
    offset: u64,
    /// The bytes before `offset`.
    tail: Vec<u8>,
    /// Within a line that is passed over.
    passing: bool,
}

/// What changes when a file does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stamp {
    len: u64,
    /// When it was last written.
    pub modified: Option<SystemTime>,
    identity: Option<(u64, u64)>,
}

impl Stamp {
    /// Of a plain file; `None` for everything else, links included.
    pub fn of(path: &Path) -> Option<Stamp> {
        let meta = std::fs::symlink_metadata(path).ok()?;
        meta.is_file().then(|| Stamp::from(&meta))
    }

    /// Opens the file that the stamp was taken of, and no other that took its place.
    pub fn open(self, path: &Path) -> Option<File> {
        let file = File::open(path).ok()?;
        let meta = file.metadata().ok()?;
        (meta.is_file() && identity(&meta) == self.identity).then_some(file)
    }

    /// Bytes in it.
    pub fn len(self) -> u64 {
        self.len
    }
}

impl From<&Metadata> for Stamp {
    fn from(meta: &Metadata) -> Self {
        Self {
            len: meta.len(),
            modified: meta.modified().ok(),
            identity: identity(meta),
        }
    }
}

#[cfg(unix)]
fn identity(meta: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Option<(u64, u64)> {
    None
}

impl Lines {
    /// Nothing of the file is read yet.
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            stamp: None,
            offset: 0,
            tail: vec![],
            passing: false,
        }
    }

    /// When the file was last written.
    pub fn modified(&self) -> Option<SystemTime> {
        self.stamp?.modified
    }

    /// Looks at the file and tells what is new.
    pub fn poll(&mut self, tell: &mut dyn FnMut(Told<'_>)) {
        let now = Stamp::of(&self.path);
        if now == self.stamp {
            return;
        }
        let before = std::mem::replace(&mut self.stamp, now);
        let file = now.and_then(|now| now.open(&self.path));
        let (Some(now), Some(mut file)) = (now, file) else {
            // Gone, or about to be replaced: the next look sees.
            self.stamp = None;
            self.anew(tell);
            return;
        };
        let other = before.is_some_and(|before| before.identity != now.identity);
        if other || now.len < self.offset || !self.tail_stands(&mut file) {
            self.anew(tell);
        }
        if self.read(&mut file, tell).is_err() {
            self.stamp = None;
        }
    }

    fn anew(&mut self, tell: &mut dyn FnMut(Told<'_>)) {
        if self.offset > 0 {
            tell(Told::Anew);
        }
        (self.offset, self.passing) = (0, false);
        self.tail.clear();
    }

    /// Whether the bytes before the place of reading are those that were read.
    fn tail_stands(&self, file: &mut File) -> bool {
        let mut bytes = vec![0; self.tail.len()];
        let from = self.offset - self.tail.len() as u64;
        file.seek(SeekFrom::Start(from)).is_ok()
            && file.read_exact(&mut bytes).is_ok()
            && bytes == self.tail
    }

    fn read(&mut self, file: &mut File, tell: &mut dyn FnMut(Told<'_>)) -> std::io::Result<()> {
        file.seek(SeekFrom::Start(self.offset))?;
        let mut buffer: Vec<u8> = vec![];
        loop {
            let kept = buffer.len();
            let got = file.by_ref().take(CHUNK as u64).read_to_end(&mut buffer)?;
            let Some(end) = buffer[kept..].iter().rposition(|b| *b == b'\n') else {
                if buffer.len() > LONGEST {
                    self.passing = true;
                    self.pass(&buffer);
                    buffer.clear();
                }
                if got == 0 {
                    return Ok(());
                }
                continue;
            };
            let end = kept + end + 1;
            for line in buffer[..end - 1].split(|b| *b == b'\n') {
                match std::mem::take(&mut self.passing) {
                    true => tell(Told::TooLong),
                    false if line.trim_ascii().is_empty() => {}
                    false => tell(Told::Line(line)),
                }
            }
            self.pass(&buffer[..end]);
            buffer.drain(..end);
        }
    }

    /// Moves the place of reading behind bytes that were read.
    fn pass(&mut self, bytes: &[u8]) {
        self.offset += bytes.len() as u64;
        self.tail.extend(&bytes[bytes.len().saturating_sub(TAIL)..]);
        let more = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..more);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;

    fn look(lines: &mut Lines) -> Vec<String> {
        let mut told = vec![];
        lines.poll(&mut |what| {
            told.push(match what {
                Told::Anew => "anew".to_owned(),
                Told::TooLong => "too long".to_owned(),
                Told::Line(line) => String::from_utf8_lossy(line).into_owned(),
            });
        });
        told
    }

    #[test]
    fn lines_come_when_they_are_whole() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("x");
        let mut lines = Lines::new(path.clone());
        assert!(look(&mut lines).is_empty());
        fs::write(&path, "one\n\ntw").expect("writes");
        assert_eq!(look(&mut lines), ["one"]);
        assert!(look(&mut lines).is_empty());
        let mut file = File::options().append(true).open(&path).expect("opens");
        file.write_all(b"o\nthree\nfo").expect("writes");
        assert_eq!(look(&mut lines), ["two", "three"]);
        file.write_all(b"ur\n").expect("writes");
        assert_eq!(look(&mut lines), ["four"]);
        fs::remove_file(&path).expect("removes");
        assert_eq!(look(&mut lines), ["anew"]);
        assert!(look(&mut lines).is_empty());
    }

    #[test]
    fn cut_replaced_and_rewritten_files_are_read_anew() {
        let dir = tempfile::tempdir().expect("a folder");
        let (path, beside) = (dir.path().join("x"), dir.path().join("y"));
        let mut lines = Lines::new(path.clone());
        fs::write(&path, "one\ntwo\n").expect("writes");
        assert_eq!(look(&mut lines), ["one", "two"]);
        fs::write(&path, "one\n").expect("cuts");
        assert_eq!(look(&mut lines), ["anew", "one"]);
        fs::write(&beside, "1\n2\n3\n").expect("writes");
        fs::rename(&beside, &path).expect("replaces");
        assert_eq!(look(&mut lines), ["anew", "1", "2", "3"]);
        fs::write(&path, "other\nand longer\n").expect("rewrites in place");
        assert_eq!(look(&mut lines), ["anew", "other", "and longer"]);
    }

    #[test]
    fn long_lines_are_passed_over() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("x");
        let mut lines = Lines::new(path.clone());
        let mut file = File::create(&path).expect("makes");
        let long = vec![b'x'; LONGEST + 2 * CHUNK];
        file.write_all(b"before\n").expect("writes");
        file.write_all(&long).expect("writes");
        assert_eq!(look(&mut lines), ["before"]);
        file.write_all(b"\nbehind\n").expect("writes");
        assert_eq!(look(&mut lines), ["too long", "behind"]);
        let wide = "y".repeat(3 * CHUNK);
        file.write_all(format!("{wide}\n").as_bytes())
            .expect("writes");
        assert_eq!(look(&mut lines), [wide]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let dir = tempfile::tempdir().expect("a folder");
        let (secret, path) = (dir.path().join("secret"), dir.path().join("x"));
        fs::write(&secret, "secret\n").expect("writes");
        std::os::unix::fs::symlink(&secret, &path).expect("links");
        assert!(look(&mut Lines::new(path)).is_empty());
    }
}
