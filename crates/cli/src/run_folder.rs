//! Which folder a run gets when none is named: `runs/NAME-N`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Where runs are kept, in the current folder.
pub(crate) const RUNS: &str = "runs";

/// A folder for a run.
#[derive(Debug)]
pub(crate) struct Chosen {
    /// The folder.
    pub(crate) path: PathBuf,
    /// Whether it was made here, empty, and may go again when the run never begins.
    claimed: bool,
}

/// The folder that the user named, or with `resume` the latest one of this name, or a new one, made at once
/// so that two runs started together do not meet.
pub(crate) fn choose(out: Option<&PathBuf>, resume: bool, name: &str) -> Result<Chosen, Failure> {
    if let Some(path) = out {
        return Ok(Chosen {
            path: path.clone(),
            claimed: false,
        });
    }
    let runs = Path::new(RUNS);
    let stem = file_stem(name);
    let last = numbers(runs, &stem).max();
    if let (true, Some(n)) = (resume, last) {
        return Ok(Chosen {
            path: runs.join(format!("{stem}-{n}")),
            claimed: false,
        });
    }
    claim(runs, &stem, last.map_or(1, |n| n.saturating_add(1)))
}

fn claim(runs: &Path, stem: &str, first: u64) -> Result<Chosen, Failure> {
    let refused = |path: &Path, error: &std::io::Error| {
        let text = "choose a folder that can be written, with --out";
        Failure::Error(format!(
            "{}: cannot make the run folder ({error}); {text}",
            path.display()
        ))
    };
    std::fs::create_dir_all(runs).map_err(|e| refused(runs, &e))?;
    let mut n = first;
    loop {
        let path = runs.join(format!("{stem}-{n}"));
        match std::fs::create_dir(&path) {
            Ok(()) => {
                return Ok(Chosen {
                    path,
                    claimed: true,
                });
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => n += 1,
            Err(error) => return Err(refused(&path, &error)),
        }
    }
}

impl Chosen {
    /// Takes an empty folder away again. One that holds anything stays.
    pub(crate) fn discard(&self) {
        if self.claimed {
            // Refused by the system when not empty, as it should be.
            let _ = std::fs::remove_dir(&self.path);
            let _ = std::fs::remove_dir(RUNS);
        }
    }
}

/// The numbers N of entries `stem-N`.
fn numbers(runs: &Path, stem: &str) -> impl Iterator<Item = u64> {
    let entries = std::fs::read_dir(runs).into_iter().flatten().flatten();
    entries.filter_map(move |entry| {
        let name = entry.file_name();
        name.to_str()?
            .strip_prefix(stem)?
            .strip_prefix('-')?
            .parse()
            .ok()
    })
}

/// A run's name as part of a path.
fn file_stem(name: &str) -> String {
    let safe = |c: char| {
        if c.is_alphanumeric() || "._-".contains(c) {
            c
        } else {
            '-'
        }
    };
    let stem: String = name.chars().take(80).map(safe).collect();
    match stem.trim_matches(['.', '-']) {
        "" => "run".to_owned(),
        stem => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_safe_stems() {
        assert_eq!(file_stem("digits"), "digits");
        assert_eq!(file_stem("../a b/c"), "a-b-c");
        assert_eq!(file_stem(".."), "run");
        assert_eq!(file_stem(""), "run");
    }

    #[test]
    fn the_next_free_number_is_claimed_and_given_back() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a-1", "a-7", "a-x", "ab-9"] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        assert_eq!(numbers(dir.path(), "a").max(), Some(7));
        let chosen = claim(dir.path(), "a", 7).unwrap();
        assert_eq!(chosen.path, dir.path().join("a-8"));
        chosen.discard();
        assert!(!chosen.path.exists());
    }
}
