//! A folder that Keras's TensorBoard callback wrote into.

use std::path::{Path, PathBuf};

use regimen::doctor::log::{Log, event_files};

/// How deep event files are looked for.
const DEPTH: usize = 3;
/// Folders of validation rows.
const VALIDATION: [&str; 5] = ["validation", "valid", "val", "eval", "test"];

/// Whether a file is named as TensorBoard names its own.
pub(super) fn is_event_file(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with("events.out.tfevents")) && path.is_file()
}

/// The runs in a folder of event files, or in one file; `None` where there is none, or the folder is a run's own.
pub(super) fn logs(path: &Path) -> Option<Result<Vec<Log>, String>> {
    if path.join("events.jsonl").exists() {
        return None;
    }
    let mut files = vec![];
    match path.is_file() {
        true if is_event_file(path) => files.push(path.to_path_buf()),
        true => {}
        false => gather(path, DEPTH, &mut files),
    }
    if files.is_empty() {
        return None;
    }
    files.sort();
    let is_validation = |file: &PathBuf| {
        let inside = file.strip_prefix(path).unwrap_or(file);
        let mut folders = inside.parent().into_iter().flat_map(Path::components);
        folders.any(|part| {
            part.as_os_str()
                .to_str()
                .is_some_and(|name| VALIDATION.contains(&name))
        })
    };
    let (validation, train): (Vec<PathBuf>, Vec<PathBuf>) =
        files.into_iter().partition(is_validation);
    let read = |files: Vec<PathBuf>| -> Result<Vec<Vec<u8>>, String> {
        let one =
            |file: PathBuf| std::fs::read(&file).map_err(|e| format!("{}: {e}", file.display()));
        files.into_iter().map(one).collect()
    };
    let both = read(train).and_then(|train| Ok((train, read(validation)?)));
    Some(both.and_then(|(train, validation)| event_files::read(&train, &validation)))
}

fn gather(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if is_event_file(&path) {
            files.push(path);
        } else if depth > 0 && path.is_dir() {
            gather(&path, depth - 1, files);
        }
    }
}
