//! A spec of an old Keras, brought up to date before anything reads it.

use regimen_nn::dialect::{Door, Version, detect};
use regimen_nn::{Object, OptionError};
use regimen_run::RunSpec;
use regimen_run::spec::{KerasObject, ModelSpec};

use crate::TrainError;
use crate::run::inputs::object;

/// The spec in today's names and options, and what was changed, a line each.
pub(super) fn today(spec: &RunSpec) -> Result<(RunSpec, Vec<String>), TrainError> {
    let version = match &spec.keras_version {
        Some(text) => Version::parse(text).map_err(|message| {
            TrainError::Options(vec![OptionError {
                path: "keras_version".to_string(),
                message: format!("`keras_version`: {message}"),
            }])
        })?,
        None => version_of(spec),
    };
    let (mut door, mut spec) = (Door::new(version), spec.clone());
    let mut errors = vec![];
    match &mut spec.model {
        ModelSpec::Keras(model) => take(model, door.layer(&object(model), "model"), &mut errors),
        ModelSpec::Layers(list) => {
            for (i, layer) in list.layers.iter_mut().enumerate() {
                let made = door.layer(&object(&layer.object), &format!("model.layers[{i}]"));
                take(&mut layer.object, made, &mut errors);
            }
        }
    }
    let optimizer = &mut spec.compile.optimizer;
    let made = door.optimizer(&object(optimizer), "compile.optimizer");
    take(optimizer, made, &mut errors);
    let compile = &mut spec.compile;
    let weighted = compile.weighted_metrics.iter_mut();
    for metric in compile.metrics.iter_mut().chain(weighted).flatten() {
        let made = door.metric(&object(metric));
        take(metric, Ok(made), &mut errors);
    }
    for (i, callback) in spec.callbacks.iter_mut().enumerate() {
        let made = door.callback(&object(callback), &format!("callbacks[{i}]"));
        take(callback, made, &mut errors);
    }
    if !errors.is_empty() {
        return Err(TrainError::Options(errors));
    }
    let mut notes = door.notes().to_vec();
    if version < Version::TODAY {
        let why = match spec.keras_version {
            Some(_) => "as stated",
            None => "by the oldest names that it uses; `keras_version` can state another one",
        };
        notes.insert(
            0,
            format!("This spec is read as one of Keras {version} ({why})."),
        );
        // What was understood says everything itself.
        spec.keras_version = Some(Version::TODAY.to_string());
    }
    Ok((spec, notes))
}

fn version_of(spec: &RunSpec) -> Version {
    let layers: Vec<Object> = match &spec.model {
        ModelSpec::Keras(model) => vec![object(model)],
        ModelSpec::Layers(list) => list.layers.iter().map(|l| object(&l.object)).collect(),
    };
    let compile = &spec.compile;
    let weighted = compile.weighted_metrics.iter();
    let metrics = compile.metrics.iter().chain(weighted).flatten();
    let metrics: Vec<Object> = metrics.map(object).collect();
    let callbacks: Vec<Object> = spec.callbacks.iter().map(object).collect();
    detect(
        &layers,
        Some(&object(&compile.optimizer)),
        &metrics,
        &callbacks,
    )
}

fn take(
    place: &mut KerasObject,
    made: Result<Object, Vec<OptionError>>,
    errors: &mut Vec<OptionError>,
) {
    match made {
        Ok(made) => {
            place.class_name = made.class_name;
            place.config = made.config;
        }
        Err(more) => errors.extend(more),
    }
}
