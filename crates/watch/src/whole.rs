//! Small files that are written whole or not at all, read again when they change.

use std::io::Read;
use std::path::PathBuf;
use std::time::SystemTime;

use serde::de::DeserializeOwned;

use crate::lines::Stamp;

/// Bytes of the largest file that is read.
const LARGEST: u64 = 16 << 20;

/// A JSON file and what it held at the last look.
#[derive(Debug)]
pub(crate) struct Whole<T> {
    path: PathBuf,
    stamp: Option<Stamp>,
    /// What it holds; `None` where it is missing or cannot be read.
    pub value: Option<T>,
}

impl<T: DeserializeOwned> Whole<T> {
    /// Not looked at yet.
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            stamp: None,
            value: None,
        }
    }

    /// Looks; gives whether it changed.
    pub fn poll(&mut self) -> bool {
        let now = Stamp::of(&self.path);
        if now == self.stamp {
            return false;
        }
        self.stamp = now;
        self.value = now.and_then(|now| self.read(now));
        true
    }

    /// When it was last written.
    pub fn modified(&self) -> Option<SystemTime> {
        self.stamp?.modified
    }

    fn read(&self, stamp: Stamp) -> Option<T> {
        if stamp.len() > LARGEST {
            return None;
        }
        let mut bytes = vec![];
        let file = stamp.open(&self.path)?;
        file.take(LARGEST).read_to_end(&mut bytes).ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_file_is_none() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("x");
        let mut whole: Whole<Vec<u32>> = Whole::new(path.clone());
        assert!(!whole.poll());
        for (text, value) in [
            ("[1, 2", None),
            ("[1, 2]", Some(vec![1, 2])),
            ("\u{0}\u{0}", None),
        ] {
            std::fs::write(&path, text).expect("writes");
            assert!(whole.poll() && whole.value == value, "{text}");
        }
        std::fs::remove_file(&path).expect("removes");
        assert!(whole.poll() && whole.value.is_none());
    }
}
