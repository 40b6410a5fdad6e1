//! A spec of an old Keras, brought up to date before anything reads it.

use regimen_nn::dialect::{Door, Version, detect};
use regimen_nn::{Object, OptionError};
use regimen_run::RunSpec;
use regimen_run::spec::{KerasObject, ModelSpec, PerOutput, SpecMap};

use crate::TrainError;
use crate::run::inputs::object;

/// The spec in today's names and options, and what was changed, a line each.
///
/// What is refused does not hide the rest: `check` reads what could be brought up to date, and its faults come along.
pub(super) fn today(
    spec: &RunSpec,
    map: &SpecMap,
    check: impl FnOnce(&RunSpec) -> Result<(), TrainError>,
) -> Result<(RunSpec, Vec<String>), TrainError> {
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
    let errors = update(&mut door, &mut spec);
    if !errors.is_empty() {
        return Err(TrainError::Options(with_others(errors, check(&spec))));
    }
    let mut notes = door.notes().to_vec();
    let counted = map.contains_key("fit.nb_epoch");
    if counted {
        notes.push("fit: `nb_epoch` is `epochs` today".to_string());
    }
    let stated = ["keras_version", "model.keras_version"];
    let by_names =
        counted && version == Version::ONE && !stated.iter().any(|path| map.contains_key(*path));
    if version < Version::TODAY {
        let why = match spec.keras_version {
            Some(_) if !by_names => "as stated",
            _ => "by the oldest names that it uses; `keras_version` can state another one",
        };
        let text = format!("This spec is read as one of Keras {version} ({why}).");
        notes.insert(0, text);
    } else if version > Version::TODAY {
        let today = Version::TODAY;
        let text = format!(
            "This spec states Keras {version}; what came after {today} is not known, and it is read as one of {today}."
        );
        notes.insert(0, text);
    }
    if version != Version::TODAY {
        // What was understood says everything itself.
        spec.keras_version = Some(Version::TODAY.to_string());
    }
    Ok((spec, notes))
}

/// Brings every part of a spec up to date as far as it goes; what is refused.
fn update(door: &mut Door, spec: &mut RunSpec) -> Vec<OptionError> {
    let mut errors = vec![];
    match &mut spec.model {
        ModelSpec::Keras(model) => update_layer(door, model, "model", &mut errors),
        ModelSpec::Layers(list) => {
            for (i, layer) in list.layers.iter_mut().enumerate() {
                let path = format!("model.layers[{i}]");
                update_layer(door, &mut layer.object, &path, &mut errors);
            }
        }
    }
    let optimizer = &mut spec.compile.optimizer;
    let made = door.optimizer(&object(optimizer), "compile.optimizer");
    take(optimizer, made, &mut errors);
    let compile = &mut spec.compile;
    let parts = [
        ("compile.metrics", &mut compile.metrics),
        ("compile.weighted_metrics", &mut compile.weighted_metrics),
    ];
    for (path, metrics) in parts {
        for (path, metric) in each(metrics, path) {
            let made = door.metric(&object(metric), &path);
            take(metric, made, &mut errors);
        }
    }
    for (i, callback) in spec.callbacks.iter_mut().enumerate() {
        let made = door.callback(&object(callback), &format!("callbacks[{i}]"));
        take(callback, made, &mut errors);
    }
    errors
}

/// The metrics of all outputs with their paths.
fn each<'a>(
    metrics: &'a mut PerOutput<Vec<KerasObject>>,
    path: &str,
) -> Vec<(String, &'a mut KerasObject)> {
    let lists: Vec<(String, &mut Vec<KerasObject>)> = match metrics {
        PerOutput::All(list) => vec![(path.to_string(), list)],
        PerOutput::InOrder(lists) => (lists.iter_mut().enumerate())
            .map(|(i, list)| (format!("{path}[{i}]"), list))
            .collect(),
        PerOutput::Named(lists) => (lists.iter_mut())
            .map(|(name, list)| (format!("{path}.{name}"), list))
            .collect(),
    };
    let numbered = |(path, list): (String, &'a mut Vec<KerasObject>)| {
        let metrics = list.iter_mut().enumerate();
        metrics.map(move |(i, metric)| (format!("{path}[{i}]"), metric))
    };
    lists.into_iter().flat_map(numbered).collect()
}

/// The refusals and the other faults, but those of what was refused, which cannot be read for that
/// reason.
fn with_others(refused: Vec<OptionError>, check: Result<(), TrainError>) -> Vec<OptionError> {
    let Err(TrainError::Options(found)) = check else {
        return refused;
    };
    let below = |path: &str, above: &str| {
        let rest = path.strip_prefix(above);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let other = |fault: &OptionError| !refused.iter().any(|r| below(&fault.path, &r.path));
    let others: Vec<OptionError> = found.into_iter().filter(other).collect();
    refused.into_iter().chain(others).collect()
}

fn update_layer(
    door: &mut Door,
    layer: &mut KerasObject,
    path: &str,
    errors: &mut Vec<OptionError>,
) {
    let mut made = object(layer);
    door.update_layer(&mut made, path, errors);
    take(layer, Ok(made), errors);
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
