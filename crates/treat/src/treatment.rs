//! A treatment from end to end: baseline, screening, confirmation, pairs of what helped, and the run file that results.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use regimen_graph::Engine;
use regimen_run::RunSpec;
use regimen_run::spec::SpecMap;
use regimen_run::treatment::{NULL, Outcome, Phase, RemedyResult, Treatment, Verdict};

use crate::confirm::Differences;
use crate::course::Course;
use crate::{Budget, TreatError};

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
    /// How often it was finished before, with another budget.
    pub finished: usize,
    /// Second place of relative data paths.
    pub data_dir: Option<PathBuf>,
    /// Bytes of memory that each trial may use.
    pub max_memory: Option<u64>,
    /// Set from outside to end after the trials that run.
    pub interrupt: Arc<AtomicBool>,
}

/// What happens in a treatment.
#[derive(Debug)]
pub enum Told<'a> {
    /// Another phase begins, with so many trials planned and finished so far.
    Phase {
        /// The phase.
        phase: Phase,
        /// Trials planned so far.
        planned: usize,
        /// Trials finished so far.
        done: usize,
    },
    /// An epoch of a trial ended.
    Epoch {
        /// Place of the trial among those side by side.
        job: usize,
        /// Its remedy and change.
        remedy: &'a str,
        /// Which of its changes.
        change: &'a str,
        /// Its seed.
        seed: u64,
        /// Epochs done, and epochs in all.
        epochs: (usize, usize),
        /// Score on the validation rows.
        score: Option<f64>,
    },
    /// A trial ended.
    Trial {
        /// Place of the trial among those side by side.
        job: usize,
        /// What it gave.
        outcome: &'a Outcome,
        /// Whether more of the score is better; where not, the outcome holds its negative.
        more_is_better: bool,
    },
}

/// A treatment's results, and the run that follows from them.
#[derive(Debug, Clone, PartialEq)]
pub struct Treated {
    /// The results.
    pub treatment: Treatment,
    /// The run with what helps most; `None` where nothing helps.
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
    tell: &mut (dyn FnMut(&Told<'_>) + Send),
) -> Result<Treated, TreatError> {
    let mut course = Course::begin(spec, (map, file), engines, folder, options, tell)?;
    course.glance(tell)?;
    course.screen(tell)?;
    course.halve(tell)?;
    course.ask_for_more_data(tell)?;
    course.confirm(tell)?;
    course.pairs(tell)?;
    course.end(tell)
}

/// Place of a result in a list: what helps first, the control behind what was judged.
pub(crate) fn rank(result: &RemedyResult) -> usize {
    match result.verdict {
        _ if result.id == NULL => 4,
        Verdict::Helps => 0,
        Verdict::NoDifference => 2,
        Verdict::Harms => 3,
        Verdict::Undecided if result.effect.is_none() => 5,
        // Predicted, not tried.
        Verdict::Undecided if result.p.is_none() => 4,
        Verdict::Undecided => 1,
        Verdict::NotApplicable => 6,
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
        score: None,
        loss: None,
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
    let failed = match (evidence, found.failed) {
        (None, _) => Some("no two runs of one seed gave numbers to compare".to_owned()),
        (Some(_), 0) => None,
        (Some(_), failed) => Some(format!(
            "{failed} of {} runs gave no number, which counts as the worst of all",
            found.pairs.len()
        )),
    };
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
        score: (!found.scores.is_empty())
            .then(|| found.scores.iter().sum::<f64>() / found.scores.len() as f64),
        loss: (!found.loss.is_empty())
            .then(|| found.loss.iter().sum::<f64>() / found.loss.len() as f64),
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
