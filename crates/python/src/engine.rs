//! The one engine of the process.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use pyo3::exceptions::PyRuntimeError;
use pyo3::{PyResult, pyfunction};
use regimen::cpu::{CpuEngine, CpuOptions};

use crate::fault;

static ENGINE: OnceLock<CpuEngine> = OnceLock::new();
static THREADS: AtomicUsize = AtomicUsize::new(0);

/// The engine, made when it is first asked for.
pub(crate) fn engine() -> &'static CpuEngine {
    ENGINE.get_or_init(|| {
        let threads = THREADS.load(Ordering::Relaxed);
        CpuEngine::new(CpuOptions {
            threads: (threads > 0).then_some(threads),
            ..CpuOptions::default()
        })
    })
}

/// Threads to compute with, from before the first computation on. No number depends on it.
#[pyfunction]
pub(crate) fn set_threads(threads: usize) -> PyResult<()> {
    if ENGINE.get().is_some() {
        return Err(fault::value(
            "the engine runs already: set the number of threads before the first model computes",
        ));
    }
    THREADS.store(threads, Ordering::Relaxed);
    Ok(())
}

static FORKED: AtomicBool = AtomicBool::new(false);

/// Told in a process that was forked: the threads of an engine that ran before are not there.
#[pyfunction]
pub(crate) fn forked() {
    FORKED.store(ENGINE.get().is_some(), Ordering::Relaxed);
}

/// Refuses to compute where threads are missing that computing would wait for.
pub(crate) fn check() -> PyResult<()> {
    match FORKED.load(Ordering::Relaxed) {
        false => Ok(()),
        true => Err(PyRuntimeError::new_err(
            "this process was forked from one in which models had computed, whose threads it lacks: start it by spawn \
             (multiprocessing.get_context(\"spawn\")), or fork before the first model computes",
        )),
    }
}
