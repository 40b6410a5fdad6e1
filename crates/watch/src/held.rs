//! Which files are locked, without taking a lock: one taken for a look could turn a run away that starts just then.
//!
//! Linux lists locks in `/proc/locks` (device and inode; inodes alone are compared, since some file systems show another
//! device). Elsewhere, on network file systems and across containers nothing is known.

use std::collections::BTreeSet;
use std::path::Path;

/// The files that processes hold locked for writing.
#[derive(Debug, Default)]
pub(crate) struct Held(BTreeSet<u64>);

impl Held {
    /// As it is now.
    pub fn now() -> Self {
        let list = std::fs::read_to_string("/proc/locks").unwrap_or_default();
        Self(list.lines().filter_map(inode).collect())
    }

    /// Whether a file is known to be held.
    pub fn holds(&self, file: &Path) -> bool {
        !self.0.is_empty() && number(file).is_some_and(|inode| self.0.contains(&inode))
    }
}

/// The inode of a line such as `1: FLOCK  ADVISORY  WRITE 31390 fe:00:5546028 0 EOF`.
fn inode(line: &str) -> Option<u64> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let place = words.iter().position(|word| *word == "WRITE")?;
    let waits = words.contains(&"->");
    let file = words.get(place + 2).filter(|_| !waits)?;
    file.rsplit(':').next()?.parse().ok()
}

#[cfg(unix)]
fn number(file: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    std::fs::symlink_metadata(file).ok().map(|meta| meta.ino())
}

#[cfg(not(unix))]
fn number(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_list() {
        let of = |line| inode(line);
        assert_eq!(
            of("1: FLOCK  ADVISORY  WRITE 31390 fe:00:5546028 0 EOF"),
            Some(5_546_028)
        );
        assert_eq!(
            of("2: FLOCK  ADVISORY  READ 31390 fe:00:10133506 0 EOF"),
            None
        );
        assert_eq!(of("1: -> FLOCK  ADVISORY  WRITE 1 fe:00:7 0 EOF"), None);
        assert_eq!(of("nonsense"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_held_file_is_seen_where_the_system_tells() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join(".lock");
        let file = std::fs::File::create(&path).expect("makes");
        file.lock().expect("locks");
        if Held::now().0.is_empty() {
            eprintln!("skipped: /proc/locks tells nothing here");
            return;
        }
        assert!(Held::now().holds(&path));
        drop(file);
        assert!(!Held::now().holds(&path));
    }
}
