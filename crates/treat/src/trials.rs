//! Trials: runs of the baseline and of remedies from given seeds, several at a time, each written down when it is done.
//!
//! A trial's seed decides its first weights, the order of its rows, its dropout and, where chance splits the data, its
//! parts. Baseline and remedy from one seed share all of that, as far as their layers have equal shapes. Results do not
//! depend on how many trials run side by side: engines give the same bits for any number of threads.

use std::collections::VecDeque;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use regimen_graph::Engine;
use regimen_run::event::Logs;
use regimen_run::spec::{SpecMap, SplitBy};
use regimen_run::treatment::{Outcome, TRIALS_FILE};
use regimen_run::{Event, RunSpec, TreatmentFolder};
use regimen_train::run::{self, PartRows, RunOptions, Trial};
use serde::{Deserialize, Serialize};

use crate::{Told, TreatError};

/// A trial to be run.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    /// `baseline`, `null`, or a remedy's id.
    pub remedy: String,
    /// Which of its changes; empty for the baseline.
    pub change: String,
    pub seed: u64,
    pub spec: RunSpec,
    /// Share of the training rows; `None` for all of them.
    pub share: Option<f64>,
}

/// What runs are judged by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Name in the logs: `accuracy`, or `loss`.
    pub name: String,
    /// Whether more is better.
    pub more: bool,
}

impl Score {
    /// The metric that is compiled first and has a better and a worse, else the loss.
    pub(crate) fn of(
        trial: &Trial,
        metrics: &[String],
        wanted: Option<&str>,
    ) -> Result<Score, String> {
        let known = |name: &String| trial.more_is_better.get(name).copied();
        if let Some(name) = wanted {
            let more = match name {
                "loss" => Some(false),
                _ => known(&name.to_owned()),
            };
            let more = more.ok_or_else(|| {
                let names: Vec<&str> = trial.more_is_better.keys().map(String::as_str).collect();
                format!(
                    "no metric `{name}`: the run logs loss, {}",
                    names.join(", ")
                )
            })?;
            return Ok(Score {
                name: name.to_owned(),
                more,
            });
        }
        let first = metrics.iter().find_map(|name| Some((name, known(name)?)));
        Ok(first.map_or(
            Score {
                name: "loss".to_owned(),
                more: false,
            },
            |(name, more)| Score {
                name: name.clone(),
                more,
            },
        ))
    }

    /// The score of a part, larger where it is better.
    pub fn value(&self, part: &PartRows) -> Option<f64> {
        // The loss of the rows alone: what a penalty adds is no fault of the answers.
        let value = match self.name.as_str() {
            "loss" if !part.loss.is_empty() => mean_loss(part)?,
            // What a network without numbers answers is no answer, whatever a metric makes of it.
            _ if !part.loss.is_empty() && mean_loss(part).is_none() => return None,
            name => *part.logs.get(name)?,
        };
        value
            .is_finite()
            .then_some(if self.more { value } else { -value })
    }

    /// The score on the validation rows after each epoch, as it was logged.
    fn curve(&self, history: &[Logs]) -> Vec<f32> {
        let name = format!("val_{}", self.name);
        let sign = if self.more { 1.0 } else { -1.0 };
        let of = |logs: &Logs| logs.get(&name).map_or(f32::NAN, |x| (sign * x) as f32);
        history.iter().map(of).collect()
    }

    /// The score of each row, where the score is their mean, as top-k accuracies are not.
    fn rows(&self, part: &PartRows) -> Vec<f32> {
        match self.name.as_str() {
            "loss" => part.loss.iter().map(|x| -x).collect(),
            name if name.ends_with("accuracy") || name == "acc" => part
                .right
                .iter()
                .map(|right| f32::from(u8::from(*right)))
                .collect(),
            _ => vec![],
        }
    }
}

/// Whether the test part is of the same rows from every seed.
fn same_rows(spec: &RunSpec) -> bool {
    let (data, split) = (&spec.data, &spec.data.split);
    let arrays = [&data.npy, &data.npz, &data.idx].into_iter().flatten();
    let given = arrays.into_iter().any(|a| a.x_test.is_some());
    let by_chance = matches!(
        split.by,
        SplitBy::Random | SplitBy::Stratified | SplitBy::Group
    );
    given || split.seed.is_some() || !by_chance || !split.shuffle
}

/// Whether a score is the mean of these.
fn is_mean(rows: &[f32], score: f64) -> bool {
    let sum: f64 = rows.iter().map(|x| f64::from(*x)).sum();
    let mean = sum / rows.len().max(1) as f64;
    (mean - score).abs() <= 1e-4 * score.abs().max(1.0)
}

/// Mean loss of the rows.
fn mean_loss(part: &PartRows) -> Option<f64> {
    let sum: f64 = part.loss.iter().map(|x| f64::from(*x)).sum();
    let mean = sum / part.loss.len() as f64;
    mean.is_finite().then_some(mean)
}

/// How trials are run.
pub(crate) struct Trials<'a> {
    pub map: &'a SpecMap,
    pub file: &'a Path,
    pub data_dir: Option<PathBuf>,
    pub max_memory: Option<u64>,
    pub engines: &'a [Box<dyn Engine>],
    pub interrupt: Arc<AtomicBool>,
    pub folder: &'a Path,
    pub score: Score,
    /// Finished ones.
    pub done: Vec<Outcome>,
    /// When the budget of time is used up.
    pub until: Option<Instant>,
    /// Trials that may still be started.
    pub left: usize,
}

impl Trials<'_> {
    /// A finished trial.
    pub fn find(&self, remedy: &str, change: &str, seed: u64) -> Option<&Outcome> {
        let same = |o: &&Outcome| o.remedy == remedy && o.change == change && o.seed == seed;
        self.done.iter().find(same)
    }

    /// What a run counts for that gives no number, test or validation: the worst number that any run gave.
    pub fn floor(&self, test: bool) -> Option<f64> {
        let of = |o: &Outcome| if test { o.test } else { o.validation };
        self.done.iter().filter_map(of).reduce(f64::min)
    }

    /// How many trials the time that is left allows, at what they took so far.
    pub fn affordable(&self) -> usize {
        let Some(until) = self.until else {
            return self.left;
        };
        let seconds: f64 = self.done.iter().map(|o| o.seconds).sum();
        let mean = (seconds / self.done.len().max(1) as f64).max(1e-3);
        let left = until.saturating_duration_since(Instant::now());
        (left.as_secs_f64() / mean * self.engines.len() as f64) as usize
    }

    /// Runs what is not finished yet, in order, as far as the budget goes; gives whether all of it is finished.
    pub fn run(
        &mut self,
        planned: Vec<Planned>,
        tell: &mut (dyn FnMut(&Told<'_>) + Send),
    ) -> Result<bool, TreatError> {
        let mut open: VecDeque<Planned> = planned
            .into_iter()
            .filter(|p| self.find(&p.remedy, &p.change, p.seed).is_none())
            .collect();
        let all = open.len();
        open.truncate(self.left);
        let cut = open.len() < all;
        let queue = Mutex::new(open);
        let found = Mutex::new((vec![], tell, None::<TreatError>));
        let this = &*self;
        std::thread::scope(|scope| {
            for (job, engine) in this.engines.iter().enumerate() {
                let (queue, found) = (&queue, &found);
                scope.spawn(move || this.work((job, engine.as_ref()), queue, found));
            }
        });
        let (outcomes, _, error) = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.left -= outcomes.len().min(self.left);
        // The order in which trials end is the machine's: what follows from them is not.
        self.done.extend(outcomes);
        self.done
            .sort_by(|a, b| (&a.remedy, &a.change, a.seed).cmp(&(&b.remedy, &b.change, b.seed)));
        if let Some(error) = error {
            return Err(error);
        }
        if this_interrupted(&self.interrupt) {
            return Err(TreatError::Interrupted);
        }
        let unfinished = queue.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(!cut && unfinished.is_empty())
    }

    /// One thread's share.
    fn work(
        &self,
        (job, engine): (usize, &dyn Engine),
        queue: &Mutex<VecDeque<Planned>>,
        found: &Mutex<Found<'_>>,
    ) {
        while !this_interrupted(&self.interrupt) && self.until.is_none_or(|t| Instant::now() < t) {
            let Some(next) = held(queue).pop_front() else {
                return;
            };
            let Some(outcome) = self.one((job, engine), &next, found) else {
                return;
            };
            let mut found = held(found);
            if let Err(error) = self.write(&outcome) {
                found.2.get_or_insert(error);
                return;
            }
            (found.1)(&Told::Trial {
                job,
                outcome: &outcome,
                more_is_better: self.score.more,
            });
            found.0.push(outcome);
        }
    }

    /// Runs one trial; `None` where it was interrupted.
    fn one(
        &self,
        (job, engine): (usize, &dyn Engine),
        planned: &Planned,
        found: &Mutex<Found<'_>>,
    ) -> Option<Outcome> {
        let mut spec = planned.spec.clone();
        spec.seed = planned.seed;
        let options = RunOptions {
            data_dir: self.data_dir.clone(),
            interrupt: Arc::clone(&self.interrupt),
            max_memory: self.max_memory,
            logs_alone: true,
            train_share: planned.share,
            ..RunOptions::default()
        };
        let begun = Instant::now();
        let trial = run::trial(&spec, self.map, self.file, engine, &options, &mut |event| {
            if let Event::EpochEnd { epoch, logs, .. } = event {
                let told = Told::Epoch {
                    job,
                    remedy: &planned.remedy,
                    change: &planned.change,
                    seed: planned.seed,
                    epochs: (epoch + 1, spec.fit.epochs),
                    score: logs.get(&format!("val_{}", self.score.name)).copied(),
                };
                (held(found).1)(&told);
            }
        });
        if this_interrupted(&self.interrupt) {
            return None;
        }
        Some(self.outcome(planned, &trial.map_err(|e| e.0), begun.elapsed()))
    }

    /// What a trial gave.
    pub fn outcome(
        &self,
        planned: &Planned,
        trial: &Result<Trial, String>,
        took: Duration,
    ) -> Outcome {
        let of = |part: Option<&PartRows>| part.and_then(|part| self.score.value(part));
        let trial_of = trial.as_ref().ok();
        Outcome {
            remedy: planned.remedy.clone(),
            change: planned.change.clone(),
            seed: planned.seed,
            validation: of(trial_of.and_then(|t| t.validation.as_ref())),
            test: of(trial_of.and_then(|t| t.test.as_ref())),
            loss: trial_of.and_then(|t| mean_loss(t.test.as_ref().or(t.validation.as_ref())?)),
            rows: trial_of
                .and_then(|t| t.test.as_ref())
                .filter(|_| same_rows(&planned.spec))
                .map(|part| (self.score.rows(part), self.score.value(part)))
                .filter(|(rows, score)| score.is_some_and(|score| is_mean(rows, score)))
                .map_or(vec![], |(rows, _)| rows),
            params: trial_of.map_or(0, |t| t.params),
            seconds: took.as_secs_f64(),
            losses: trial_of.map_or(vec![], |t| {
                let loss = |logs: &Logs| logs.get("loss").map_or(f32::NAN, |x| *x as f32);
                t.report.history.iter().map(loss).collect()
            }),
            curve: trial_of.map_or(vec![], |t| self.score.curve(&t.report.history)),
            failed: trial.as_ref().err().cloned(),
        }
    }

    /// Adds a finished trial to the folder's list.
    pub fn write(&self, outcome: &Outcome) -> Result<(), TreatError> {
        let path = self.folder.join(TRIALS_FILE);
        let fault = |error: std::io::Error| TreatError::File {
            path: path.clone(),
            reason: error.to_string(),
        };
        let line = serde_json::to_string(outcome).map_err(|e| fault(e.into()))?;
        let mut options = std::fs::OpenOptions::new();
        let mut file = options
            .create(true)
            .append(true)
            .open(&path)
            .map_err(fault)?;
        file.write_all(format!("{line}\n").as_bytes())
            .map_err(fault)?;
        file.sync_data().map_err(fault)
    }
}

/// Finished trials, who is told of them, and the first fault.
type Found<'t> = (
    Vec<Outcome>,
    &'t mut (dyn FnMut(&Told<'_>) + Send),
    Option<TreatError>,
);

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn this_interrupted(interrupt: &AtomicBool) -> bool {
    interrupt.load(Ordering::Relaxed)
}

/// The finished trials of a folder. A line that was cut off by a crash is left out, and taken off the file.
pub(crate) fn read(folder: &Path) -> Result<Vec<Outcome>, TreatError> {
    let path = folder.join(TRIALS_FILE);
    let Some(known) = TreatmentFolder::open(folder) else {
        return Ok(vec![]);
    };
    let fault = |reason: String| TreatError::File {
        path: path.clone(),
        reason,
    };
    let (outcomes, whole) = known
        .trials()
        .map_err(|e| TreatError::Folder(Box::new(e)))?;
    let cut = || -> std::io::Result<()> {
        match std::fs::metadata(&path) {
            Ok(meta) if meta.len() > whole as u64 => {
                let file = std::fs::OpenOptions::new().write(true).open(&path)?;
                file.set_len(whole as u64)
            }
            _ => Ok(()),
        }
    };
    cut().map_err(|e| fault(e.to_string()))?;
    Ok(outcomes)
}
