//! Words of 32 bits in a temporary file: written once from front to back, then read at any place.
//!
//! The file has no name, so that nothing is left however the process ends. It lies in the folder for temporary files, which the
//! variable `TMPDIR` names.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use crate::error::Fault;
use crate::positioned::read_exact_at;

/// Bytes that are gathered before they are written.
const BLOCK: usize = 1 << 20;

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Spool {
    file: File,
    place: PathBuf,
    waiting: Vec<u8>,
    words: u64,
    /// Why no more can be written. Words are counted all the same, to tell how many bytes were needed.
    full: Option<String>,
}

/// A file that was written.
#[derive(Debug)]
pub(crate) struct Words {
    file: File,
    place: PathBuf,
    count: u64,
}

impl Spool {
    /// An empty file.
    pub fn new() -> Result<Spool, Fault> {
        let place = std::env::temp_dir();
        let file = tempfile::tempfile_in(&place).map_err(|e| Fault::NoSpool {
            place: place.clone(),
            reason: e.to_string(),
        })?;
        Ok(Spool {
            file,
            place,
            waiting: Vec::new(),
            words: 0,
            full: None,
        })
    }

    /// Words written so far.
    pub fn len(&self) -> u64 {
        self.words
    }

    /// Adds words at the end.
    pub fn push(&mut self, words: &[u32]) {
        self.words += words.len() as u64;
        if self.full.is_some() {
            return;
        }
        let bytes = words.iter().flat_map(|word| word.to_le_bytes());
        self.waiting.extend(bytes);
        if self.waiting.len() >= BLOCK {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if let Err(e) = self.file.write_all(&self.waiting) {
            self.full = Some(e.to_string());
            // The room is of more use to others. A failure leaves what the file's end frees anyway.
            let _ = self.file.set_len(0);
        }
        self.waiting.clear();
    }

    /// Ends writing files that are needed together.
    pub fn finish(files: impl Iterator<Item = Spool>) -> Result<Vec<Words>, Fault> {
        let (mut done, mut full, mut words) = (Vec::new(), None, 0);
        for mut file in files {
            if file.full.is_none() {
                file.flush();
            }
            words += file.words;
            full = full.or(file.full.map(|reason| (file.place.clone(), reason)));
            done.push(Words {
                file: file.file,
                place: file.place,
                count: file.words,
            });
        }
        match full {
            Some((place, reason)) => Err(Fault::SpoolFull {
                place,
                need: words * 4,
                reason,
            }),
            None => Ok(done),
        }
    }
}

impl Words {
    /// Words in the file.
    pub fn len(&self) -> u64 {
        self.count
    }

    /// Adds the `count` words from the word `from` on to `out`.
    pub fn read(&self, from: u64, count: usize, out: &mut Vec<u32>) -> Result<(), Fault> {
        let mut bytes = vec![0; count * 4];
        read_exact_at(&self.file, &mut bytes, from * 4).map_err(|e| Fault::Unreadable {
            file: format!("the temporary file in {}", self.place.display()),
            reason: e.to_string(),
        })?;
        out.extend(bytes.chunks_exact(4).map(word));
        Ok(())
    }

    /// Adds rows of `width` words to `out`; neighbours are read at once.
    pub fn read_rows(&self, rows: &[usize], width: usize, out: &mut Vec<u32>) -> Result<(), Fault> {
        for run in rows.chunk_by(|a, b| a + 1 == *b) {
            self.read(run[0] as u64 * width as u64, run.len() * width, out)?;
        }
        Ok(())
    }
}

fn word(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .rev()
        .fold(0, |word, &byte| word << 8 | u32::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_where_they_were_written() {
        let mut spool = Spool::new().unwrap();
        let all: Vec<u32> = (0..600_000)
            .map(|i: u32| i.wrapping_mul(7_919_777))
            .collect();
        all.chunks(1000).for_each(|words| spool.push(words));
        let words = Spool::finish([spool].into_iter()).unwrap().remove(0);
        assert_eq!(words.len(), 600_000);
        let mut out = Vec::new();
        words.read_rows(&[5, 6, 199_999, 0], 3, &mut out).unwrap();
        let expected = [&all[15..21], &all[599_997..], &all[..3]].concat();
        assert_eq!(out, expected);
        assert!(words.read(599_999, 2, &mut out).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_with_what_was_needed() {
        let mut spool = Spool::new().unwrap();
        spool.file = File::options().write(true).open("/dev/full").unwrap();
        spool.place = PathBuf::from("/where/it/lies");
        let block = vec![1; BLOCK / 4];
        (0..3).for_each(|_| spool.push(&block));
        let fault = Spool::finish([spool].into_iter()).unwrap_err();
        let words = fault.to_string();
        assert!(words.contains("3.0 MiB"), "{words}");
        assert!(words.contains("/where/it/lies"), "{words}");
        assert!(words.contains("set TMPDIR"), "{words}");
    }
}
