//! What callbacks can tell before a run begins, each fault with its place in the run file.

use regimen_nn::OptionError;

use crate::callbacks::{self, Callback};
use crate::run::inputs::Samples;
use crate::{FitOptions, TrainError, Trainer};

/// Names in callbacks that the logs will not have, and the like, each with its place.
pub(super) fn check(
    trainer: &Trainer<'_>,
    made: &[Box<dyn Callback>],
    samples: &Samples,
    fit: &FitOptions,
) -> Result<(), TrainError> {
    let validates = samples.validation.rows() > 0 || fit.validation_split > 0.0;
    let names = trainer.log_names();
    let log_names = callbacks::log_names(names, validates, &trainer.rate_logs(), made);
    let cx = callbacks::Context {
        trainer: Some(trainer),
        learning_rate: trainer.learning_rate(),
        directions: &trainer.directions(),
        log_names: &log_names,
        epochs: fit.epochs,
    };
    let faults = made.iter().enumerate().filter_map(|(i, callback)| {
        let message = callback.check(&cx).err()?;
        Some(OptionError {
            path: format!("callbacks[{i}]"),
            message: format!("{}: {message}", callback.class_name()),
        })
    });
    let errors: Vec<OptionError> = faults.collect();
    match errors.is_empty() {
        true => Ok(()),
        false => Err(TrainError::Options(errors)),
    }
}
