//! A treatment from end to end: baseline, screening, confirmation, pairs of what helped, and the run file that results.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use regimen_graph::Engine;
use regimen_run::spec::SpecMap;
use regimen_run::{Finding, RunSpec};
use serde::{Deserialize, Serialize};

use crate::TreatError;
use crate::confirm::Differences;
use crate::course::Course;
use crate::trials::Outcome;
use crate::verdict::Verdict;

/// How much may be trained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Budget {
    /// Training runs.
    Runs(usize),
    /// Wall time.
    Time(Duration),
}

/// How a treatment is made.
#[derive(Debug, Clone)]
pub struct TreatOptions {
    /// How much may be trained.
    pub budget: Budget,
    /// A difference that does not matter. Default: one deviation of the baseline over its seeds.
    pub margin: Option<f64>,
    /// What runs are judged by. Default: the first metric, else the loss.
    pub metric: Option<String>,
    /// Remedies to try. Default: those that the findings name.
    pub remedies: Vec<String>,
    /// First seed. Default: that of the run.
    pub seed: Option<u64>,
    /// Second place of relative data paths.
    pub data_dir: Option<PathBuf>,
    /// Bytes of memory that each trial may use.
    pub max_memory: Option<u64>,
    /// Set from outside to end after the trials that run.
    pub interrupt: Arc<AtomicBool>,
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
    /// Findings whose remedy was judged: `confirmed`, where it helps, or `not confirmed`.
    pub findings_by_treatment: BTreeMap<String, String>,
    /// The run with what helps most, as a run file; `None` where nothing helps.
    #[serde(skip)]
    pub improved: Option<RunSpec>,
}

/// Treats a run. `engines` are as many as trials run side by side; `folder` keeps every finished trial, and those in it are
/// not run again. `tell` is told of each trial as it ends.
pub fn treat(
    spec: &RunSpec,
    map: &SpecMap,
    file: &Path,
    engines: &[Box<dyn Engine>],
    folder: &Path,
    options: &TreatOptions,
    tell: &mut (dyn FnMut(&Outcome) + Send),
) -> Result<Treatment, TreatError> {
    let mut course = Course::begin(spec, (map, file), engines, folder, options)?;
    course.screen(tell)?;
    course.confirm(tell)?;
    course.pairs(tell)?;
    Ok(course.end())
}

/// Place of a verdict in a list: what helps first.
pub(crate) fn rank(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Helps => 0,
        Verdict::Undecided => 1,
        Verdict::NoDifference => 2,
        Verdict::Harms => 3,
        Verdict::NotApplicable => 4,
    }
}

/// A remedy that was not judged, and why.
pub(crate) fn untried(id: &str, verdict: Verdict, reason: &str) -> RemedyResult {
    RemedyResult {
        id: id.to_owned(),
        change: String::new(),
        verdict,
        effect: None,
        low: None,
        high: None,
        p: None,
        seeds: 0,
        seeds_needed: None,
        cost: None,
        screened: None,
        reason: Some(reason.to_owned()),
        diff: vec![],
    }
}

pub(crate) fn judged(
    id: &str,
    change: &str,
    found: &Differences,
    (verdict, evidence, seeds_needed): (Verdict, Option<crate::Evidence>, Option<usize>),
) -> RemedyResult {
    let failed = (found.failed > 0).then(|| {
        format!(
            "{} of {} runs gave no number",
            found.failed,
            found.failed + found.pairs.len()
        )
    });
    RemedyResult {
        id: id.to_owned(),
        change: change.to_owned(),
        verdict,
        effect: evidence.map(|e| e.mean),
        low: evidence.map(|e| e.interval.0),
        high: evidence.map(|e| e.interval.1),
        p: evidence.map(|e| e.p),
        seeds: found.pairs.len(),
        seeds_needed,
        cost: found.seconds,
        screened: None,
        reason: failed,
        diff: vec![],
    }
}

/// Lines of the run file, written out in full, that one spec has and the other has not: `-` and `+`.
pub(crate) fn diff(before: &RunSpec, after: &RunSpec) -> Vec<String> {
    let (Ok(before), Ok(after)) = (before.to_toml(), after.to_toml()) else {
        return vec![];
    };
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let gone = old
        .iter()
        .filter(|line| !new.contains(line))
        .map(|line| format!("- {line}"));
    let come = new
        .iter()
        .filter(|line| !old.contains(line))
        .map(|line| format!("+ {line}"));
    gone.chain(come).collect()
}
