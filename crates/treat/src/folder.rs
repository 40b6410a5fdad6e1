//! The folder of a treatment: its run on paper, every finished trial, the results, the improved run file.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use regimen_run::folder::{LOCK_FILE, SPEC_FILE, write_atomic};
use regimen_run::treatment::{
    BASELINE_FOLDER, PROGRESS_FILE, Phase, Progress, RESULTS_FILE, SETTINGS_FILE, Settings,
    TRIALS_FILE,
};
use regimen_run::{RunSpec, TreatmentFolder};

use crate::{Budget, TreatError, Treated};

/// The run with what helps most.
pub const IMPROVED: &str = "improved.toml";

/// A folder that this process works in.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Takes the folder of a treatment: a new one, or with `resume` one that was begun for the same run.
    pub fn open(path: &Path, spec: &RunSpec, resume: bool) -> Result<Folder, TreatError> {
        let fault = |file: &Path, reason: String| TreatError::File {
            path: file.to_path_buf(),
            reason,
        };
        let begun = path.join(TRIALS_FILE).exists();
        if let Some(other) = foreign(path, begun) {
            return Err(fault(
                path,
                format!(
                    "holds other files ({other}) and no treatment; nothing was changed; choose a new or empty folder with --out"
                ),
            ));
        }
        std::fs::create_dir_all(path).map_err(|e| fault(path, e.to_string()))?;
        let place = path.join(LOCK_FILE);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&place)
            .map_err(|e| fault(&place, e.to_string()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(TreatError::Busy(path.to_path_buf())),
            Err(TryLockError::Error(e)) => return Err(fault(&place, e.to_string())),
        }
        let own = spec.to_json().map_err(|e| fault(path, e.to_string()))?;
        let known = std::fs::read_to_string(path.join(SPEC_FILE)).ok();
        match (begun, resume, known) {
            (true, false, _) => {
                return Err(fault(
                    path,
                    "already holds a treatment; go on with --resume, or choose another with --out"
                        .to_owned(),
                ));
            }
            (true, true, known) if known.as_deref() != Some(own.as_str()) => {
                return Err(fault(
                    path,
                    "was begun for another run; treat the run it was begun with, or choose another folder with --out".to_owned(),
                ));
            }
            _ => {}
        }
        let folder = Folder {
            path: path.to_path_buf(),
            _lock: lock,
        };
        // Says whose folder it is from now on.
        if !begun {
            let progress = Progress {
                phase: Phase::Baseline,
                planned: 1,
                done: 0,
                budget: String::new(),
            };
            let json = serde_json::to_string(&progress).map_err(|e| fault(path, e.to_string()))?;
            folder.write(PROGRESS_FILE, &json)?;
        }
        folder.write(SPEC_FILE, &own)?;
        Ok(folder)
    }

    /// The options of the treatment: those given now, and where it goes on those it was begun with. Another metric or
    /// other remedies than these are refused, because verdicts would be chosen by what is known already.
    pub fn settle(&self, given: &Settings) -> Result<Settings, TreatError> {
        let treatment = TreatmentFolder::open(&self.path);
        let known = treatment
            .as_ref()
            .map(TreatmentFolder::settings)
            .transpose();
        let known = known
            .map_err(|e| TreatError::Folder(Box::new(e)))?
            .flatten();
        let mut own = given.clone();
        if let Some(was) = known {
            let other = |option: &str, was: String| {
                TreatError::Options(format!(
                    "--{option}: this treatment was begun with {was}; go on with that, or choose another folder with --out"
                ))
            };
            let usual = || "the usual".to_owned();
            if given.metric.is_some() && given.metric != was.metric {
                return Err(other("metric", was.metric.unwrap_or_else(usual)));
            }
            if !given.remedies.is_empty() && given.remedies != was.remedies {
                let were = was.remedies.join(",");
                return Err(other(
                    "remedy",
                    if were.is_empty() { usual() } else { were },
                ));
            }
            if given.budget.is_empty() {
                own.budget.clone_from(&was.budget);
            }
            own.margin = given.margin.or(was.margin);
            // Verdicts were made already: another one on more seeds is another look.
            let again = self.path.join(RESULTS_FILE).exists() && own.budget != was.budget;
            own.finished = was.finished + usize::from(again);
            (own.metric, own.remedies) = (was.metric, was.remedies);
        } else if own.budget.is_empty() {
            own.budget = Budget::default().to_string();
        }
        let json = serde_json::to_string(&own).map_err(|e| TreatError::File {
            path: self.path.join(SETTINGS_FILE),
            reason: e.to_string(),
        })?;
        self.write(SETTINGS_FILE, &json)?;
        Ok(own)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes away what a treatment left that failed before its first trial was finished.
    pub fn abandon(&self) {
        if self.path.join(TRIALS_FILE).exists() {
            return;
        }
        for name in [SPEC_FILE, SETTINGS_FILE, PROGRESS_FILE, LOCK_FILE] {
            // What cannot be removed is harmless: the next treatment writes it anew.
            let _removed = std::fs::remove_file(self.path.join(name));
        }
        let _removed = std::fs::remove_dir_all(self.path.join(BASELINE_FOLDER));
        // Refused by the system when not empty, as it should be.
        let _removed = std::fs::remove_dir(&self.path);
    }

    /// Writes the results, and the improved run file where something helps; gives the file's place then. `file` is the run
    /// file: data that lie beside it are named by their whole paths.
    pub fn finish(&self, treated: &Treated, file: &Path) -> Result<Option<PathBuf>, TreatError> {
        let fault = |reason: String| TreatError::File {
            path: self.path.join(RESULTS_FILE),
            reason,
        };
        let json =
            serde_json::to_string_pretty(&treated.treatment).map_err(|e| fault(e.to_string()))?;
        self.write(RESULTS_FILE, &json)?;
        let Some(improved) = &treated.improved else {
            return Ok(None);
        };
        let mut improved = improved.clone();
        let beside = file.parent().filter(|p| !p.as_os_str().is_empty());
        improved.data.rooted_at(beside.unwrap_or(Path::new(".")));
        let toml = improved.to_toml().map_err(|e| fault(e.to_string()))?;
        let toml = format!(
            "# What helps most, as a run file: {} treated.\n\n{toml}",
            treated.treatment.name.replace(char::is_control, "?")
        );
        self.write(IMPROVED, &toml)?;
        Ok(Some(self.path.join(IMPROVED)))
    }

    fn write(&self, name: &str, text: &str) -> Result<(), TreatError> {
        let path = self.path.join(name);
        write_atomic(&path, text.as_bytes()).map_err(|e| TreatError::File {
            path,
            reason: e.to_string(),
        })
    }
}

/// A file that no treatment writes; in a folder where one has begun none counts.
fn foreign(path: &Path, begun: bool) -> Option<String> {
    let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let progress = path.join(PROGRESS_FILE).exists();
    // What a stop before the first trial leaves.
    let own = |name: &String| {
        name == LOCK_FILE
            || (progress
                && [SPEC_FILE, SETTINGS_FILE, BASELINE_FOLDER, PROGRESS_FILE]
                    .contains(&name.as_str()))
    };
    let mut others: Vec<String> = names.filter(|name| !own(name)).collect();
    others.sort();
    (!begun).then(|| others.into_iter().next()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::patient;

    #[test]
    fn one_treatment_a_folder() {
        let dir = tempfile::tempdir().expect("a folder");
        let (path, spec) = (dir.path().join("t"), patient().spec);
        let first = Folder::open(&path, &spec, false).expect("a new one");
        let busy = Folder::open(&path, &spec, true).expect_err("locked");
        assert!(matches!(busy, TreatError::Busy(_)), "{busy}");
        std::fs::write(path.join(TRIALS_FILE), "").expect("writes");
        drop(first);
        let again = Folder::open(&path, &spec, false).expect_err("begun");
        assert!(again.to_string().contains("--resume"), "{again}");
        let mut other = spec.clone();
        other.fit.epochs += 1;
        let other = Folder::open(&path, &other, true).expect_err("another run");
        assert!(other.to_string().contains("another run"), "{other}");
        assert!(Folder::open(&path, &spec, true).is_ok());
    }

    #[test]
    fn options_stay_and_a_look_more_is_counted() {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(dir.path(), &patient().spec, false).expect("a new one");
        let begun = Settings {
            metric: Some("accuracy".to_owned()),
            remedies: vec!["l2".to_owned()],
            ..Settings::default()
        };
        let begun = folder.settle(&begun).expect("settles");
        assert_eq!((begun.budget.as_str(), begun.finished), ("60", 0));
        let again = folder.settle(&Settings::default()).expect("goes on");
        assert_eq!(again, begun);
        std::fs::write(dir.path().join(RESULTS_FILE), "{}").expect("writes");
        let more = Settings {
            budget: "90".to_owned(),
            margin: Some(0.1),
            ..Settings::default()
        };
        let more = folder.settle(&more).expect("goes on");
        assert_eq!((more.finished, more.metric.is_some()), (1, true));
        let other = Settings {
            remedies: vec!["l1".to_owned()],
            ..Settings::default()
        };
        let other = folder.settle(&other).expect_err("others").to_string();
        assert!(
            other.starts_with("--remedy: this treatment was begun with l2"),
            "{other}"
        );
        std::fs::write(dir.path().join(SETTINGS_FILE), "{").expect("writes");
        let broken = folder.settle(&begun).expect_err("no JSON").to_string();
        assert!(broken.contains("settings.json"), "{broken}");
    }
}
