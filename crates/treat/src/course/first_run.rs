//! The first run of the baseline, kept in a run folder of its own, and what it showed.
//!
//! `patient.json` holds what the treatment needs of it, so that one that goes on after a stop does not run it again.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use regimen_graph::Engine;
use regimen_run::folder::write_atomic;
use regimen_run::spec::SpecMap;
use regimen_run::treatment::{BASELINE, BASELINE_FOLDER};
use regimen_run::{Event, Finding, Profile, RunSpec};
use regimen_train::run::{self, RunOptions, Trial};
use serde::{Deserialize, Serialize};

use crate::treatment::{Told, TreatOptions};
use crate::trials::Score;
use crate::{Patient, TreatError};

const NOT_VALIDATED: &str = "nothing is validated on, so that remedies cannot be compared: give a validation part (data.split)";
/// File with what the first run showed.
const FILE: &str = "patient.json";

/// What the first run showed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Showed {
    pub score: Score,
    pub findings: Vec<Finding>,
    profile: Profile,
    rate: Option<f64>,
    epochs: usize,
}

impl Showed {
    pub fn patient(&self, spec: &RunSpec) -> Patient {
        Patient {
            spec: spec.clone(),
            findings: self.findings.clone(),
            profile: self.profile.clone(),
            rate: self.rate,
            range_rate: None,
            epochs: self.epochs,
        }
    }
}

/// What a folder knows of the first run.
pub(crate) fn known(folder: &Path) -> Option<Showed> {
    let bytes = std::fs::read(folder.join(FILE)).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// What cannot be followed, as far as it is known before the first epoch: nobody is to wait for it.
fn refusal(options: &TreatOptions, metrics: &[String], validated: usize) -> Option<TreatError> {
    if validated == 0 {
        return Some(TreatError::Baseline(NOT_VALIDATED.to_owned()));
    }
    let wanted = options.metric.as_ref()?;
    let known = metrics.contains(wanted) || wanted.ends_with("loss");
    (!known).then(|| {
        let known = metrics.join(", ");
        TreatError::Options(format!("no metric `{wanted}`: the run logs loss, {known}"))
    })
}

/// Runs the baseline from its first seed, and keeps what it showed.
pub(crate) fn run(
    spec: &RunSpec,
    (map, file): (&SpecMap, &Path),
    engine: &dyn Engine,
    folder: &Path,
    options: &TreatOptions,
    tell: &mut (dyn FnMut(&Told<'_>) + Send),
) -> Result<(Showed, Trial, Duration), TreatError> {
    let place = folder.join(BASELINE_FOLDER);
    let fault = |e: std::io::Error| TreatError::File {
        path: place.clone(),
        reason: e.to_string(),
    };
    // What a stopped treatment left of it begins anew.
    if place.exists() {
        std::fs::remove_dir_all(&place).map_err(fault)?;
    }
    let run_options = RunOptions {
        folder: Some(place.clone()),
        data_dir: options.data_dir.clone(),
        interrupt: Arc::clone(&options.interrupt),
        max_memory: options.max_memory,
        ..RunOptions::default()
    };
    let (mut profile, mut metrics, mut rate) = (Profile::default(), vec![], None);
    let mut refused = None;
    let begun = Instant::now();
    let mut watch = |event: &Event| match event {
        Event::Data { profile: of } => profile = of.clone(),
        Event::RunBegin {
            model, val_samples, ..
        } => {
            metrics.clone_from(&model.metrics);
            rate = model.learning_rate;
            refused = refusal(options, &metrics, *val_samples);
            if refused.is_some() {
                options.interrupt.store(true, Ordering::Relaxed);
            }
        }
        Event::EpochEnd { epoch, .. } => tell(&Told::Epoch {
            job: 0,
            remedy: BASELINE,
            change: "",
            seed: spec.seed,
            epochs: (epoch + 1, spec.fit.epochs),
            score: None,
        }),
        _ => {}
    };
    let trial = run::trial(spec, map, file, engine, &run_options, &mut watch);
    if let Some(refused) = refused {
        options.interrupt.store(false, Ordering::Relaxed);
        return Err(refused);
    }
    let trial = trial.map_err(|e| TreatError::Baseline(e.0))?;
    if trial.report.ended == "interrupted" {
        return Err(TreatError::Interrupted);
    }
    let score = Score::of(&trial, &metrics, options.metric.as_deref());
    let score = score.map_err(TreatError::Options)?;
    if trial.validation.is_none() {
        return Err(TreatError::Baseline(NOT_VALIDATED.to_owned()));
    }
    let showed = Showed {
        score,
        findings: trial.report.findings.clone(),
        profile,
        rate,
        epochs: trial.report.history.len(),
    };
    let json = serde_json::to_vec(&showed).map_err(|e| fault(e.into()))?;
    write_atomic(&folder.join(FILE), &json).map_err(|e| TreatError::Folder(Box::new(e)))?;
    Ok((showed, trial, begun.elapsed()))
}
