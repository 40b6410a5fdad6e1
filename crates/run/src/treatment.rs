//! A treatment on paper: its finished trials, how far it is, and what became of each remedy.
//!
//! A treatment's folder holds `spec.json` (the run that is treated), `baseline/` (the run folder of the first run as it
//! is), `trials.jsonl` (a finished trial a line), `progress.json` while it works, and at the end `treatment.json`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Finding, FolderError, RunFolder, RunSpec, SpecErrors};

/// File of the finished trials, a line each.
pub const TRIALS_FILE: &str = "trials.jsonl";
/// File of the results.
pub const RESULTS_FILE: &str = "treatment.json";
/// File that says how far the treatment is.
pub const PROGRESS_FILE: &str = "progress.json";
/// File of the options that it was begun with.
pub const SETTINGS_FILE: &str = "settings.json";
/// Folder of the run as it is.
pub const BASELINE_FOLDER: &str = "baseline";

/// Id of the baseline's trials.
pub const BASELINE: &str = "baseline";
/// Id of the baseline again from other seeds: a control that must not be found to help.
pub const NULL: &str = "null";

/// The verdict on a remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Better than the baseline, beyond chance.
    Helps,
    /// The interval lies within the margin.
    NoDifference,
    /// Worse than the baseline, beyond chance.
    Harms,
    /// Neither is shown.
    Undecided,
    /// It cannot be applied to this run.
    NotApplicable,
}

/// What a trial gave. Scores are larger where they are better.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// `baseline`, `null`, or a remedy's id.
    pub remedy: String,
    /// Which of its changes; empty for the baseline.
    pub change: String,
    /// Seed of the run.
    pub seed: u64,
    /// Score on the validation rows; `None` where it is not finite, or the run failed.
    pub validation: Option<f64>,
    /// Score on the test rows, the same.
    pub test: Option<f64>,
    /// Loss of the rows that verdicts are made on, penalties left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<f64>,
    /// Score of each test row, where the score is a mean over rows.
    pub rows: Vec<f32>,
    /// Trained parameters.
    pub params: u64,
    /// Wall seconds, for people only.
    pub seconds: f64,
    /// Score on the validation rows after each epoch.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        with = "crate::float::singles"
    )]
    pub curve: Vec<f32>,
    /// Training loss after each epoch.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        with = "crate::float::singles"
    )]
    pub losses: Vec<f32>,
    /// Why the run failed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

/// The baseline over all its seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Mean of the metric on validation rows.
    pub validation: Option<f64>,
    /// Mean of the metric on test rows.
    pub test: Option<f64>,
    /// Deviation over seeds, on the rows that verdicts are made on.
    pub deviation: Option<f64>,
    /// Seeds.
    pub seeds: usize,
    /// Trained parameters.
    pub params: u64,
}

/// What became of a remedy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RemedyResult {
    /// Its id; `null` is the baseline again; two ids joined by `+` are both together.
    pub id: String,
    /// What was changed.
    pub change: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Mean difference of the metric, positive where the remedy is better.
    pub effect: Option<f64>,
    /// Lower end of the 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// p of the sign-flip test, after Holm's correction.
    pub p: Option<f64>,
    /// Fresh seeds that it was judged on; of what screening dropped, those of screening.
    pub seeds: usize,
    /// Seeds that would decide what is undecided.
    pub seeds_needed: Option<usize>,
    /// Mean score of its runs on the rows of the verdict, in the metric's own sign; less the effect it is the baseline's on
    /// the same seeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Mean difference of the loss on the same rows; below 0 it fell. `None` where runs are judged by it, or it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<f64>,
    /// How many times as long its runs took.
    pub cost: Option<f64>,
    /// Mean difference in screening, on validation rows.
    pub screened: Option<f64>,
    /// Why it was not tried, or not tried further.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Lines of the run file that it changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diff: Vec<String>,
}

/// A treatment and its results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Treatment {
    /// Name of the run.
    pub name: String,
    /// What runs were judged by.
    pub metric: String,
    /// Whether more of it is better.
    pub more_is_better: bool,
    /// The part that verdicts were made on: `test` or `validation`.
    pub part: String,
    /// A difference that does not matter.
    pub margin: f64,
    /// Runs that were trained.
    pub runs: usize,
    /// The run as it is.
    pub baseline: Baseline,
    /// All remedies, what helps most first.
    pub remedies: Vec<RemedyResult>,
    /// What the doctor says of the baseline.
    pub findings: Vec<Finding>,
    /// The run on fewer rows, and what twice as many would bring.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learning_curve: Option<LearningCurve>,
    /// Findings whose remedy was judged: `confirmed`, where it helps, or `not confirmed`.
    pub findings_by_treatment: BTreeMap<String, String>,
}

impl Treatment {
    /// What is to be said where the control, which is the baseline again, is judged to differ from it.
    pub fn control_differs(&self) -> Option<String> {
        let null = self.remedies.iter().find(|r| r.id == NULL)?;
        let word = match null.verdict {
            Verdict::Helps => "better",
            Verdict::Harms => "worse",
            _ => return None,
        };
        Some(format!(
            "The control, which is the run as it is from other seeds, came out {word}: one in twenty does by chance. Believe no effect that is not clearly larger; --seed gives other seeds."
        ))
    }

    /// What was not judged, by verdict and reason, in the order of the results.
    pub fn not_judged(&self) -> Vec<(Verdict, &str, Vec<&RemedyResult>)> {
        let mut groups: Vec<(Verdict, &str, Vec<&RemedyResult>)> = vec![];
        for result in self.remedies.iter().filter(|r| r.effect.is_none()) {
            let reason = result.reason.as_deref().unwrap_or_default();
            let known = groups
                .iter_mut()
                .find(|(verdict, why, _)| (*verdict, *why) == (result.verdict, reason));
            match known {
                Some((.., all)) => all.push(result),
                None => groups.push((result.verdict, reason, vec![result])),
            }
        }
        groups
    }
}

/// Scores by number of training rows. Scores are larger where they are better.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LearningCurve {
    /// Numbers of rows, rising.
    pub rows: Vec<usize>,
    /// Best validation scores of the runs on each number of rows.
    pub scores: Vec<Vec<f64>>,
    /// The score predicted for twice the rows.
    pub twice: f64,
    /// Lower end of the 95 % prediction interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What a treatment does at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The run as it is, once.
    Baseline,
    /// Few seeds of every remedy.
    Screening,
    /// Fresh seeds of what is worth more.
    Confirmation,
    /// Two remedies together.
    Pairs,
    /// Nothing: it is finished.
    Done,
}

/// How far a treatment is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What it does.
    pub phase: Phase,
    /// Trials that are planned so far; more may follow.
    pub planned: usize,
    /// Trials that are finished.
    pub done: usize,
    /// The budget as it was given, such as `40` or `10m`.
    pub budget: String,
}

/// How a treatment is made: the options of `regimen treat` that decide its results.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Settings {
    /// The budget as it was given, such as `40` or `10m`; empty where none was.
    pub budget: String,
    /// What runs are judged by; `None` is the first metric, else the loss.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// A difference that does not matter; `None` is one deviation of the baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<f64>,
    /// Remedies that were asked for; without any those that the findings name, and others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remedies: Vec<String>,
    /// How often the treatment was finished before, with another budget: each time costs level of significance.
    #[serde(default)]
    pub finished: usize,
}

/// A treatment's folder, open for reading. Needs no rights to write and no lock.
#[derive(Debug, Clone)]
pub struct TreatmentFolder {
    dir: PathBuf,
}

impl TreatmentFolder {
    /// Opens a folder that holds a treatment.
    pub fn open(dir: &Path) -> Option<TreatmentFolder> {
        let holds = |name: &str| dir.join(name).is_file();
        let any = [TRIALS_FILE, RESULTS_FILE, PROGRESS_FILE].into_iter();
        any.into_iter()
            .any(holds)
            .then(|| TreatmentFolder { dir: dir.into() })
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The run that is treated.
    pub fn spec(&self) -> Result<RunSpec, SpecErrors> {
        RunSpec::from_path(&self.dir.join(crate::folder::SPEC_FILE)).map(|(spec, _)| spec)
    }

    /// The folder of the first run as it is, where there is one.
    pub fn baseline(&self) -> Option<RunFolder> {
        RunFolder::open(&self.dir.join(BASELINE_FOLDER)).ok()
    }

    /// The finished trials, and how many bytes of the file they fill: a last line that is not complete is left out.
    pub fn trials(&self) -> Result<(Vec<Outcome>, usize), FolderError> {
        let path = self.dir.join(TRIALS_FILE);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((vec![], 0)),
            Err(error) => return Err(FolderError::io("read", &path, error)),
        };
        let whole = bytes
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |end| end + 1);
        let parse = |(i, line): (usize, &[u8])| {
            serde_json::from_slice(line).map_err(|e| FolderError::Trial {
                path: path.clone(),
                line: i + 1,
                fault: e.to_string(),
            })
        };
        // The last piece is what follows the last line's end.
        let lines = bytes[..whole].split(|b| *b == b'\n');
        let lines = lines.enumerate().filter(|(_, line)| !line.is_empty());
        let outcomes = lines.map(parse);
        Ok((outcomes.collect::<Result<_, _>>()?, whole))
    }

    /// The results, where it is finished.
    pub fn results(&self) -> Result<Option<Treatment>, FolderError> {
        self.json(RESULTS_FILE)
    }

    /// The options that it was begun with.
    pub fn settings(&self) -> Result<Option<Settings>, FolderError> {
        self.json(SETTINGS_FILE)
    }

    /// How far it is.
    pub fn progress(&self) -> Result<Option<Progress>, FolderError> {
        self.json(PROGRESS_FILE)
    }

    fn json<T: serde::de::DeserializeOwned>(&self, name: &str) -> Result<Option<T>, FolderError> {
        let path = self.dir.join(name);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(FolderError::io("read", &path, error)),
        };
        let value = serde_json::from_slice(&bytes);
        value.map(Some).map_err(|e| FolderError::Json {
            path,
            fault: e.to_string(),
        })
    }
}

/// A p as it is told: never as 0.
///
/// ```
/// assert_eq!(regimen_run::treatment::probability(1e-9), "<0.0001");
/// ```
pub fn probability(p: f64) -> String {
    match p < 0.0001 {
        true => "<0.0001".to_owned(),
        false => format!("{p:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(seed: u64) -> Outcome {
        Outcome {
            remedy: "l2".to_owned(),
            change: "l2 = 0.001".to_owned(),
            seed,
            validation: Some(0.5),
            test: None,
            loss: None,
            rows: vec![1.0],
            params: 3,
            seconds: 0.1,
            curve: vec![0.4, f32::NAN],
            losses: vec![],
            failed: None,
        }
    }

    #[test]
    fn trials_are_read_as_far_as_they_are_whole() {
        let dir = tempfile::tempdir().expect("a folder");
        assert!(TreatmentFolder::open(dir.path()).is_none());
        let line = |seed| serde_json::to_string(&outcome(seed)).expect("writes");
        let file = dir.path().join(TRIALS_FILE);
        std::fs::write(&file, format!("{}\n{}", line(1), &line(2)[..20])).expect("writes");
        let folder = TreatmentFolder::open(dir.path()).expect("a treatment");
        let (trials, whole) = folder.trials().expect("reads");
        assert_eq!((trials.len(), whole), (1, line(1).len() + 1));
        assert!(trials[0].curve[1].is_nan() && trials[0].seed == 1);
        std::fs::write(&file, "{\n").expect("writes");
        let fault = folder.trials().expect_err("no trial").to_string();
        assert!(fault.contains("trials.jsonl line 1"), "{fault}");
        std::fs::write(&file, [line(1).as_bytes(), b"\n{\"\xff\n"].concat()).expect("writes");
        let fault = folder.trials().expect_err("no text").to_string();
        assert!(fault.contains("trials.jsonl line 2"), "{fault}");
        assert_eq!(folder.results().expect("none"), None);
        std::fs::write(dir.path().join(RESULTS_FILE), "[]").expect("writes");
        let fault = folder.results().expect_err("no results").to_string();
        assert!(fault.contains("treatment.json"), "{fault}");
    }
}
