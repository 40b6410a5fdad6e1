//! What a layer learned from data by `adapt()` and keeps in the weights, where Keras's config says nothing of it: the mean
//! and the variance of Normalization. They are put into the config, where they are read from.

use std::collections::BTreeMap;

use regimen_graph::Tensor;
use regimen_nn::object::snake_case;
use serde_json::{Value as Json, json};

use super::places::keras_class;
use crate::hdf5::{H5Error, H5File};

/// Fills in a model's config from the weights file.
pub(super) fn with_adapted(model: &mut Json, file: &H5File, group: &str) -> Result<(), H5Error> {
    let layers = model
        .get_mut("config")
        .and_then(|config| config.get_mut("layers"))
        .and_then(Json::as_array_mut);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for layer in layers.into_iter().flatten() {
        let class = layer["class_name"].as_str().unwrap_or_default().to_owned();
        let snake = snake_case(keras_class(&class));
        let count = counts.entry(snake.clone()).or_insert(0);
        let own = match *count {
            0 => snake,
            n => format!("{snake}_{n}"),
        };
        *count += 1;
        let own = match group {
            "" => format!("layers/{own}"),
            group => format!("{group}/layers/{own}"),
        };
        match class.as_str() {
            "Functional" | "Sequential" | "Model" => with_adapted(layer, file, &own)?,
            "Normalization" => normalization(&mut layer["config"], file, &own)?,
            _ => {}
        }
    }
    Ok(())
}

fn normalization(config: &mut Json, file: &H5File, group: &str) -> Result<(), H5Error> {
    if !config["mean"].is_null() || !config.is_object() {
        return Ok(());
    }
    for (name, index) in [("mean", 0), ("variance", 1)] {
        let path = format!("{group}/vars/{index}");
        // One that was never adapted has none.
        if !file.datasets().contains_key(&path) {
            return Ok(());
        }
        let tensor = read_adapted(file, &path)?;
        config[name] = nested(&tensor.to_f64(), &tensor.shape);
    }
    Ok(())
}

/// Most numbers that a Normalization has: one for each feature.
const FEATURES: usize = 1 << 20;

/// What `adapt()` left, whose size no config tells.
pub(crate) fn read_adapted(file: &H5File, path: &str) -> Result<Tensor, H5Error> {
    let shape = file.datasets().get(path).map(|known| known.shape.clone());
    let shape = shape.unwrap_or_default();
    let count = shape
        .iter()
        .try_fold(1usize, |n, size| n.checked_mul(*size));
    match count.is_some_and(|count| count <= FEATURES) {
        true => file.read(path, &shape),
        false => Err(H5Error::Refused {
            path: path.to_owned(),
            fault: format!(
                "has the shape {shape:?}, more than the {FEATURES} numbers that a Normalization may have"
            ),
        }),
    }
}

/// Values as lists in lists.
pub(crate) fn nested(values: &[f64], shape: &[usize]) -> Json {
    match shape.split_first() {
        None => json!(values.first()),
        Some((_, inner)) => {
            let size = inner.iter().product::<usize>().max(1);
            values
                .chunks(size)
                .map(|part| nested(part, inner))
                .collect()
        }
    }
}
