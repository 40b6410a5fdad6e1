//! The course of a treatment: baseline, choice of remedies, screening, confirmation, pairs of what helped.

mod beginning;

use std::collections::BTreeMap;

use regimen_run::RunSpec;

use crate::confirm::{self, Differences};
use crate::screen::{self, Screened};
use crate::treatment::{
    Baseline, Budget, RemedyResult, TreatOptions, Treatment, diff, judged, rank, untried,
};
use crate::trials::{Outcome, Planned, Trials};
use crate::verdict::Verdict;
use crate::{Change, Patient, TreatError, remedies};

/// First seed of the null remedy: far from those that it is compared with.
const NULL_SEEDS: u64 = 1_000_000;
/// The baseline again, from other seeds: a control that must not be found to help.
const NULL: &str = "null";
const BASELINE: &str = "baseline";

/// A remedy that is tried: its changes by their names.
struct Tried {
    id: String,
    changes: Vec<Change>,
}

/// A treatment under way.
pub(crate) struct Course<'a> {
    spec: &'a RunSpec,
    options: &'a TreatOptions,
    trials: Trials<'a>,
    patient: Patient,
    first_seed: u64,
    tried: Vec<Tried>,
    results: Vec<RemedyResult>,
    survivors: Vec<Screened>,
    /// Fresh seeds, and looks at them.
    fresh: Vec<u64>,
    looks: usize,
    /// Trials that were planned so far.
    planned: usize,
    margin: f64,
    /// Spec of what helps most.
    improved: Option<RunSpec>,
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
        })
    }

    fn spec_of(&self, remedy: &str, change: &str) -> Option<RunSpec> {
        let tried = self.tried.iter().find(|tried| tried.id == remedy)?;
        let change = tried.changes.iter().find(|of| of.what == change)?;
        Some(change.spec.clone())
    }

    pub fn screen(&mut self, tell: &mut (dyn FnMut(&Outcome) + Send)) -> Result<(), TreatError> {
        let seeds: Vec<u64> = (0..screen::SEEDS)
            .map(|i| self.first_seed.wrapping_add(i))
            .collect();
        let mut planned: Vec<Planned> = vec![];
        for &seed in &seeds {
            planned.extend(self.arm(BASELINE, "", seed));
            for tried in &self.tried {
                let of = tried.changes.iter();
                planned.extend(of.filter_map(|change| self.arm(&tried.id, &change.what, seed)));
            }
        }
        self.planned += planned.len();
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

    pub fn confirm(&mut self, tell: &mut (dyn FnMut(&Outcome) + Send)) -> Result<(), TreatError> {
        let room = self.room();
        self.fit_survivors(room);
        let count = confirm::seeds_for(room, self.survivors.len() + 2);
        let first = self.first_seed.wrapping_add(screen::SEEDS);
        let fresh: Vec<u64> = (0..count as u64).map(|i| first.wrapping_add(i)).collect();
        let looks = confirm::looks(count);
        self.looks = looks.len();
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

    /// Lets the weakest go until six seeds of each fit; the baseline and the null remedy take part.
    fn fit_survivors(&mut self, room: usize) {
        while !self.survivors.is_empty()
            && confirm::seeds_for(room, self.survivors.len() + 2) < confirm::FEWEST
        {
            let weakest = self.survivors.pop();
            if let Some(weakest) = weakest {
                let mut result = untried(
                    &weakest.remedy,
                    Verdict::Undecided,
                    "screened only: the budget ends before its confirmation; give --budget more runs",
                );
                (result.change, result.seeds) = (weakest.change, weakest.pairs);
                result.screened = Some(weakest.mean);
                self.results.push(result);
            }
        }
    }

    /// Makes the verdicts on the fresh seeds.
    fn judge(&mut self) {
        self.margin = self
            .options
            .margin
            .or_else(|| self.deviation())
            .unwrap_or(0.0);
        let all = self.survivors.clone();
        let found: Vec<Differences> = all
            .iter()
            .map(|s| confirm::differences(&self.trials, &s.remedy, &s.change, &self.fresh))
            .collect();
        let verdicts = confirm::verdicts(&found, self.margin, self.looks);
        for ((screened, differences), verdict) in all.iter().zip(&found).zip(verdicts) {
            let mut result = judged(&screened.remedy, &screened.change, differences, verdict);
            result.screened = Some(screened.mean);
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
        self.improve();
    }

    /// Trials that the budget still has. It counts those that are planned, finished or not, so that a treatment that goes on
    /// after a stop is the same one. Time allows as many as it does.
    fn room(&self) -> usize {
        match self.options.budget {
            Budget::Runs(runs) => runs.saturating_sub(self.planned),
            Budget::Time(_) => usize::MAX,
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

    /// Takes what helps most as the improved run.
    fn improve(&mut self) {
        let best = self.helping().into_iter().next();
        self.improved = best.and_then(|(id, change, _)| self.spec_of(&id, &change));
    }

    /// Remedies that help, what helps most first.
    fn helping(&self) -> Vec<(String, String, f64)> {
        let helps = self
            .results
            .iter()
            .filter(|r| r.verdict == Verdict::Helps && r.id != NULL);
        let mut all: Vec<(String, String, f64)> = helps
            .map(|r| (r.id.clone(), r.change.clone(), r.effect.unwrap_or(0.0)))
            .collect();
        all.sort_by(|a, b| b.2.total_cmp(&a.2));
        all
    }

    /// The two remedies that help most, together, from the same fresh seeds.
    pub fn pairs(&mut self, tell: &mut (dyn FnMut(&Outcome) + Send)) -> Result<(), TreatError> {
        let helping = self.helping();
        let [first, second, ..] = helping.as_slice() else {
            return Ok(());
        };
        if self.fresh.len() > self.room() {
            return Ok(());
        }
        let Some(spec) = self.spec_of(&first.0, &first.1) else {
            return Ok(());
        };
        let both = Patient {
            spec,
            ..self.patient.clone()
        };
        let def = remedies::find(&second.0).map(|def| (def.changes)(&both));
        let Some(Ok(changes)) = def else {
            return Ok(());
        };
        let Some(change) = changes.into_iter().find(|change| change.what == second.1) else {
            return Ok(());
        };
        let id = format!("{}+{}", first.0, second.0);
        let what = format!("{}; {}", first.1, second.1);
        let together = Change {
            what: what.clone(),
            spec: change.spec,
        };
        self.tried.push(Tried {
            id: id.clone(),
            changes: vec![together],
        });
        let planned = self
            .fresh
            .iter()
            .filter_map(|&seed| self.arm(&id, &what, seed))
            .collect();
        self.trials.run(planned, tell)?;
        let found = confirm::differences(&self.trials, &id, &what, &self.fresh);
        let verdict = confirm::verdicts(std::slice::from_ref(&found), self.margin, self.looks);
        if let Some(verdict) = verdict.into_iter().next() {
            let mut result = judged(&id, &what, &found, verdict);
            if let Some(spec) = self.spec_of(&id, &what) {
                result.diff = diff(self.spec, &spec);
            }
            self.results.push(result);
        }
        self.improve();
        Ok(())
    }

    pub fn end(mut self) -> Treatment {
        self.results.sort_by(|a, b| {
            rank(a.verdict).cmp(&rank(b.verdict)).then(
                b.effect
                    .unwrap_or(f64::MIN)
                    .total_cmp(&a.effect.unwrap_or(f64::MIN)),
            )
        });
        let mut by_treatment = BTreeMap::new();
        for finding in &self.patient.findings {
            let of = self
                .results
                .iter()
                .filter(|r| finding.remedies.contains(&r.id));
            let verdicts: Vec<Verdict> = of.map(|r| r.verdict).collect();
            let judged = [Verdict::Helps, Verdict::NoDifference, Verdict::Harms];
            let state = match () {
                _ if verdicts.contains(&Verdict::Helps) => "confirmed",
                _ if verdicts.iter().any(|v| judged.contains(v)) => "not confirmed",
                _ => continue,
            };
            by_treatment.insert(finding.id.clone(), state.to_owned());
        }
        let sign = if self.trials.score.more { 1.0 } else { -1.0 };
        let baseline: Vec<&Outcome> = self
            .trials
            .done
            .iter()
            .filter(|o| o.remedy == BASELINE)
            .collect();
        let mean = |of: fn(&Outcome) -> Option<f64>| {
            let all: Vec<f64> = baseline.iter().filter_map(|o| of(o)).collect();
            (!all.is_empty()).then(|| sign * all.iter().sum::<f64>() / all.len() as f64)
        };
        let test = mean(|o| o.test);
        Treatment {
            name: self.spec.name.clone(),
            metric: self.trials.score.name.clone(),
            more_is_better: self.trials.score.more,
            part: if test.is_some() { "test" } else { "validation" }.to_owned(),
            margin: self.margin,
            runs: self.trials.done.len(),
            baseline: Baseline {
                validation: mean(|o| o.validation),
                test,
                deviation: self.deviation(),
                seeds: baseline.len(),
                params: baseline.first().map_or(0, |o| o.params),
            },
            remedies: self.results,
            findings: self.patient.findings,
            findings_by_treatment: by_treatment,
            improved: self.improved,
        }
    }
}
