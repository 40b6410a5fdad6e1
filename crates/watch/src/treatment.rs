//! A treatment as its folder tells it so far: trials, progress, results.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use regimen_run::Finding;
use serde::{Deserialize, Serialize};

use crate::lines::{Lines, Told};
use crate::whole::Whole;

/// Trials that are kept.
const MOST_TRIALS: usize = 20_000;

/// What is known of a treatment.
#[derive(Debug)]
pub(crate) struct Treatment {
    lines: Lines,
    progress: Whole<Progress>,
    results: Whole<Results>,
    pub trials: Vec<Trial>,
    /// Lines that could not be read.
    pub skipped: u64,
}

/// How far a treatment has got.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Progress {
    #[serde(default)]
    pub phase: String,
    #[serde(default)]
    pub planned: Option<u64>,
    #[serde(default)]
    pub done: Option<u64>,
    #[serde(default)]
    pub budget: String,
}

/// A finished trial, without its rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Trial {
    remedy: String,
    #[serde(default)]
    change: String,
    seed: u64,
    validation: Option<f64>,
    test: Option<f64>,
    #[serde(default)]
    params: u64,
    #[serde(default)]
    pub seconds: f64,
    #[serde(default)]
    failed: Option<String>,
}

/// The results of a treatment.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Results {
    metric: String,
    more_is_better: bool,
    part: String,
    margin: Option<f64>,
    runs: u64,
    baseline: Baseline,
    remedies: Vec<Remedy>,
    findings: Vec<Finding>,
    findings_by_treatment: BTreeMap<String, String>,
}

/// The run as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Baseline {
    validation: Option<f64>,
    test: Option<f64>,
    deviation: Option<f64>,
    seeds: u64,
    params: u64,
}

/// What became of a remedy.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Remedy {
    id: String,
    change: String,
    verdict: String,
    effect: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    p: Option<f64>,
    seeds: u64,
    seeds_needed: Option<u64>,
    cost: Option<f64>,
    screened: Option<f64>,
    reason: Option<String>,
    diff: Vec<String>,
}

/// All of it, for the page.
#[derive(Debug, Serialize)]
pub(crate) struct Everything<'t> {
    trials: &'t [Trial],
    progress: Option<&'t Progress>,
    results: Option<&'t Results>,
}

impl Treatment {
    /// Of a folder that was not looked into yet.
    pub fn new(folder: &Path) -> Self {
        Self {
            lines: Lines::new(folder.join("trials.jsonl")),
            progress: Whole::new(folder.join("progress.json")),
            results: Whole::new(folder.join("treatment.json")),
            trials: vec![],
            skipped: 0,
        }
    }

    /// Looks into the folder; gives whether anything changed.
    pub fn poll(&mut self) -> bool {
        let mut changed = self.progress.poll() | self.results.poll();
        let (trials, skipped) = (&mut self.trials, &mut self.skipped);
        self.lines.poll(&mut |told| {
            changed = true;
            match told {
                Told::Anew => {
                    trials.clear();
                    *skipped = 0;
                }
                Told::TooLong => *skipped += 1,
                Told::Line(line) => match serde_json::from_slice(line) {
                    Ok(trial) if trials.len() < MOST_TRIALS => trials.push(trial),
                    _ => *skipped += 1,
                },
            }
        });
        changed
    }

    /// When a file of it was last written.
    pub fn modified(&self) -> Option<SystemTime> {
        let times = [
            self.lines.modified(),
            self.progress.modified(),
            self.results.modified(),
        ];
        times.into_iter().flatten().max()
    }

    /// How far it has got: as it says itself, or by its trials where it does not, and when it is done.
    pub fn progress(&self) -> Progress {
        let told = self.progress.value.clone().filter(|_| !self.done());
        told.unwrap_or_else(|| Progress {
            phase: if self.done() { "done" } else { "trials" }.to_owned(),
            planned: None,
            done: Some(self.trials.len() as u64),
            budget: String::new(),
        })
    }

    /// Whether the results are there.
    pub fn done(&self) -> bool {
        self.results.value.is_some()
    }

    /// Mean seconds of a trial.
    pub fn pace(&self) -> Option<f64> {
        let n = self.trials.len();
        (n > 0).then(|| self.trials.iter().map(|t| t.seconds).sum::<f64>() / n as f64)
    }

    /// All of it, for the page.
    pub fn all(&self) -> Everything<'_> {
        Everything {
            trials: &self.trials,
            progress: self.progress.value.as_ref(),
            results: self.results.value.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn trials_progress_and_results_as_they_come() {
        let dir = tempfile::tempdir().expect("a folder");
        let put = |name: &str, text: &str| fs::write(dir.path().join(name), text).expect("writes");
        let mut treatment = Treatment::new(dir.path());
        assert!(!treatment.poll());
        let trial = r#"{"remedy":"l2","change":"0.01","seed":3,"validation":0.5,"test":null,"rows":[1.0,0.0],"params":9,"seconds":2.0}"#;
        put("trials.jsonl", &format!("{trial}\nnonsense\n{{\"remedy\""));
        assert!(treatment.poll());
        assert_eq!((treatment.trials.len(), treatment.skipped), (1, 1));
        assert_eq!(treatment.progress().done, Some(1));
        put(
            "progress.json",
            r#"{"phase":"screening","planned":40,"done":1,"budget":"40"}"#,
        );
        assert!(treatment.poll() && !treatment.done());
        assert_eq!(treatment.progress().planned, Some(40));
        put(
            "treatment.json",
            r#"{"metric":"accuracy","remedies":[{"id":"l2","verdict":"helps","effect":0.1}]}"#,
        );
        assert!(treatment.poll() && treatment.done());
        let json = serde_json::to_string(&treatment.all()).expect("writes");
        assert!(
            json.contains("\"verdict\":\"helps\"") && !json.contains("rows"),
            "{json}"
        );
    }
}
