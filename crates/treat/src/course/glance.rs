//! A glance: where there is more to try than the budget can screen, each edit is trained from one seed first.
//!
//! One run is enough for what a broken run needs most (on eight published repairs with a real effect it told the better side
//! in 99.8 % of comparisons), and worthless for fine tuning; it only chooses what gets more seeds. In front are the
//! remedies that findings name, behind them the usual ones, then all others. What comes out best is then looked at together with
//! those that come next: two faults hide each other, and no single edit mends both.

use regimen_run::spec::KerasObject;
use regimen_run::treatment::{BASELINE, Phase, Verdict};
use serde_json::Value;

use super::{Course, Tried};
use crate::treatment::{Told, untried};
use crate::{Change, Patient, TreatError, remedies, screen};

/// How the runs of a budget are spent before the confirmation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Edits that get all screening seeds; a single one goes on without them.
    pub places: usize,
    /// Edits that get one seed.
    pub singles: usize,
    /// Pairs of edits that get one seed.
    pub pairs: usize,
}

impl Plan {
    /// A plan for so many runs, those of the baseline included.
    pub fn of(runs: usize) -> Plan {
        let places = (runs / 8).clamp(1, 8);
        // Where one edit goes on, it needs no more seeds to be chosen by.
        let more = match places {
            1 => 0,
            n => (n + 1) * (screen::SEEDS as usize - 1),
        };
        let glances = runs.saturating_sub(more + 1);
        Plan {
            places,
            singles: glances - glances / 4,
            pairs: glances / 4,
        }
    }
}

/// An edit that was looked at: remedy, its place among the remedy's changes, what it does, how much better it was.
struct Seen {
    id: String,
    place: usize,
    what: String,
    score: f64,
}

impl Course<'_> {
    /// Looks at everything once, and leaves in `tried` what is worth more seeds.
    pub fn glance(&mut self, tell: &mut (dyn FnMut(&Told<'_>) + Send)) -> Result<(), TreatError> {
        let Some(plan) = self.plan else {
            return Ok(());
        };
        self.look(true, tell)?;
        let seen = self.seen();
        if self.options.remedies.is_empty() {
            let pairs = self.together(&seen, plan.pairs);
            if !pairs.is_empty() {
                self.tried.extend(pairs);
                self.look(false, tell)?;
            }
        }
        self.keep(plan.places);
        Ok(())
    }

    /// Trains all that is tried from the first seed.
    fn look(
        &mut self,
        first: bool,
        tell: &mut (dyn FnMut(&Told<'_>) + Send),
    ) -> Result<(), TreatError> {
        let seed = self.first_seed;
        let mut planned = vec![];
        planned.extend(self.arm(BASELINE, "", seed).filter(|_| first));
        for tried in self.tried.iter().filter(|t| first || t.id.contains('+')) {
            let of = tried.changes.iter();
            planned.extend(of.filter_map(|change| self.arm(&tried.id, &change.what, seed)));
        }
        self.planned += planned.len();
        self.phase(Phase::Screening, tell)?;
        self.trials.run(planned, tell)?;
        Ok(())
    }

    /// What gave a number, the best first, of equals what was named first; behind them what is measured in another way.
    fn seen(&self) -> Vec<Seen> {
        let of = |tried: &Tried, place: usize, change: &Change| {
            let outcome = self.trials.find(&tried.id, &change.what, self.first_seed)?;
            Some(Seen {
                id: tried.id.clone(),
                place,
                what: change.what.clone(),
                score: outcome.validation?,
            })
        };
        let all = self.tried.iter().flat_map(|tried| {
            let changes = tried.changes.iter().enumerate();
            changes.filter_map(move |(place, change)| of(tried, place, change))
        });
        let mut all: Vec<Seen> = all.collect();
        all.sort_by(|a, b| {
            let other = |s: &Seen| remedies::remeasures(&s.id);
            other(a).cmp(&other(b)).then(b.score.total_cmp(&a.score))
        });
        all
    }

    /// The best edit together with each of those that come next.
    fn together(&self, seen: &[Seen], most: usize) -> Vec<Tried> {
        let mut rest = seen.iter().filter(|s| !remedies::remeasures(&s.id));
        let Some((best, spec)) = rest
            .next()
            .and_then(|best| Some((best, self.spec_of(&best.id, &best.what)?)))
        else {
            return vec![];
        };
        let both = self.patient_with(spec);
        let pair = |next: &Seen| {
            let changes = (remedies::find(&next.id)?.changes)(&both).ok()?;
            let change = changes.into_iter().nth(next.place)?;
            let known = Some(&change.spec) == self.spec_of(&next.id, &next.what).as_ref();
            (!known && next.id != best.id).then(|| Tried {
                id: format!("{}+{}", best.id, next.id),
                changes: vec![Change {
                    what: format!("{}; {}", best.what, change.what),
                    spec: change.spec,
                }],
            })
        };
        let mut pairs: Vec<Tried> = vec![];
        for next in rest {
            match pair(next) {
                Some(of) if pairs.len() < most && pairs.iter().all(|p| p.id != of.id) => {
                    pairs.push(of);
                }
                _ => {}
            }
        }
        pairs
    }

    /// The patient after an edit. A rate that was measured for another optimizer is none of this one's.
    pub(super) fn patient_with(&self, spec: regimen_run::RunSpec) -> Patient {
        let stated = |optimizer: &KerasObject| optimizer.config.get("learning_rate").cloned();
        let mut patient = self.patient.clone();
        if spec.compile.optimizer != self.spec.compile.optimizer {
            patient.rate = stated(&spec.compile.optimizer)
                .as_ref()
                .and_then(Value::as_f64);
            patient.range_rate = None;
        }
        patient.spec = spec;
        patient
    }

    /// Keeps the best; the others are results that were not judged.
    fn keep(&mut self, places: usize) {
        let seen = self.seen();
        let base = self.trials.find(BASELINE, "", self.first_seed);
        let base = base.and_then(|o| o.validation);
        // What must not go for want of a place: the best alone, without which nothing is known of pairs, and what the worst
        // finding names.
        let mut best: Vec<&Seen> = vec![];
        let alone = seen.iter().position(|s| !s.id.contains('+'));
        for place in [alone, self.favourite(&seen, |s| &s.id)]
            .into_iter()
            .flatten()
            .chain(0..seen.len())
        {
            let chosen = &seen[place];
            if best.len() < places
                && !best
                    .iter()
                    .any(|s| s.id == chosen.id && s.what == chosen.what)
            {
                best.push(chosen);
            }
        }
        let kept = |id: &str, what: &str| best.iter().any(|s| s.id == id && s.what == what);
        let mut gone = vec![];
        for tried in &mut self.tried {
            let before = tried.changes.first().map(|c| c.what.clone());
            tried.changes.retain(|c| kept(&tried.id, &c.what));
            if tried.changes.is_empty() {
                gone.push((tried.id.clone(), before.unwrap_or_default()));
            }
        }
        self.tried.retain(|tried| !tried.changes.is_empty());
        for (id, what) in gone {
            let found = seen.iter().find(|s| s.id == id);
            let failed = self.trials.find(&id, &what, self.first_seed);
            let reason = match (found, failed.and_then(|o| o.failed.clone())) {
                (None, Some(failed)) => failed,
                (None, None) => "no run of it gave a number, or the budget ended before".to_owned(),

                _ => format!(
                    "looked at once: others did better from the same seed; {}",
                    self.more_or_named(&id)
                ),
            };
            let mut result = untried(&id, Verdict::Undecided, &reason);
            result.change = found.map_or(what, |s| s.what.clone());
            result.seeds = usize::from(found.is_some());
            result.screened = found.and_then(|s| Some(s.score - base?));
            self.results.push(result);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_keeps_to_its_runs() {
        assert_eq!(Plan::of(5).singles + Plan::of(5).pairs, 4);
        for runs in 2..300 {
            let plan = Plan::of(runs);
            let more =
                (plan.places + 1) * (screen::SEEDS as usize - 1) * usize::from(plan.places > 1);
            assert_eq!(1 + plan.singles + plan.pairs + more, runs);
            assert!(plan.places <= plan.singles + plan.pairs, "{plan:?}");
        }
        // Of the 60 runs of a budget 32 are for screening.
        let sixty = Plan::of(32);
        assert_eq!((sixty.places, sixty.singles, sixty.pairs), (4, 16, 5));
    }
}
