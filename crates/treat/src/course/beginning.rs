//! The beginning of a treatment: the baseline is trained once, the doctor is asked, and what to try is chosen.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use regimen_graph::Engine;
use regimen_run::spec::SpecMap;
use regimen_run::{Event, Profile, RunSpec};
use regimen_train::run::{self, RunOptions};

use super::{BASELINE, Course, Tried};
use crate::screen;
use crate::treatment::{Budget, TreatOptions, untried};
use crate::trials::{Planned, Score, Trials};
use crate::verdict::Verdict;
use crate::{Patient, TreatError, remedies};

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

impl<'a> Course<'a> {
    /// Trains the baseline once, asks the doctor, and chooses what to try.
    pub fn begin(
        spec: &'a RunSpec,
        (map, file): (&'a SpecMap, &'a Path),
        engines: &'a [Box<dyn Engine>],
        folder: &'a Path,
        options: &'a TreatOptions,
    ) -> Result<Course<'a>, TreatError> {
        let Some(engine) = engines.first() else {
            return Err(TreatError::Options(
                "one engine is needed at least".to_owned(),
            ));
        };
        let (left, until) = match options.budget {
            Budget::Runs(runs) => (runs, None),
            Budget::Time(time) => (usize::MAX, Some(Instant::now() + time)),
        };
        if left < 1 {
            return Err(TreatError::Options(
                "--budget: one run at least is needed".to_owned(),
            ));
        }
        let first_seed = options.seed.unwrap_or(spec.seed);
        let mut own = spec.clone();
        own.seed = first_seed;
        let run_options = RunOptions {
            data_dir: options.data_dir.clone(),
            interrupt: Arc::clone(&options.interrupt),
            max_memory: options.max_memory,
            ..RunOptions::default()
        };
        let (mut profile, mut metrics, mut rate) = (Profile::default(), vec![], None);
        let begun = Instant::now();
        let trial = run::trial(
            &own,
            map,
            file,
            engine.as_ref(),
            &run_options,
            &mut |event| match event {
                Event::Data { profile: of } => profile = of.clone(),
                Event::RunBegin { model, .. } => {
                    metrics.clone_from(&model.metrics);
                    rate = model.learning_rate;
                }
                _ => {}
            },
        );
        let trial = trial.map_err(|e| TreatError::Baseline(e.0))?;
        if trial.report.ended == "interrupted" {
            return Err(TreatError::Interrupted);
        }
        let score = Score::of(&trial, &metrics, options.metric.as_deref());
        let score = score.map_err(TreatError::Options)?;
        if trial.validation.is_none() {
            return Err(TreatError::Baseline(
                "nothing is validated on, so that remedies cannot be compared: give a validation part (data.split)".to_owned(),
            ));
        }
        let mut trials = Trials {
            map,
            file,
            data_dir: options.data_dir.clone(),
            max_memory: options.max_memory,
            engines,
            interrupt: Arc::clone(&options.interrupt),
            folder,
            score,
            done: crate::trials::read(folder)?,
            until,
            left,
        };
        let patient = Patient {
            findings: trial.report.findings.clone(),
            epochs: trial.report.history.len(),
            spec: spec.clone(),
            profile,
            rate,
        };
        let planned = Planned {
            remedy: BASELINE.to_owned(),
            change: String::new(),
            seed: first_seed,
            spec: own,
        };
        if trials.find(BASELINE, "", first_seed).is_none() {
            let outcome = trials.outcome(&planned, &Ok(trial), begun.elapsed());
            trials.write(&outcome)?;
            trials.done.push(outcome);
        }
        let finished = trials.done.len();
        trials.left = trials.left.saturating_sub(finished);
        let mut course = Course {
            spec,
            options,
            trials,
            patient,
            first_seed,
            tried: vec![],
            results: vec![],
            survivors: vec![],
            fresh: vec![],
            looks: 1,
            planned: 0,
            margin: 0.0,
            improved: None,
        };
        course.choose()?;
        Ok(course)
    }

    /// What to try: remedies asked for, else those that findings name, the surest finding's first.
    fn choose(&mut self) -> Result<(), TreatError> {
        let mut ids: Vec<String> = vec![];
        let asked = &self.options.remedies;
        if let Some(unknown) = asked.iter().find(|id| remedies::find(id).is_none()) {
            let known: Vec<&str> = crate::REMEDIES.iter().map(|def| def.id).collect();
            return Err(TreatError::Options(format!(
                "no remedy `{unknown}`: there are {}",
                known.join(", ")
            )));
        }
        let named = self
            .patient
            .findings
            .iter()
            .flat_map(|finding| &finding.remedies);
        let usual = USUAL.iter().map(|id| (*id).to_owned());
        let all: Vec<String> = match asked.is_empty() {
            true => named.cloned().chain(usual).collect(),
            false => asked.clone(),
        };
        for id in all {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        // Half of the budget is for confirmation; the baseline and the null remedy are screened, too.
        let mut room = match self.options.budget {
            Budget::Runs(runs) => (runs / 2).saturating_sub(2 * screen::SEEDS as usize),
            Budget::Time(_) => usize::MAX,
        };
        for id in ids {
            let Some(def) = remedies::find(&id) else {
                self.results.push(untried(
                    &id,
                    Verdict::NotApplicable,
                    "it is nothing that can be tried without you",
                ));
                continue;
            };
            match (def.changes)(&self.patient) {
                Err(reason) => self
                    .results
                    .push(untried(&id, Verdict::NotApplicable, &reason)),
                Ok(mut changes) => {
                    let fits = room / screen::SEEDS as usize;
                    changes.truncate(fits);
                    if changes.is_empty() {
                        let reason = "the budget ends before it; give --budget more runs";
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
}
