//! Configs: checked, brought up to date, filled in.

use pyo3::prelude::*;
use regimen::nn::dialect::{Door, Version};
use regimen::nn::{Object, OptionError, layers, losses, metrics, optimizers, schedules};
use regimen::train::callbacks;
use serde_json::json;

use crate::{fault, values};

/// An object of a kind as `{class_name, config}` in today's names and what was changed, one line each. Wrong and unknown
/// options are refused.
#[pyfunction]
pub(crate) fn checked(
    kind: &str,
    object: &str,
    version: Option<&str>,
) -> PyResult<(String, Vec<String>)> {
    let object = values::object(object)?;
    let version = match version {
        Some(text) => Version::parse(text).map_err(fault::value)?,
        None => Version::new(3, 15, 0),
    };
    let mut door = Door::new(version);
    let today = today(kind, &object, &mut door).map_err(fault::options)?;
    let json = json!({ "class_name": today.class_name, "config": today.config });
    Ok((json.to_string(), door.notes().to_vec()))
}

fn today(kind: &str, object: &Object, door: &mut Door) -> Result<Object, Vec<OptionError>> {
    let path = object.class_name.as_str();
    let mut today = match kind {
        "layers" => door.layer(object, path)?,
        "optimizers" => door.optimizer(object, path)?,
        "metrics" => door.metric(object, path)?,
        "callbacks" => door.callback(object, path)?,
        _ => object.clone(),
    };
    let class_name = match kind {
        "layers" => {
            // What every layer has is the model's to read.
            let mut own = today.clone();
            own.config
                .retain(|key, _| !OF_EVERY_LAYER.contains(&key.as_str()));
            let layer = layers::read(&own, path)?;
            for (key, value) in layer.config() {
                today.config.insert(key, value);
            }
            layer.class_name()
        }
        "losses" => losses::read(&today, path)?.class_name(),
        "optimizers" => optimizers::read(&today, path)?.class_name(),
        "schedules" => {
            schedules::read(&today, path)?;
            schedules::find(&today.class_name).map_or("", |def| def.class_name)
        }
        "metrics" => {
            let shape = [2, 2];
            metrics::read(&today, path, &shape, &shape)?;
            metrics::find(&today.class_name).map_or("MeanMetricWrapper", |def| def.class_name)
        }
        "callbacks" => callbacks::read(&today, path, &crate::callback::anywhere())?.class_name(),
        _ => return Ok(today),
    };
    class_name.clone_into(&mut today.class_name);
    Ok(today)
}

const OF_EVERY_LAYER: [&str; 3] = ["name", "trainable", "dtype"];
