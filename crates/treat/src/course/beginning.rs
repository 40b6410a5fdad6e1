//! The beginning of a treatment: the baseline is trained once, the doctor is asked, and what to try is chosen.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use regimen_graph::Engine;
use regimen_run::RunSpec;
use regimen_run::spec::SpecMap;
use regimen_run::treatment::{BASELINE, Outcome, Verdict};

use super::{Course, Tried, first_run, range_test};
use crate::screen;
use crate::treatment::{Budget, Told, TreatOptions, untried};
use crate::trials::{Planned, Trials};
use crate::{TreatError, remedies};

/// Tried where the doctor names nothing that can be tried.
const USUAL: &[&str] = &[
    "early_stopping",
    "dropout",
    "l2",
    "smaller_network",
    "larger_network",
    "lower_learning_rate",
    "higher_learning_rate",
];
/// Remedies that are no edit of the run, but measured in a way of their own.
pub(super) const MORE_DATA: &str = "more_data";
const RANGE_TEST: &str = "rate_range_test";

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
        let until = match options.budget {
            Budget::Runs(0) => {
                let none = "--budget: one run at least is needed";
                return Err(TreatError::Options(none.to_owned()));
            }
            Budget::Runs(_) => None,
            Budget::Time(time) => Some(Instant::now() + time),
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
        let (showed, trial) = match known {
            Some(showed) => (showed, None),
            None => {
                let (showed, trial, took) =
                    first_run::run(&own, (map, file), engine.as_ref(), folder, options, tell)?;
                (showed, Some((trial, took)))
            }
        };
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
            fresh: vec![],
            looks: 1,
            planned: 0,
            margin: 0.0,
            more_data: false,
            learning_curve: None,
            improved: None,
        };
        course.choose(tell)?;
        Ok(course)
    }

    /// What to try: remedies asked for, else those that findings name, the surest finding's first.
    fn choose(&mut self, tell: &mut (dyn FnMut(&Told<'_>) + Send)) -> Result<(), TreatError> {
        let ids = self.wanted();
        // Half of the budget is for confirmation; the baseline is screened, too.
        let mut room = (self.room() / 2).saturating_sub(screen::SEEDS as usize);
        // Where the budget is small, more remedies in one strength tell more than few in two.
        let strengths = match room / screen::SEEDS as usize {
            places if places >= 2 * ids.len() => 2,
            _ => 1,
        };
        for id in ids {
            let Some(def) = remedies::find(&id) else {
                let reason = "it is nothing that can be tried without you";
                let result = untried(&id, Verdict::NotApplicable, reason);
                self.results.push(result);
                continue;
            };
            if id == MORE_DATA {
                self.more_data = true;
                continue;
            }
            if id == RANGE_TEST && room > screen::SEEDS as usize {
                self.range_test(tell)?;
                room = room.saturating_sub(1);
            }
            match (def.changes)(&self.patient) {
                Err(reason) => {
                    let result = untried(&id, Verdict::NotApplicable, &reason);
                    self.results.push(result);
                }
                Ok(mut changes) => {
                    let loss = &self.spec.compile.loss;
                    let other = changes.iter().any(|c| c.spec.compile.loss != *loss);
                    if other && self.trials.score.name == "loss" {
                        let reason = "it changes the loss that runs are judged by; judge them by a metric, with --metric";
                        let result = untried(&id, Verdict::NotApplicable, reason);
                        self.results.push(result);
                        continue;
                    }
                    changes.truncate((room / screen::SEEDS as usize).min(strengths));
                    if changes.is_empty() {
                        let reason = "the budget ends before it; give --budget more";
                        self.results.push(untried(&id, Verdict::Undecided, reason));
                        continue;
                    }
                    room = room.saturating_sub(changes.len() * screen::SEEDS as usize);
                    self.tried.push(Tried { id, changes });
                }
            }
        }
        Ok(())
    }

    /// Ids of what is to be tried, in order.
    fn wanted(&self) -> Vec<String> {
        let findings = &self.patient.findings;
        // The first remedy of each finding, then the second ones: the worst finding's first.
        let most = findings.iter().map(|f| f.remedies.len()).max().unwrap_or(0);
        let named = (0..most).flat_map(|i| findings.iter().filter_map(move |f| f.remedies.get(i)));
        let usual = USUAL.iter().map(|id| (*id).to_owned());
        let all: Vec<String> = match self.options.remedies.is_empty() {
            true => named.cloned().chain(usual).collect(),
            false => self.options.remedies.clone(),
        };
        let mut ids: Vec<String> = vec![];
        for id in all {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        // The range test says which rate to try where a rate is in question.
        let rates = ["lower_learning_rate", "higher_learning_rate"];
        let asked = !self.options.remedies.is_empty();
        let place = ids.iter().position(|id| rates.contains(&id.as_str()));
        match place {
            Some(place) if !asked && !ids.iter().any(|id| id == RANGE_TEST) => {
                ids.insert(place + 1, RANGE_TEST.to_owned());
            }
            _ => {}
        }
        ids
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
fn known_remedies(asked: &[String]) -> Result<(), TreatError> {
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
