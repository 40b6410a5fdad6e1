//! The doctor: findings of a log, a history, a file or a folder.

use pyo3::prelude::*;
use regimen::doctor::{self, Facts};
use regimen::run::{Event, Finding};
use serde_json::Value as Json;

use crate::fault;

/// Findings as JSON.
pub(crate) fn told(findings: &[Finding]) -> Json {
    doctor::to_json(findings)["findings"].clone()
}

/// Findings of events.
pub(crate) fn of_events(events: &[Event]) -> Vec<Finding> {
    doctor::diagnose(&Facts::from_events(events))
}

/// Findings of each run in a text: console output of any Keras, a CSVLogger's file, a history in JSON. Gives them as JSON.
#[pyfunction]
#[pyo3(signature = (text, train_samples=None, val_samples=None))]
pub(crate) fn diagnose(
    text: &str,
    train_samples: Option<usize>,
    val_samples: Option<usize>,
) -> PyResult<String> {
    let mut logs = doctor::log::read(text).map_err(|e| fault::value(e.to_string()))?;
    let found = logs.iter_mut().map(|log| {
        log.data.train_rows = log.data.train_rows.or(train_samples);
        log.data.val_rows = log.data.val_rows.or(val_samples);
        told(&doctor::diagnose(&log.facts()))
    });
    Ok(found.collect::<Json>().to_string())
}

/// The long text on a finding.
#[pyfunction]
pub(crate) fn explain(id: &str) -> PyResult<String> {
    let known = doctor::find(id);
    known
        .map(|def| def.explain.to_owned())
        .ok_or_else(|| fault::value(format!("there is no finding `{id}`")))
}
