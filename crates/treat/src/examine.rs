//! What is known of a run before its first remedy: one training of it, and one range test.

use std::path::Path;

use regimen_graph::Engine;
use regimen_run::RunSpec;
use regimen_run::spec::SpecMap;
use regimen_train::run::{self, RunOptions, Trial};

use crate::course::{first_run, range_test};
use crate::{Patient, Score, TreatError, TreatOptions};

/// A run that was looked at.
#[derive(Debug, Clone)]
pub struct Examined {
    /// The run, and what its first training showed.
    pub patient: Patient,
    /// What runs are judged by.
    pub score: Score,
    /// Its first training, from the run's own seed.
    pub first: Trial,
}

/// Trains a run twice, as it is and in a range test, for remedies to be chosen by hand. `folder` is left with its first run.
pub fn examine(
    spec: &RunSpec,
    (map, file): (&SpecMap, &Path),
    engine: &dyn Engine,
    folder: &Path,
    options: &TreatOptions,
) -> Result<Examined, TreatError> {
    let place = (map, file);
    let (showed, first, _) = first_run::run(spec, place, engine, folder, options, &mut |_| ())?;
    let mut patient = showed.patient(spec);
    let rising = range_test::spec_of(spec, patient.profile.rows[0]);
    let run_options = RunOptions {
        data_dir: options.data_dir.clone(),
        max_memory: options.max_memory,
        logs_alone: true,
        ..RunOptions::default()
    };
    // A test that fails suggests nothing.
    let test = run::trial(&rising, map, file, engine, &run_options, &mut |_| ());
    let loss = |logs: &regimen_run::event::Logs| logs.get("loss").map_or(f32::NAN, |x| *x as f32);
    patient.range_rate = test.ok().and_then(|test| {
        let losses: Vec<f32> = test.report.history.iter().map(loss).collect();
        range_test::suggestion(&losses)
    });
    Ok(Examined {
        patient,
        score: showed.score,
        first,
    })
}
