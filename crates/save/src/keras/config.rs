//! The config of a model as Keras reads it: ours, and what Keras wants to find beside it.

use regimen_nn::Model;
use regimen_nn::model::{Description, InputInfo, to_keras};
use serde_json::{Value as Json, json};

use super::adapted::without_learnt;
use super::stages::with_built_stages;
use super::tensors::with_shapes;

/// The version of Keras that files are written for.
pub(crate) const KERAS: &str = "3.15.1";

/// The config of a model for these inputs.
pub(crate) fn config_of(model: &Model, inputs: &[InputInfo], description: &Description) -> Json {
    let mut config = to_keras(model);
    without_learnt(&mut config);
    in_classes_of_keras(&mut config);
    with_shapes(&mut config, description);
    with_built_stages(&mut config, description, "");
    with_input(&mut config, inputs);
    config
}

/// ThresholdedReLU is no class of Keras 3, whose ReLU has its threshold as an option.
fn in_classes_of_keras(config: &mut Json) {
    match config {
        Json::Array(all) => all.iter_mut().for_each(in_classes_of_keras),
        Json::Object(map) => {
            if map.get("class_name") == Some(&json!("ThresholdedReLU"))
                && let Some(Json::Object(own)) = map.get_mut("config")
            {
                let theta = own.remove("theta").unwrap_or(json!(1.0));
                own.insert("threshold".to_owned(), theta);
                map.insert("class_name".to_owned(), json!("ReLU"));
            }
            map.values_mut().for_each(in_classes_of_keras);
        }
        _ => {}
    }
}

/// A Sequential model without an Input gets one, of the sizes of its rows.
fn with_input(config: &mut Json, inputs: &[InputInfo]) {
    let layers = config["config"]["layers"].as_array();
    let declared = layers
        .and_then(|layers| layers.first())
        .is_some_and(|first| first["class_name"] == "InputLayer");
    let (false, "Sequential", [input]) = (
        declared,
        config["class_name"].as_str().unwrap_or_default(),
        inputs,
    ) else {
        return;
    };
    let rows = std::iter::once(None).chain(input.shape.iter().copied());
    let shape: Json = rows.map(|size| json!(size)).collect();
    if let Some(layers) = config["config"]["layers"].as_array_mut() {
        layers.insert(0, input_layer(layers, &shape));
    }
}

/// An InputLayer for rows of this shape, by a name that none of the layers has.
pub(crate) fn input_layer(layers: &[Json], shape: &Json) -> Json {
    let has = |name: &str| layers.iter().any(|layer| layer["config"]["name"] == name);
    let mut name = "input_layer".to_owned();
    while has(&name) {
        name.push('_');
    }
    json!({ "module": "keras.layers", "class_name": "InputLayer", "registered_name": null,
        "config": { "batch_shape": shape, "dtype": "float32", "sparse": false, "name": name } })
}
