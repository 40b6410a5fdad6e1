//! Where callbacks may write: inside the run folder, apart from the run's own files and from each other.
//!
//! Only paths are looked at, never the disk, so that a run file is refused before anything is touched.

use std::path::{Component, Path};

use regimen_nn::OptionError;
use regimen_run::folder::{EVENTS_FILE, LOCK_FILE, SPEC_FILE};

use serde_json::Value as Json;

use crate::callbacks::{Callback, Context, Flow, Moment};
use crate::checkpoint;

/// Files of the run itself, in the top of its folder.
const RESERVED: &[&str] = &[
    SPEC_FILE,
    EVENTS_FILE,
    LOCK_FILE,
    checkpoint::FILE,
    checkpoint::BEGINNING,
    "preprocessing.json",
    "curves.svg",
    "report.html",
];

/// A file of a callback, without `.` and `..`, or why it may not be written.
pub(crate) fn file(path: &str) -> Result<String, String> {
    let inside = folder(path)?;
    if inside.is_empty() || path.ends_with(['/', std::path::MAIN_SEPARATOR]) {
        return Err(format!("{path:?} is a folder; give the name of a file"));
    }
    Ok(inside)
}

/// A folder of a callback, without `.` and `..`; `""` is the run folder.
pub(crate) fn folder(path: &str) -> Result<String, String> {
    let mut names: Vec<&str> = vec![];
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => names.extend(name.to_str()),
            Component::CurDir => {}
            Component::ParentDir if names.pop().is_some() => {}
            _ => {
                return Err(format!(
                    "{path:?} lies outside the run folder, inside which callbacks write; give a relative path that stays there"
                ));
            }
        }
    }
    match names.first() {
        Some(first) if reserved(first) => Err(format!(
            "{path:?}: `{first}` is a file of the run itself; choose another name"
        )),
        _ => Ok(names.join("/")),
    }
}

/// Whether a file system may take this name for one of the run's files, or of the scratch files they are written by.
/// Some do not tell letters of both cases apart, nor names that end in dots or spaces.
fn reserved(name: &str) -> bool {
    let folded = fold(name);
    let plain = folded.trim_end_matches(['.', ' ']);
    let scratch = plain
        .strip_prefix('.')
        .and_then(|rest| rest.strip_suffix(".tmp"));
    RESERVED
        .iter()
        .any(|own| *own == plain || Some(*own) == scratch)
}

/// Letters that differ in case alone become the same; upper case first brings `ſ` to `s`.
fn fold(name: &str) -> String {
    name.to_uppercase().to_lowercase()
}

/// The callbacks that write a file which one before them writes too, or which is a folder to one of the two.
pub(crate) fn check_apart(callbacks: &[Box<dyn Callback>]) -> Result<(), Vec<OptionError>> {
    let mut errors = vec![];
    let mut taken: Vec<(usize, String)> = vec![];
    for (i, callback) in callbacks.iter().enumerate() {
        let files: Vec<String> = callback.files().iter().map(|f| fold(&plain(f))).collect();
        let clash = taken
            .iter()
            .find(|(_, old)| files.iter().any(|new| meet(old, new)));
        if let Some((other, file)) = clash {
            errors.push(OptionError {
                path: format!("callbacks[{i}]"),
                message: format!(
                    "{} writes `{file}`, which callbacks[{other}] ({}) writes too; give each a file of its own",
                    callback.class_name(),
                    callbacks[*other].class_name(),
                ),
            });
        }
        taken.extend(files.into_iter().map(|file| (i, file)));
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// Without `.` and `..`; a path that leads out stays as it is.
fn plain(path: &str) -> String {
    folder(path).unwrap_or_else(|_| path.to_string())
}

/// Whether two paths are the same, or one is inside the other.
fn meet(a: &str, b: &str) -> bool {
    let inside = |outer: &str, inner: &str| {
        inner
            .strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    inside(a, b) || inside(b, a)
}

/// Stands for a callback whose path is refused: it does nothing but say so.
pub(crate) struct Refused {
    /// Class of the callback.
    pub(crate) class_name: &'static str,
    /// What is wrong with the path.
    pub(crate) reason: String,
}

impl Callback for Refused {
    fn class_name(&self) -> &'static str {
        self.class_name
    }

    fn on(&mut self, _: &Moment<'_>, _: &Context<'_>) -> Result<Vec<Flow>, String> {
        Err(self.reason.clone())
    }

    fn restore(&mut self, _: &Json) -> Result<(), String> {
        Err(self.reason.clone())
    }
}

#[cfg(test)]
#[path = "inside_run_tests.rs"]
mod tests;
