//! What a spec names, made: model, callbacks, and the target of each output; or every fault in its names and options.
//!
//! No data is read for it. Where layers have faults, the names around them are checked all the same.

use regimen_nn::{Model, OptionError, losses, metrics, optimizers};
use regimen_run::RunSpec;
use regimen_run::spec::PerOutput;

use crate::callbacks::{self, Callback, Place};
use crate::outputs::{Outputs, each_its_own};
use crate::run::{RunOptions, inputs, targets};
use crate::{CompileOptions, TrainError};

/// The parts of a spec that need no data.
pub(super) struct NamedParts {
    pub(super) model: Model,
    pub(super) callbacks: Vec<Box<dyn Callback>>,
    /// The data's target of each output with a loss.
    pub(super) targets: Vec<usize>,
}

impl NamedParts {
    pub(super) fn of(spec: &RunSpec, options: &RunOptions) -> Result<NamedParts, TrainError> {
        let mut errors = vec![];
        let draft = inputs::draft(spec);
        let callbacks = callbacks_of(spec, options, &mut errors);
        let compile = inputs::compile(spec);
        check_options(&compile, &mut errors);
        let mut order = vec![];
        if let Some(names) = draft.output_names() {
            check_outputs(Outputs(&names), &compile, &mut errors);
            order = targets::order(spec, &names, &mut errors);
        }
        targets::check_class_weight(spec, &mut errors);
        let model = draft.with_errors(errors).finish();
        Ok(NamedParts {
            model: model.map_err(TrainError::Options)?,
            callbacks,
            targets: order,
        })
    }
}

fn callbacks_of(
    spec: &RunSpec,
    options: &RunOptions,
    errors: &mut Vec<OptionError>,
) -> Vec<Box<dyn Callback>> {
    let place = Place {
        folder: options.folder.clone(),
        ..Place::default()
    };
    let (mut made, mut whole) = (vec![], true);
    for (i, c) in spec.callbacks.iter().enumerate() {
        match callbacks::read(&inputs::object(c), &format!("callbacks[{i}]"), &place) {
            Ok(callback) => made.push(callback),
            Err(more) => {
                errors.extend(more);
                whole = false;
            }
        }
    }
    // Their numbers are those of the list where all could be read.
    if let (true, Err(more)) = (whole, callbacks::check_apart(&made)) {
        errors.extend(more);
    }
    made
}

/// Notes unknown names and options of optimizer, losses and metrics.
fn check_options(compile: &CompileOptions, errors: &mut Vec<OptionError>) {
    if let Err(more) = optimizers::read(&compile.optimizer, "compile.optimizer") {
        errors.extend(more);
    }
    // `crossentropy` and `accuracy` are chosen by shapes, once they are known.
    let (y, one) = ([2, 1], [1]);
    for (path, loss) in places("compile.loss", &compile.loss) {
        let Some(loss) = loss else { continue };
        let by_shapes = losses::by_shapes(&loss.class_name, &one, &one).is_some();
        if let Err(more) = losses::read(loss, &path)
            && !by_shapes
        {
            errors.extend(more);
        }
    }
    for (key, metrics) in [
        ("compile.metrics", &compile.metrics),
        ("compile.weighted_metrics", &compile.weighted_metrics),
    ] {
        for (path, list) in places(key, metrics) {
            for (i, metric) in list.iter().enumerate() {
                if metrics::by_shapes(&metric.class_name, &y, &y).is_some() {
                    continue;
                }
                let found = metrics::read(metric, &format!("{path}[{i}]"), &y, &y);
                errors.extend(found.err().unwrap_or_default());
            }
        }
    }
}

/// What stands for one output or all, each with its place.
fn places<'a, T>(path: &str, given: &'a PerOutput<T>) -> Vec<(String, &'a T)> {
    match given {
        PerOutput::All(one) => vec![(path.to_string(), one)],
        PerOutput::InOrder(list) => (list.iter().enumerate())
            .map(|(i, one)| (format!("{path}[{i}]"), one))
            .collect(),
        PerOutput::Named(map) => (map.iter())
            .map(|(name, one)| (format!("{path}.{name}"), one))
            .collect(),
    }
}

/// Notes what `compile` says of outputs that are not there; [`targets::order`] does so for losses.
fn check_outputs(outputs: Outputs<'_>, compile: &CompileOptions, errors: &mut Vec<OptionError>) {
    if let Some(weights) = &compile.loss_weights {
        outputs.each("loss_weights", weights, errors);
    }
    for (key, metrics) in [
        ("metrics", &compile.metrics),
        ("weighted_metrics", &compile.weighted_metrics),
    ] {
        let own = each_its_own(metrics, outputs.0.len());
        outputs.each(key, own.as_ref().unwrap_or(metrics), errors);
    }
}
