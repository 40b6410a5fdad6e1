//! `regimen._regimen`: what the Python package asks of the library.
//!
//! The package's own Python code holds what belongs to Python: classes with Keras's names, models under construction, and
//! what a script may hold in its hands. Everything that computes, reads or writes files, or judges is here, behind a few
//! functions that take configs as JSON, as Keras writes them, and arrays as NumPy's.

mod arguments;
mod arrays;
mod callback;
mod configs;
mod describe;
mod doctor;
mod eager;
mod eager_optimizer;
mod engine;
mod fault;
mod files;
mod foreign;
mod model_files;
mod outcome;
mod profile;
mod registry;
mod rows;
mod runner;
mod trace;
mod treatment;
mod values;

use pyo3::prelude::*;

#[pymodule]
mod _regimen {
    #[pymodule_export]
    use crate::callback::{Native, ask, learning_rate_now};
    #[pymodule_export]
    use crate::configs::checked;
    #[pymodule_export]
    use crate::describe::{describe, summary};
    #[pymodule_export]
    use crate::doctor::{diagnose, explain};
    #[pymodule_export]
    use crate::eager::{
        eager_apply, eager_loss, eager_metric_result, eager_metric_states, eager_metric_update,
        eager_schedule,
    };
    #[pymodule_export]
    use crate::eager_optimizer::EagerOptimizer;
    #[pymodule_export]
    use crate::engine::{forked, set_threads};
    #[pymodule_export]
    use crate::files::{file_config, open_model, read_optimizer};
    #[pymodule_export]
    use crate::foreign::{traced_aside, traced_loss, traced_update, traced_weight, traced_within};
    #[pymodule_export]
    use crate::model_files::{read_weights, save_model};
    #[pymodule_export]
    use crate::registry::registry;
    #[pymodule_export]
    use crate::runner::Runner;
    #[pymodule_export]
    use crate::trace::{
        Traced, concatenate, traced_apply, traced_call, traced_constant, traced_loss_of,
        traced_metric_result, traced_metric_update, traced_random,
    };
    #[pymodule_export]
    use crate::treatment::treat_run;
    #[pymodule_export]
    use crate::values::sample;

    #[pymodule_init]
    fn init(_module: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
        regimen::nn::foreign::install(Box::new(crate::foreign::Objects));
        Ok(())
    }
}
