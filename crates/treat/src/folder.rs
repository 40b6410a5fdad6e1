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

/// The run with what stands first.
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
                    "holds other files ({other}) and no treatment that could go on (it has no {TRIALS_FILE}); nothing was changed; choose a new or empty folder with --out"
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
            (true, true, None) => {
                return Err(fault(
                    &path.join(SPEC_FILE),
                    "is missing or cannot be read, so that it is not known for which run the treatment was begun; choose another folder with --out".to_owned(),
                ));
            }
            (true, true, known) if known.as_deref() != Some(own.as_str()) => {
                return Err(fault(
                    path,
                    format!(
                        "was begun for another run (other lines of the run file, --epochs, --seed or --set); go on with the run it was begun with, which is {}, or choose another folder with --out",
                        path.join(SPEC_FILE).display()
                    ),
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
        let known = known.map_err(|e| TreatError::File {
            path: self.path.join(SETTINGS_FILE),
            reason: format!(
                "cannot be read ({e}); write back what it held, or choose another folder with --out"
            ),
        })?;
        let known = known.flatten();
        let judged = treatment.as_ref().and_then(|t| t.results().ok().flatten());
        let judged = judged.is_some_and(|t| t.remedies.iter().any(|r| r.p.is_some()));
        let mut own = given.clone();
        if let Some(was) = known {
            let other = |option: &str, was: String| {
                TreatError::Options(format!(
                    "--{option}: this treatment was begun with {was}; go on with that, or choose another folder with --out"
                ))
            };
            let usual = || "the usual".to_owned();
            // Without one the first run knows which it is, and refuses others.
            if given.metric.is_some() && was.metric.is_some() && given.metric != was.metric {
                return Err(other("metric", was.metric.unwrap_or_default()));
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
            if let (Ok(Budget::Runs(now)), Ok(Budget::Runs(then))) =
                (own.budget.parse(), was.budget.parse())
                && now < then
            {
                return Err(other("budget", format!("{then} runs")));
            }
            own.margin = given.margin.or(was.margin);
            // Verdicts were made already: others on more seeds, or by another margin, are another look.
            let again = judged && (own.budget != was.budget || own.margin != was.margin);
            own.finished = was.finished + usize::from(again);
            (own.metric, own.remedies) = (own.metric.or(was.metric), was.remedies);
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
            // That of an earlier look holds no more.
            return match std::fs::remove_file(self.path.join(IMPROVED)) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(fault(e.to_string())),
                _ => Ok(None),
            };
        };
        let mut improved = improved.clone();
        let beside = file.parent().filter(|p| !p.as_os_str().is_empty());
        improved.data.rooted_at(beside.unwrap_or(Path::new(".")));
        let toml = improved.to_toml().map_err(|e| fault(e.to_string()))?;
        let toml = format!(
            "# What stands first among the remedies, as a run file: {} treated.\n\n{toml}",
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

    const JUDGED: &str = r#"{"name": "t", "metric": "accuracy", "more_is_better": true, "part": "test", "margin": 0.1, "runs": 20,
        "baseline": {"validation": null, "test": 0.5, "deviation": 0.1, "seeds": 7, "params": 3},
        "remedies": [{"id": "l2", "change": "", "verdict": "undecided", "effect": 0.0, "low": -1.0, "high": 1.0, "p": 1.0, "seeds": 6,
            "seeds_needed": null, "cost": null, "screened": null}],
        "findings": [], "findings_by_treatment": {}}"#;

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
        std::fs::write(dir.path().join(RESULTS_FILE), JUDGED).expect("writes");
        let more = Settings {
            budget: "90".to_owned(),
            margin: Some(0.1),
            ..Settings::default()
        };
        let more = folder.settle(&more).expect("goes on");
        assert_eq!((more.finished, more.metric.is_some()), (1, true));
        let less = Settings {
            budget: "20".to_owned(),
            ..Settings::default()
        };
        let less = folder.settle(&less).expect_err("less").to_string();
        assert!(less.contains("begun with 90 runs"), "{less}");
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
