//! The course of a treatment: baseline, choice of remedies, screening, confirmation, pairs of what helped.

mod beginning;
mod ending;
pub(crate) mod first_run;
mod glance;
mod halving;
mod learning_curve;
mod order;
mod pairs;
pub(crate) mod range_test;
mod ranking;

use regimen_run::RunSpec;
use regimen_run::folder::write_atomic;
use regimen_run::treatment::{
    BASELINE, LearningCurve, NULL, Outcome, PROGRESS_FILE, Phase, Progress, RemedyResult, Verdict,
};

use crate::confirm::{self, Differences};
use crate::screen::{self, Screened};
use crate::treatment::{Told, TreatOptions, diff, judged, untried};
use crate::trials::{Planned, Trials};
use crate::{Budget, Change, Patient, TreatError, remedies};

/// First seed of the null remedy: far from those that it is compared with.
const NULL_SEEDS: u64 = 1_000_000;

/// A remedy that is tried: its changes by their names.
struct Tried {
    id: String,
    changes: Vec<Change>,
}

impl Tried {
    fn none(id: &str) -> Tried {
        let id = id.to_owned();
        Tried {
            id,
            changes: vec![],
        }
    }
}

/// A treatment under way.
pub(crate) struct Course<'a> {
    spec: &'a RunSpec,
    options: &'a TreatOptions,
    trials: Trials<'a>,
    patient: Patient,
    first_seed: u64,
    /// Seeds that screening used.
    screened: u64,
    tried: Vec<Tried>,
    results: Vec<RemedyResult>,
    survivors: Vec<Screened>,
    /// Whether what was asked for goes into the confirmation at once: the budget has no room for more.
    direct: bool,
    /// How more is tried than the budget can screen; `None` where all of it is screened.
    plan: Option<glance::Plan>,
    /// Fresh seeds, and looks at them.
    fresh: Vec<u64>,
    looks: usize,
    /// Trials that were planned so far.
    planned: usize,
    margin: f64,
    /// Whether it is to be told what more rows would bring.
    more_data: bool,
    learning_curve: Option<LearningCurve>,
}

impl<'a> Course<'a> {
    fn arm(&self, remedy: &str, change: &str, seed: u64) -> Option<Planned> {
        let spec = match remedy {
            BASELINE | NULL => self.spec.clone(),
            _ => self.spec_of(remedy, change)?,
        };
        Some(Planned {
            remedy: remedy.to_owned(),
            change: change.to_owned(),
            seed,
            spec,
            share: None,
        })
    }

    fn spec_of(&self, remedy: &str, change: &str) -> Option<RunSpec> {
        let tried = self.tried.iter().find(|tried| tried.id == remedy)?;
        let change = tried.changes.iter().find(|of| of.what == change)?;
        Some(change.spec.clone())
    }

    /// Tells and writes down how far it is.
    fn phase(
        &self,
        phase: Phase,
        tell: &mut (dyn FnMut(&Told<'_>) + Send),
    ) -> Result<(), TreatError> {
        let (planned, done) = (self.planned, self.trials.done.len());
        tell(&Told::Phase {
            phase,
            planned,
            done,
        });
        let progress = Progress {
            phase,
            planned,
            done,
            budget: self.options.budget.to_string(),
        };
        let path = self.trials.folder.join(PROGRESS_FILE);
        let json = serde_json::to_vec(&progress).map_err(|e| TreatError::File {
            path: path.clone(),
            reason: e.to_string(),
        })?;
        write_atomic(&path, &json).map_err(|e| TreatError::Folder(Box::new(e)))
    }

    pub fn screen(&mut self, tell: &mut (dyn FnMut(&Told<'_>) + Send)) -> Result<(), TreatError> {
        if self.direct {
            let of = |tried: &Tried| {
                Some(Screened {
                    remedy: tried.id.clone(),
                    change: tried.changes.first()?.what.clone(),
                    mean: 0.0,
                    pairs: 0,
                })
            };
            self.survivors = self.tried.iter().filter_map(of).collect();
            return Ok(());
        }
        self.screened = match self.plan {
            Some(plan) if plan.places == 1 => 1,
            _ => screen::SEEDS,
        };
        let seeds = self.screening_seeds();
        let mut planned: Vec<Planned> = vec![];
        // What had a glance has its first seed.
        let skipped = match self.tried.is_empty() {
            true => seeds.len(),
            false => usize::from(self.plan.is_some()),
        };
        for &seed in &seeds[skipped..] {
            planned.extend(self.arm(BASELINE, "", seed));
            for tried in &self.tried {
                let of = tried.changes.iter();
                planned.extend(of.filter_map(|change| self.arm(&tried.id, &change.what, seed)));
            }
        }
        self.planned += planned.len();
        self.phase(Phase::Screening, tell)?;
        self.trials.run(planned, tell)?;
        let deviation = screen::baseline_deviation(&self.trials);
        let mut survivors = vec![];
        for tried in &self.tried {
            let names: Vec<String> = tried.changes.iter().map(|c| c.what.clone()).collect();
            match screen::best(&self.trials, &tried.id, &names, &seeds) {
                Some(found) if screen::survives(&found, deviation) => survivors.push(found),
                Some(found) => {
                    let mut result = untried(
                        &tried.id,
                        Verdict::Undecided,
                        "worse than the baseline by more than one deviation in screening",
                    );
                    (result.change, result.seeds) = (found.change, found.pairs);
                    result.screened = Some(found.mean);
                    self.results.push(result);
                }
                None => {
                    let failed = |o: &&Outcome| o.remedy == tried.id && o.seed == seeds[0];
                    let why = self
                        .trials
                        .done
                        .iter()
                        .find(failed)
                        .and_then(|o| o.failed.clone());
                    let why = why.unwrap_or_else(|| {
                        "no run of it gave a number, or the budget ended before".to_owned()
                    });
                    self.results
                        .push(untried(&tried.id, Verdict::Undecided, &why));
                }
            }
        }
        survivors.sort_by(|a, b| b.mean.total_cmp(&a.mean));
        self.survivors = survivors;
        Ok(())
    }

    fn screening_seeds(&self) -> Vec<u64> {
        let seeds = 0..self.screened;
        seeds.map(|i| self.first_seed.wrapping_add(i)).collect()
    }

    pub fn confirm(&mut self, tell: &mut (dyn FnMut(&Told<'_>) + Send)) -> Result<(), TreatError> {
        let room = self.room();
        self.fit_survivors(room);
        if self.survivors.is_empty() {
            self.margin = self.margin();
            let finished = self.options.finished;
            let reason = match room < confirm::cheapest(1, finished) {
                true => format!(
                    "the budget is too small for a verdict: {} runs, or time for them, are the least that have room for one",
                    self.least()
                ),
                false => "nothing was left to be confirmed, so that there was nothing to control"
                    .to_owned(),
            };
            self.results
                .push(untried(NULL, Verdict::Undecided, &reason));
            return Ok(());
        }
        let count = confirm::seeds_for(room, self.survivors.len() + 2);
        let first = self.first_seed.wrapping_add(self.screened);
        let fresh: Vec<u64> = (0..count as u64).map(|i| first.wrapping_add(i)).collect();
        let looks = confirm::looks(count);
        self.looks = looks.len() + self.options.finished;
        let mut open: Vec<Screened> = self.survivors.clone();
        let mut from = 0;
        for look in looks {
            let mut planned = vec![];
            for &seed in &fresh[from..look] {
                planned.extend(self.arm(BASELINE, "", seed));
                planned.extend(self.arm(NULL, "", NULL_SEEDS.wrapping_add(seed)));
                planned.extend(
                    open.iter()
                        .filter_map(|s| self.arm(&s.remedy, &s.change, seed)),
                );
            }
            self.planned += planned.len();
            self.phase(Phase::Confirmation, tell)?;
            let complete = self.trials.run(planned, tell)?;
            from = look;
            let (arms, seeds) = (self.survivors.len(), &fresh[..look]);
            let decided = |s: &Screened| {
                let found = confirm::differences(&self.trials, &s.remedy, &s.change, seeds);
                confirm::is_decided(&found, self.looks, arms)
            };
            let rest: Vec<Screened> = open.iter().filter(|s| !decided(s)).cloned().collect();
            open = rest;
            if !complete || open.is_empty() {
                break;
            }
        }
        self.fresh = fresh[..from].to_vec();
        self.judge();
        Ok(())
    }

    /// Lets the weakest go until as many seeds of each fit as can show anything; the baseline and the null remedy take part.
    fn fit_survivors(&mut self, room: usize) {
        while !self.survivors.is_empty()
            && !confirm::can_show(
                confirm::seeds_for(room, self.survivors.len() + 2),
                self.survivors.len(),
                self.options.finished,
            )
        {
            if let Some(weakest) = self.weakest() {
                let reason = format!(
                    "screened only: the budget ends before its confirmation; {}",
                    self.more_runs()
                );
                let mut result = untried(&weakest.remedy, Verdict::Undecided, &reason);
                (result.change, result.seeds) = (weakest.change, weakest.pairs);
                result.screened = (weakest.pairs > 0).then_some(weakest.mean);
                self.results.push(result);
            }
        }
    }

    /// Takes the weakest survivor away. What changes the measure goes first, because it gets no verdict; else the last one,
    /// but of more than two not what is kept in company of the first one: beside a pair the best remedy alone, without which
    /// nothing is known of the pair's parts, and what the worst finding names.
    fn weakest(&mut self) -> Option<Screened> {
        let last = self.survivors.len().checked_sub(1)?;
        let survivors = &self.survivors;
        let remeasures = |s: &&Screened| remedies::remeasures(&s.remedy);
        let without = survivors.iter().filter(remeasures).count();
        if (1..=last).contains(&without) {
            let place = survivors
                .iter()
                .rposition(|s| remedies::remeasures(&s.remedy))?;
            return Some(self.survivors.remove(place));
        }
        let is_pair = |s: &Screened| s.remedy.contains('+');
        let favourite = self.favourite(survivors, |s| &s.remedy);
        let alone = match survivors.first().is_some_and(is_pair) {
            true => survivors.iter().position(|s| !is_pair(s)),
            false => None,
        };
        // In company of the first one, which is never the weakest: both, or one of them where two are left.
        let kept: &[Option<usize>] = match last {
            0 | 1 => &[],
            2 if alone.is_some() => &[alone],
            _ => &[alone, favourite],
        };
        let weakest = (1..=last).rev().find(|place| !kept.contains(&Some(*place)));
        let place = weakest.unwrap_or(last);
        Some(self.survivors.remove(place))
    }

    /// The first of some candidates, the best first, that the worst finding names which names any.
    fn favourite<T>(&self, candidates: &[T], id: fn(&T) -> &String) -> Option<usize> {
        let place = |i: &usize| self.place_in_findings(id(&candidates[*i]));
        let named = (0..candidates.len()).filter(|i| place(i) < usize::MAX);
        // A remedy alone tells more of the finding than two together.
        named.min_by_key(|i| (place(i), id(&candidates[*i]).matches('+').count()))
    }

    /// The least budget that has room for a verdict where nothing is named.
    fn least(&self) -> usize {
        confirm::cheapest(1, self.options.finished) + 2 * screen::SEEDS as usize
    }

    /// A difference that does not matter.
    fn margin(&self) -> f64 {
        let given = self.options.margin.or_else(|| self.deviation());
        given.unwrap_or(0.0)
    }

    /// Makes the verdicts on the fresh seeds.
    fn judge(&mut self) {
        self.margin = self.margin();
        let all = self.survivors.clone();
        let found: Vec<Differences> = all
            .iter()
            .map(|s| confirm::differences(&self.trials, &s.remedy, &s.change, &self.fresh))
            .collect();
        let verdicts = confirm::verdicts(&found, self.margin, self.looks);
        for ((screened, differences), verdict) in all.iter().zip(&found).zip(verdicts) {
            let mut result = judged(&screened.remedy, &screened.change, differences, verdict);
            if remedies::remeasures(&result.id) {
                result.verdict = Verdict::Undecided;
                result.seeds_needed = None;
                let reason = "it changes which rows are judged, or what may be known of them: the lower of the two scores may be the true one";
                result.reason = Some(reason.to_owned());
            }
            if differences.without > 0 && !remedies::remeasures(&result.id) {
                result.reason = Some(format!(
                    "the run as it is gave no number from {} of {} seeds, which counts as the worst number of all: the size of the effect says little",
                    differences.without,
                    differences.pairs.len()
                ));
            }
            self.own_sign(&mut result);
            let of = self.spec_of(&screened.remedy, &screened.change);
            let other_loss = of.is_some_and(|of| of.compile.loss != self.spec.compile.loss);
            if other_loss || self.trials.score.name == "loss" {
                result.loss = None;
            }
            result.screened = (screened.pairs > 0).then_some(screened.mean);
            if let Some(spec) = self.spec_of(&screened.remedy, &screened.change) {
                result.diff = diff(self.spec, &spec);
            }
            self.results.push(result);
        }
        let null = self.null();
        let verdict = confirm::verdicts(std::slice::from_ref(&null), self.margin, self.looks);
        if let Some(verdict) = verdict.into_iter().next() {
            self.results.push(judged(
                NULL,
                "the baseline from other seeds",
                &null,
                verdict,
            ));
        }
    }

    /// What would let a remedy be tried that the budget had no room for.
    fn more_runs(&self) -> String {
        let named = &self.options.remedies;
        // The first run, and that of the range test.
        let more = 1 + usize::from(named.iter().any(|id| id == order::RANGE_TEST));
        match named.len() {
            0 => "give --budget more".to_owned(),
            n => format!(
                "--budget {} has room for all that are named",
                more + confirm::cheapest(n, self.options.finished)
            ),
        }
    }

    /// The same of one that could be named.
    fn more_or_named(&self, id: &str) -> String {
        match self.options.remedies.is_empty() && !id.contains('+') {
            true => "give --budget more, or name it with --remedy".to_owned(),
            false => self.more_runs(),
        }
    }

    /// Trials that the budget still has. It counts those that are planned, finished or not, so that a treatment that goes on
    /// after a stop is the same one. Time allows as many as it does.
    fn room(&self) -> usize {
        match self.options.budget {
            Budget::Runs(runs) => runs.saturating_sub(self.planned),
            Budget::Time(_) => self.trials.affordable(),
        }
    }

    /// Differences of the baseline's other seeds from its own.
    fn null(&self) -> Differences {
        let mut found = Differences::default();
        for &seed in &self.fresh {
            let own = self.trials.find(NULL, "", NULL_SEEDS.wrapping_add(seed));
            let (Some(base), Some(own)) = (self.trials.find(BASELINE, "", seed), own) else {
                continue;
            };
            let tested = base.test.is_some();
            let of = |o: &Outcome| if tested { o.test } else { o.validation };
            if let (Some(then), Some(now)) = (of(base), of(own)) {
                found.pairs.push(crate::Pair {
                    difference: now - then,
                    rows: vec![],
                });
            }
        }
        found
    }

    /// Deviation of the baseline over its seeds, on the rows that verdicts are made on.
    fn deviation(&self) -> Option<f64> {
        let baseline = self.trials.done.iter().filter(|o| o.remedy == BASELINE);
        let scores: Vec<f64> = baseline.filter_map(|o| o.test.or(o.validation)).collect();
        crate::deviation(&scores)
    }

    /// Brings a result's score into the metric's own sign.
    fn own_sign(&self, result: &mut RemedyResult) {
        if !self.trials.score.more {
            result.score = result.score.map(|x| -x);
        }
    }

    /// Remedies that help, what helps most first.
    fn helping(&self) -> Vec<(String, String, f64)> {
        let helps = self
            .results
            .iter()
            .filter(|r| r.verdict == Verdict::Helps && r.id != NULL && r.p.is_some());
        let mut all: Vec<(String, String, f64)> = helps
            .map(|r| (r.id.clone(), r.change.clone(), r.effect.unwrap_or(0.0)))
            .collect();
        all.sort_by(|a, b| b.2.total_cmp(&a.2));
        all
    }
}
