//! Finding a data file: absolute paths as they are; relative ones beside the run file, then in the
//! data folder (`REGIMEN_DATA`).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regimen_run::nearest::nearest_three;

use crate::error::Fault;

/// The most names of a folder that are looked at for a suggestion.
const NAMES: usize = 10_000;

/// The place of a file that a run file names.
pub(crate) fn locate(
    path: &str,
    base_dir: &Path,
    data_dir: Option<&Path>,
) -> Result<PathBuf, Fault> {
    find(path, base_dir, data_dir, Path::is_file)
}

/// The place of a file or folder that a run file names.
pub(crate) fn locate_any(
    path: &str,
    base_dir: &Path,
    data_dir: Option<&Path>,
) -> Result<PathBuf, Fault> {
    find(path, base_dir, data_dir, Path::exists)
}

fn find(
    path: &str,
    base_dir: &Path,
    data_dir: Option<&Path>,
    good: fn(&Path) -> bool,
) -> Result<PathBuf, Fault> {
    let mut tried = vec![base_dir.join(path)]; // an absolute `path` replaces the folder
    if let (Some(dir), true) = (data_dir, Path::new(path).is_relative()) {
        let beside = dir.join(path);
        if !tried.contains(&beside) {
            tried.push(beside);
        }
    }
    match tried.iter().find(|p| good(p)) {
        Some(found) => Ok(found.clone()),
        None => Err(missing(path, tried)),
    }
}

fn missing(path: &str, tried: Vec<PathBuf>) -> Fault {
    if let Some(dir) = tried.iter().find(|p| p.is_dir()) {
        return Fault::Unreadable {
            file: dir.display().to_string(),
            reason: "it is a folder".to_owned(),
        };
    }
    if let Some(link) = tried.iter().find(|p| p.is_symlink()) {
        return Fault::Unreadable {
            file: link.display().to_string(),
            reason: "it is a link that leads nowhere or back to itself; mend the link".to_owned(),
        };
    }
    let mut names = BTreeSet::new();
    for folder in tried.iter().filter_map(|p| p.parent()) {
        let here = folder.as_os_str().is_empty();
        let folder = if here { Path::new(".") } else { folder };
        let Ok(entries) = std::fs::read_dir(folder) else {
            continue;
        };
        let found = entries.take(NAMES).filter_map(Result::ok);
        names.extend(found.map(|e| e.file_name().to_string_lossy().into_owned()));
    }
    let wanted = Path::new(path).file_name().unwrap_or_default();
    let near = nearest_three(&wanted.to_string_lossy(), names.iter().map(String::as_str));
    Fault::MissingFile {
        path: path.to_owned(),
        tried,
        near,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_beside_the_run_file_then_in_the_data_folder() {
        let (base, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(data.path().join("a.csv"), "x").unwrap();
        let find = |path: &str| locate(path, base.path(), Some(data.path()));
        assert_eq!(find("a.csv").unwrap(), data.path().join("a.csv"));
        std::fs::write(base.path().join("a.csv"), "x").unwrap();
        assert_eq!(find("a.csv").unwrap(), base.path().join("a.csv"));
        let absolute = data.path().join("a.csv");
        assert_eq!(find(absolute.to_str().unwrap()).unwrap(), absolute);
    }

    #[test]
    fn a_missing_file_names_both_places_and_near_names() {
        let (base, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(data.path().join("reviews.csv"), "x").unwrap();
        let fault = locate("revews.csv", base.path(), Some(data.path())).unwrap_err();
        let text = fault.to_string();
        assert!(text.contains(&base.path().join("revews.csv").display().to_string()));
        assert!(text.contains(&data.path().join("revews.csv").display().to_string()));
        assert!(text.contains("did you mean `reviews.csv`?"), "{text}");
        let fault = locate("/nowhere/x.csv", base.path(), Some(data.path())).unwrap_err();
        assert!(fault.to_string().contains("(looked at /nowhere/x.csv)"));
    }

    #[test]
    #[cfg(unix)]
    fn links_that_lead_nowhere_are_told_as_such() {
        let base = tempfile::tempdir().unwrap();
        for (name, to) in [("loop.csv", "loop.csv"), ("lost.csv", "nowhere.csv")] {
            std::os::unix::fs::symlink(to, base.path().join(name)).unwrap();
            let fault = locate(name, base.path(), None).unwrap_err().to_string();
            assert!(fault.contains("a link that leads nowhere"), "{fault}");
        }
    }

    #[test]
    fn a_folder_is_no_file() {
        let base = tempfile::tempdir().unwrap();
        std::fs::create_dir(base.path().join("d")).unwrap();
        let fault = locate("d", base.path(), None).unwrap_err();
        assert!(fault.to_string().contains("it is a folder"));
    }
}
