//! The one engine of the process.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::PyResult;
use pyo3::pyfunction;
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
