//! `model.treat`: which remedy helps, by paired trainings of a run on paper.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::prelude::*;
use pyo3::types::PyDict;
use regimen::cpu::{CpuEngine, CpuOptions};
use regimen::graph::Engine;
use regimen::run::RunSpec;
use regimen::run::treatment::Settings;
use regimen::treat::{self, Folder, Told, TreatError, TreatOptions};
use regimen::view::treatment_text;

use crate::fault;

/// Results as JSON, the same as text, the improved run file.
type Results = (String, String, Option<PathBuf>);

/// Treats the run in a file; trials and results go into the folder. `tell` is called with a line of text for each phase and
/// trial, and what it raises ends the treatment. A treatment of the same run that was broken off goes on.
#[pyfunction]
pub(crate) fn treat_run(
    py: Python<'_>,
    file: PathBuf,
    folder: PathBuf,
    options: &Bound<'_, PyDict>,
    tell: Py<PyAny>,
) -> PyResult<Results> {
    let (spec, map) = RunSpec::from_path(&file).map_err(|e| fault::value(e.to_string()))?;
    let given = settings(options)?;
    let interrupt = Arc::new(AtomicBool::new(false));
    let mut raised = None;
    let done = py.detach(|| {
        let begun = folder.join(regimen::run::treatment::TRIALS_FILE).exists();
        let held = Folder::open(&folder, &spec, begun)?;
        let settings = held.settle(&given).inspect_err(|_| held.abandon())?;
        let options = TreatOptions {
            budget: settings.budget.parse().map_err(TreatError::Options)?,
            margin: settings.margin,
            metric: settings.metric,
            remedies: settings.remedies,
            seed: None,
            finished: settings.finished,
            data_dir: None,
            max_memory: None,
            interrupt: Arc::clone(&interrupt),
        };
        let engine: Box<dyn Engine> = Box::new(CpuEngine::new(CpuOptions::default()));
        let mut tell = |told: &Told<'_>| {
            let line = line(told);
            let heard = Python::attach(|py| {
                py.check_signals()?;
                line.map_or(Ok(()), |line| tell.call1(py, (line,)).map(|_| ()))
            });
            if let Err(error) = heard {
                interrupt.store(true, Ordering::Relaxed);
                raised.get_or_insert(error);
            }
        };
        let place = held.path();
        let treated = treat::treat(&spec, &map, &file, &[engine], place, &options, &mut tell);
        let treated = treated.inspect_err(|_| held.abandon())?;
        let improved = held.finish(&treated, &file)?;
        Ok((treated.treatment, improved))
    });
    match (done, raised) {
        (_, Some(raised)) => Err(raised),
        (Err(error), None) => Err(failed(error)),
        (Ok((treatment, improved)), None) => {
            let json =
                serde_json::to_string(&treatment).map_err(|e| fault::value(e.to_string()))?;
            Ok((json, treatment_text(&treatment), improved))
        }
    }
}

/// An exception of Python code that was traced goes before the error that it led to.
fn failed(error: TreatError) -> PyErr {
    crate::foreign::raised().unwrap_or_else(|| fault::value(error.to_string()))
}

fn settings(options: &Bound<'_, PyDict>) -> PyResult<Settings> {
    let mut settings = Settings {
        budget: String::new(),
        margin: None,
        metric: None,
        remedies: vec![],
        finished: 0,
    };
    for (key, value) in options {
        let key: String = key.extract()?;
        match key.as_str() {
            "budget" => settings.budget = value.extract()?,
            "margin" => settings.margin = value.extract()?,
            "metric" => settings.metric = value.extract()?,
            "remedies" => settings.remedies = value.extract()?,
            key => return Err(fault::value(format!("treat: there is no argument `{key}`"))),
        }
    }
    Ok(settings)
}

/// A line on what happened.
fn line(told: &Told<'_>) -> Option<String> {
    match told {
        Told::Phase {
            phase,
            planned,
            done,
        } => Some(format!("{phase:?}: {done} of {planned} trainings")),
        Told::Epoch { .. } => None,
        Told::Trial {
            outcome,
            more_is_better,
            ..
        } => {
            let sign = if *more_is_better { 1.0 } else { -1.0 };
            let score = match (&outcome.failed, outcome.validation) {
                (Some(why), _) => why.clone(),
                (None, Some(score)) => format!("{:.4}", sign * score),
                (None, None) => "no finite score".to_owned(),
            };
            let name = match outcome.change.as_str() {
                "" => outcome.remedy.clone(),
                change => format!("{} ({change})", outcome.remedy),
            };
            Some(format!("  {name}, seed {}: {score}", outcome.seed))
        }
    }
}
