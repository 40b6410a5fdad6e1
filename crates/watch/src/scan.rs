//! Which folders below a folder hold a run or a treatment.
//!
//! Links are not followed, hidden folders are passed over, and what cannot be read is as if it were not there. A walk is
//! bounded in depth and in folders, so that a wrong DIR (a whole home) does no harm.

use std::collections::BTreeMap;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};

use regimen_run::folder::{EVENTS_FILE, SPEC_FILE};

/// Folders below DIR, one in another.
const DEPTH: usize = 4;
/// Folders that are looked into.
const MOST_FOLDERS: usize = 5_000;
/// Entries of a folder that are looked at.
const MOST_ENTRIES: usize = 20_000;

/// What a folder holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A run.
    Run,
    /// A treatment.
    Treatment,
}

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// By id: the path below DIR with `/`, or `.` for DIR itself.
    pub folders: BTreeMap<String, (PathBuf, Kind)>,
    /// Whether there were more folders than are looked into.
    pub cut: bool,
}

/// Walks over the folders below `dir`.
pub(crate) fn scan(dir: &Path) -> Found {
    let mut found = Found::default();
    let mut open = vec![(dir.to_path_buf(), String::new(), 0)];
    let mut seen = 0;
    while let Some((path, id, depth)) = open.pop() {
        let Ok(entries) = std::fs::read_dir(&path) else {
            continue;
        };
        seen += 1;
        if seen > MOST_FOLDERS {
            found.cut = true;
            break;
        }
        let mut marks = Marks::default();
        for entry in entries.flatten().take(MOST_ENTRIES) {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            match folder(&entry) {
                false => marks.see(&name),
                true if depth < DEPTH && !name.starts_with('.') => {
                    let id = match id.as_str() {
                        "" => name.into_owned(),
                        id => format!("{id}/{name}"),
                    };
                    open.push((entry.path(), id, depth + 1));
                }
                true => {}
            }
        }
        if let Some(kind) = marks.kind() {
            let mut id = if id.is_empty() { ".".to_owned() } else { id };
            // Names that are no UTF-8 may look the same.
            while found.folders.contains_key(&id) {
                id.push('~');
            }
            found.folders.insert(id, (path, kind));
        }
    }
    found
}

/// Whether an entry is a folder itself: a link to one is none.
fn folder(entry: &DirEntry) -> bool {
    entry.file_type().is_ok_and(|kind| kind.is_dir())
}

/// The files that tell a run from a treatment.
#[derive(Default)]
struct Marks {
    run: bool,
    treatment: bool,
}

impl Marks {
    fn see(&mut self, name: &str) {
        match name {
            SPEC_FILE | EVENTS_FILE => self.run = true,
            "trials.jsonl" | "progress.json" | "treatment.json" => self.treatment = true,
            _ => {}
        }
    }

    fn kind(&self) -> Option<Kind> {
        match (self.run, self.treatment) {
            (_, true) => Some(Kind::Treatment),
            (true, false) => Some(Kind::Run),
            (false, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn runs_and_treatments_below_a_folder() {
        let dir = tempfile::tempdir().expect("a folder");
        let put = |name: &str| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("makes");
            fs::write(path, "").expect("writes");
        };
        assert!(scan(&dir.path().join("none")).folders.is_empty());
        for name in [
            "a/events.jsonl",
            "b/c/spec.json",
            "t/spec.json",
            "t/trials.jsonl",
            "t/baseline/events.jsonl",
            "other/data.csv",
            ".hidden/events.jsonl",
            "1/2/3/4/events.jsonl",
            "1/2/3/4/5/events.jsonl",
        ] {
            put(name);
        }
        let found = scan(dir.path());
        let ids: Vec<(&str, Kind)> = found
            .folders
            .iter()
            .map(|(id, (_, kind))| (id.as_str(), *kind))
            .collect();
        let (run, treatment) = (Kind::Run, Kind::Treatment);
        assert_eq!(
            ids,
            [
                ("1/2/3/4", run),
                ("a", run),
                ("b/c", run),
                ("t", treatment),
                ("t/baseline", run)
            ]
        );
        put("spec.json");
        assert_eq!(scan(dir.path()).folders["."].0, dir.path());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_names_that_are_no_text() {
        use std::os::unix::ffi::OsStrExt;
        let (dir, outside) = (
            tempfile::tempdir().expect("one"),
            tempfile::tempdir().expect("another"),
        );
        fs::write(outside.path().join("events.jsonl"), "").expect("writes");
        std::os::unix::fs::symlink(outside.path(), dir.path().join("link")).expect("links");
        std::os::unix::fs::symlink(dir.path(), dir.path().join("round")).expect("links");
        for name in [&b"x\xff"[..], b"x\xfe"] {
            let path = dir.path().join(std::ffi::OsStr::from_bytes(name));
            fs::create_dir(&path).expect("makes");
            fs::write(path.join("events.jsonl"), "").expect("writes");
        }
        let found = scan(dir.path());
        assert_eq!(found.folders.len(), 2, "{found:?}");
        assert!(
            found.folders.contains_key("x\u{FFFD}") && found.folders.contains_key("x\u{FFFD}~")
        );
    }
}
