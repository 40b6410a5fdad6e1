//! The beginning of a treatment: the baseline is trained once, the doctor is asked, and what to try is chosen.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use regimen_graph::Engine;
use regimen_run::RunSpec;
use regimen_run::spec::SpecMap;
use regimen_run::treatment::{BASELINE, Outcome, Verdict};

use super::glance::Plan;
use super::order::{MORE_DATA, RANGE_TEST, others};
use super::{Course, Tried, first_run, range_test};
use crate::treatment::{Told, TreatOptions, untried};
use crate::trials::{Planned, Trials};
use crate::{Budget, Change, confirm, screen};
use crate::{TreatError, remedies};

impl<'a> Course<'a> {
    /// Trains the baseline once, asks the doctor, and chooses what to try.
    pub fn begin(
        spec: &'a RunSpec,
        (map, file): (&'a SpecMap, &'a Path),
        engines: &'a [Box<dyn Engine>],
        folder: &'a Path,
        options: &'a TreatOptions,
        tell: &mut (dyn FnMut(&Told<'_>) + Send),
    ) -> Result<Course<'a>, TreatError> {
        let Some(engine) = engines.first() else {
            let none = "one engine is needed at least";
            return Err(TreatError::Options(none.to_owned()));
        };
        let begun = Instant::now();
        let time = match options.budget {
            Budget::Runs(0) => {
                let none = "--budget: one run at least is needed";
                return Err(TreatError::Options(none.to_owned()));
            }
            Budget::Runs(_) => None,
            Budget::Time(time) => Some(time),
        };
        known_remedies(&options.remedies)?;
        let first_seed = options.seed.unwrap_or(spec.seed);
        let mut own = spec.clone();
        own.seed = first_seed;
        let done = crate::trials::read(folder)?;
        let has_run = done
            .iter()
            .any(|o| o.remedy == BASELINE && o.seed == first_seed);
        let known = first_run::known(folder).filter(|_| has_run);
        if let (Some(showed), Some(metric)) = (&known, &options.metric)
            && *metric != showed.score.name
        {
            return Err(TreatError::Options(format!(
                "--metric {metric}: this treatment is judged by {}; go on with that, or choose another folder with --out",
                showed.score.name
            )));
        }
        let (showed, trial) = match known {
            Some(showed) => (showed, None),
            None => {
                let (showed, trial, took) =
                    first_run::run(&own, (map, file), engine.as_ref(), folder, options, tell)?;
                (showed, Some((trial, took)))
            }
        };
        // What was trained before a stop is of the budget, too.
        let spent: f64 = done.iter().map(|o| o.seconds).sum::<f64>() / engines.len() as f64;
        let until = time.map(|time| {
            let spent = Duration::try_from_secs_f64(spent).unwrap_or(time);
            begun + time.saturating_sub(spent)
        });
        let mut trials = Trials {
            map,
            file,
            data_dir: options.data_dir.clone(),
            max_memory: options.max_memory,
            engines,
            interrupt: Arc::clone(&options.interrupt),
            folder,
            score: showed.score.clone(),
            done,
            until,
            left: match options.budget {
                Budget::Runs(runs) => runs,
                Budget::Time(_) => usize::MAX,
            },
        };
        if let Some((trial, took)) = trial.filter(|_| !has_run) {
            let planned = Planned {
                remedy: BASELINE.to_owned(),
                change: String::new(),
                seed: first_seed,
                spec: own,
                share: None,
            };
            let outcome = trials.outcome(&planned, &Ok(trial), took);
            trials.write(&outcome)?;
            tell(&Told::Trial {
                job: 0,
                outcome: &outcome,
                more_is_better: showed.score.more,
            });
            trials.done.push(outcome);
        }
        trials.left = trials.left.saturating_sub(trials.done.len());
        let mut course = Course {
            spec,
            options,
            patient: showed.patient(spec),
            trials,
            first_seed,
            screened: 0,
            tried: vec![],
            results: vec![],
            survivors: vec![],
            direct: false,
            plan: None,
            fresh: vec![],
            looks: 1,
            planned: 0,
            margin: 0.0,
            more_data: false,
            learning_curve: None,
        };
        course.choose(tell)?;
        Ok(course)
    }

    /// What to try: remedies asked for, else those that findings name, the surest finding's first, the usual ones, and all
    /// others. Milder strengths come first, and an edit that comes to the same as one before it is left out.
    fn choose(&mut self, tell: &mut (dyn FnMut(&Told<'_>) + Send)) -> Result<(), TreatError> {
        let mut room = self.screening_room();
        let asked = !self.options.remedies.is_empty();
        let ids = self.wanted();
        let mut found: Vec<Tried> = vec![];
        for id in &ids {
            if id == MORE_DATA {
                self.more_data = true;
                continue;
            }
            if id == RANGE_TEST {
                // Named, it may be all that is tried: the first run, the test, and the confirmation.
                let enough = match asked {
                    true => self.room() >= 2 + confirm::cheapest(1, self.options.finished),
                    false => room > 2 * screen::SEEDS as usize,
                };
                if !enough {
                    let reason = format!("the budget ends before it; {}", self.more_runs());
                    self.results.push(untried(id, Verdict::Undecided, &reason));
                    continue;
                }
                self.range_test(tell)?;
                room = self.screening_room();
            }
            match self.changes(id) {
                Ok(changes) => found.push(Tried {
                    id: id.clone(),
                    changes,
                }),
                Err(reason) => {
                    let result = untried(id, Verdict::NotApplicable, &reason);
                    self.results.push(result);
                }
            }
        }
        let all: usize = found.iter().map(|t| t.changes.len()).sum();
        let whole = (all + 1) * screen::SEEDS as usize <= room;
        self.direct = asked && self.must_be_direct(found.len(), all);
        if self.direct {
            // Of two strengths the milder one: nothing is left to compare them by.
            found.iter_mut().for_each(|tried| tried.changes.truncate(1));
            (self.tried, self.screened) = (found, 1);
            self.planned += 1;
            return Ok(());
        }
        let plan = Plan::of(room);
        self.plan = (!asked || !whole).then_some(plan);
        let named = found.len();
        if !asked {
            let others = others(&ids);
            found.extend(others.filter_map(|id| {
                let (id, changes) = (id.to_owned(), self.changes(id).ok()?);
                Some(Tried { id, changes })
            }));
        }
        let mut places = if whole && asked { all } else { plan.singles };
        let mut tried: Vec<Tried> = found.iter().map(|t| Tried::none(&t.id)).collect();
        for strength in 0..2 {
            for (place, of) in found.iter().enumerate() {
                let Some(change) = of.changes.get(strength) else {
                    continue;
                };
                let mut before = tried.iter().flat_map(|t| &t.changes);
                if places > 0 && (asked || before.all(|known| known.spec != change.spec)) {
                    tried[place].changes.push(change.clone());
                    places -= 1;
                }
            }
        }
        for none in tried.iter().take(named).filter(|t| t.changes.is_empty()) {
            let reason = format!(
                "the budget ends before it, or another remedy is the same edit; {}",
                self.more_or_named(&none.id)
            );
            let result = untried(&none.id, Verdict::Undecided, &reason);
            self.results.push(result);
        }
        tried.retain(|t| !t.changes.is_empty());
        self.tried = tried;
        Ok(())
    }

    /// Whether `n` remedies that were asked for, `all` edits, can be confirmed only where none is screened before.
    fn must_be_direct(&self, n: usize, all: usize) -> bool {
        let shows = |runs: usize| {
            confirm::can_show(confirm::seeds_for(runs, n + 2), n, self.options.finished)
        };
        let room = self.room();
        let screened = (all + 1) * screen::SEEDS as usize;
        n > 0 && shows(room.saturating_sub(1)) && !shows(room.saturating_sub(screened))
    }

    /// Runs that may be spent before the confirmation, which gets two of five; enough for two remedies, where half of the
    /// budget is, and for one at least.
    fn screening_room(&self) -> usize {
        let (room, finished) = (self.room(), self.options.finished);
        let (one, two) = (
            confirm::cheapest(1, finished),
            confirm::cheapest(2, finished),
        );
        let confirmation = match (room * 2 / 5).max(one) {
            n if n < two && room >= 2 * two => two,
            n => n,
        };
        match room.saturating_sub(confirmation) {
            // Too little for both: what looks best is all that can be told.
            rest if rest < 2 * screen::SEEDS as usize => room,
            rest => rest,
        }
    }

    /// A remedy's edits of this run, or why there are none.
    fn changes(&self, id: &str) -> Result<Vec<Change>, String> {
        let def = remedies::find(id).ok_or("it is nothing that can be tried without you")?;
        let changes = (def.changes)(&self.patient)?;
        let loss = &self.spec.compile.loss;
        let other = changes.iter().any(|c| c.spec.compile.loss != *loss);
        match other && self.trials.score.name == "loss" {
            true => Err("it changes the loss that runs are judged by; judge them by a metric, with --metric".to_owned()),
            false => Ok(changes),
        }
    }

    /// Runs the range test once, and notes what it suggests.
    fn range_test(&mut self, tell: &mut (dyn FnMut(&Told<'_>) + Send)) -> Result<(), TreatError> {
        let seed = self.first_seed;
        let planned = Planned {
            remedy: RANGE_TEST.to_owned(),
            change: "the test".to_owned(),
            seed,
            spec: range_test::spec_of(self.spec, self.patient.profile.rows[0]),
            share: None,
        };
        self.planned += 1;
        self.trials.run(vec![planned], tell)?;
        let found = self.trials.find(RANGE_TEST, "the test", seed);
        let losses = |o: &Outcome| o.losses.clone();
        self.patient.range_rate =
            found.and_then(|outcome| range_test::suggestion(&losses(outcome)));
        Ok(())
    }
}

/// An error for ids that no remedy has.
pub(crate) fn known_remedies(asked: &[String]) -> Result<(), TreatError> {
    let Some(unknown) = asked.iter().find(|id| remedies::find(id).is_none()) else {
        return Ok(());
    };
    let known: Vec<&str> = crate::REMEDIES.iter().map(|def| def.id).collect();
    let near = regimen_run::nearest(unknown, known.iter().copied());
    let hint = near.map_or_else(
        || format!("there are {}", known.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    Err(TreatError::Options(format!(
        "no remedy `{unknown}`: {hint}"
    )))
}
