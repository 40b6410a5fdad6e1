//! What a training says while it runs, and its findings.

use std::path::Path;
use std::sync::PoisonError;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use regimen::doctor::Watcher;
use regimen::run::event::Logs;
use regimen::run::{Event, Finding};
use regimen::train::{Output, TrainError};

use crate::callback::Raised;
use crate::doctor;

/// Tells an observer of Python (`_tell(what, index, logs or text)`), and keeps events for the doctor.
pub(crate) struct Told {
    observer: Py<PyAny>,
    /// Whether the observer wants to see progress inside epochs.
    batches: bool,
    raised: Raised,
    watcher: Watcher,
    events: Vec<Event>,
}

/// The events of a training.
#[pyclass(frozen, module = "regimen._regimen")]
pub(crate) struct Course {
    events: Vec<Event>,
}

#[pymethods]
impl Course {
    /// Losses and metrics over the epochs, as SVG.
    fn curves(&self) -> String {
        regimen::view::curves_svg(&self.events)
    }
}

impl Told {
    pub(crate) fn new(observer: Py<PyAny>, batches: bool, raised: &Raised) -> Told {
        Told {
            observer,
            batches,
            raised: Raised::clone(raised),
            watcher: Watcher::new(),
            events: vec![],
        }
    }

    /// All that was found.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        doctor::of_events(&self.events)
    }

    /// What happened, to be drawn.
    pub(crate) fn course(self) -> Course {
        Course {
            events: self.events,
        }
    }

    fn tell(
        &self,
        what: &str,
        index: usize,
        logs: Option<&Logs>,
        text: Option<&str>,
    ) -> Result<(), TrainError> {
        let told = Python::attach(|py| -> PyResult<()> {
            py.check_signals()?;
            if what.is_empty() {
                return Ok(());
            }
            let logs = logs.map(|logs| dict(py, logs)).transpose()?;
            self.observer
                .bind(py)
                .call_method1("_tell", (what, index, logs, text))?;
            Ok(())
        });
        told.map_err(|error| {
            let text = error.to_string();
            *self.raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            TrainError::Arguments(text)
        })
    }
}

/// Writes a file, whole or not at all.
fn whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut file = regimen::save::NewFile::beside(path)?;
    file.write_all(bytes)?;
    file.commit()
}

/// Logs as a dict of Python, in their order.
pub(crate) fn dict<'py>(py: Python<'py>, logs: &Logs) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in logs {
        dict.set_item(name, value)?;
    }
    Ok(dict)
}

impl Output for Told {
    fn event(&mut self, event: &Event) -> Result<(), TrainError> {
        match event {
            Event::BatchEnd { batch, logs, .. } if self.batches => {
                return self.tell("batch", *batch, Some(logs), None);
            }
            Event::BatchEnd { .. } => return self.tell("", 0, None, None),
            Event::EpochBegin { epoch } => self.tell("epoch_begin", *epoch, None, None)?,
            Event::EpochEnd { epoch, logs, .. } => {
                self.tell("epoch_end", *epoch, Some(logs), None)?
            }
            Event::Message { epoch, text } => self.tell("message", *epoch, None, Some(text))?,
            _ => {}
        }
        self.events.push(event.clone());
        for finding in self.watcher.see(event) {
            let text = serde_json::to_string(&finding).unwrap_or_default();
            self.tell("finding", 0, None, Some(&text))?;
        }
        Ok(())
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<String, TrainError> {
        self.place(name, &mut |path| {
            let written = whole(path, bytes);
            written.map_err(|e| TrainError::Arguments(format!("{}: {e}", path.display())))
        })
    }

    fn place(
        &mut self,
        name: &str,
        put: &mut dyn FnMut(&Path) -> Result<(), TrainError>,
    ) -> Result<String, TrainError> {
        let path = Path::new(name);
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            let made = std::fs::create_dir_all(folder);
            made.map_err(|e| TrainError::Arguments(format!("{}: {e}", folder.display())))?;
        }
        put(path)?;
        Ok(name.to_owned())
    }

    fn remove(&mut self, name: &str) -> Result<(), TrainError> {
        match std::fs::remove_file(name) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(TrainError::Arguments(format!("{name}: {e}")))
            }
            _ => Ok(()),
        }
    }
}
