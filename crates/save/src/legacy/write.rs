//! Writes a legacy file, as Keras 3 does: a whole model, or its weights alone.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use regimen_nn::Model;
use regimen_nn::model::Description;
use serde_json::{Value as Json, json};

use super::order::own_weights;
use crate::hdf5::{Attribute, Element, H5Writer};
use crate::keras::{KERAS, ModelFileError, config_of};
use crate::new_file::NewFile;
use crate::save::{FileConfig, Saving};
use crate::source::put_weight;

/// Bytes of an attribute, at most; more names are put into several.
const ATTRIBUTE: usize = 64_512;

/// Writes a whole model as a `.h5` file, whole or not at all. Weights are asked for one by one. The optimizer's state is
/// left out: Keras 3.15.1 builds it for no weights when it loads such a file, its own ones, too, and then refuses to train.
///
/// # Errors
///
/// Whatever writing a file may meet, and a weight that there is not.
pub fn write_legacy(path: &Path, saving: &Saving<'_>) -> Result<(), ModelFileError> {
    let write = || -> io::Result<()> {
        let mut file = H5Writer::new();
        let config = match saving.config {
            FileConfig::Own | FileConfig::Ours => {
                Some(config_of(saving.model, saving.inputs, saving.description))
            }
            FileConfig::Given(config) => Some(config.clone()),
            FileConfig::Left => None,
        };
        if let Some(config) = &config {
            let config = json!({ "class_name": config["class_name"], "config": config["config"] });
            file.attribute("", "model_config", Attribute::Text(config.to_string()));
            file.attribute("", "keras_version", Attribute::Text(KERAS.to_owned()));
            file.attribute("", "backend", Attribute::Text(BACKEND.to_owned()));
            if let Some(training) = training(saving.compile) {
                file.attribute("", "training_config", Attribute::Text(training.to_string()));
            }
        }
        // A file of weights alone has its layers at the top.
        let group = config.map_or("", |_| "model_weights/");
        let paths = layers(&mut file, saving.model, saving.description, group);
        NewFile::whole(path, |out| {
            file.write(out, &mut |dataset, out| {
                let path = paths.get(dataset).map_or(dataset, String::as_str);
                put_weight(out, saving.weight, path)
            })
        })
    };
    write().map_err(|fault| ModelFileError::file(path, fault.to_string()))
}

/// Kernels are not turned, as TensorFlow's are not: Keras 2 asks for that.
const BACKEND: &str = "tensorflow";

/// Declares groups, names and datasets; gives the weight of each dataset.
fn layers(
    file: &mut H5Writer,
    model: &Model,
    description: &Description,
    group: &str,
) -> BTreeMap<String, String> {
    let order = model.keras_order();
    let named = order.iter().map(|place| model.layers[*place].name.clone());
    let root = group.trim_end_matches('/');
    names(file, root, "layer_names", named.collect());
    file.attribute(root, "backend", Attribute::Text(BACKEND.to_owned()));
    file.attribute(root, "keras_version", Attribute::Text(KERAS.to_owned()));
    let mut paths = BTreeMap::new();
    let own = own_weights(model, &description.weights);
    for place in order {
        let layer = &model.layers[place].name;
        let own = own.iter().find(|own| own.name == *layer);
        let weights = own.map(|own| own.orders()[0].clone()).unwrap_or_default();
        let path = format!("{group}{layer}");
        let known = weights.iter().map(|w| format!("{}/{}", model.name, w.path));
        let known: Vec<String> = known.collect();
        for (weight, name) in weights.iter().zip(&known) {
            let dataset = format!("{path}/{name}");
            file.dataset(&dataset, Element::F32, &weight.shape);
            paths.insert(dataset, weight.path.clone());
        }
        names(file, &path, "weight_names", known);
    }
    names(
        file,
        &format!("{group}top_level_model_weights"),
        "weight_names",
        vec![],
    );
    paths
}

/// Names as an attribute, or as several where they are too long for one.
fn names(file: &mut H5Writer, path: &str, name: &str, all: Vec<String>) {
    let longest = all.iter().map(String::len).max().unwrap_or(0).max(1);
    let most = (ATTRIBUTE / longest).max(1);
    if all.len() <= most {
        file.attribute(path, name, Attribute::Texts(all));
        return;
    }
    for (k, part) in all.chunks(most).enumerate() {
        file.attribute(path, &format!("{name}{k}"), Attribute::Texts(part.to_vec()));
    }
}

/// `training_config`, from Keras 3's `compile_config`.
fn training(compile: &Json) -> Option<Json> {
    let mut training = compile.as_object()?.clone();
    let optimizer = training.remove("optimizer")?;
    let optimizer = match optimizer {
        Json::String(name) => json!({ "class_name": name, "config": {} }),
        known => json!({ "class_name": known["class_name"], "config": known["config"] }),
    };
    for key in ["loss", "metrics", "weighted_metrics"] {
        if let Some(value) = training.get_mut(key) {
            long_names(value);
        }
    }
    training.insert("optimizer_config".to_owned(), optimizer);
    Some(Json::Object(training))
}

/// Keras 3.15.1 does not find short names when it reads a legacy file, its own ones included.
fn long_names(value: &mut Json) {
    match value {
        Json::String(name) => {
            let long = match name.to_lowercase().as_str() {
                "mse" => "mean_squared_error",
                "mae" => "mean_absolute_error",
                "mape" => "mean_absolute_percentage_error",
                "msle" => "mean_squared_logarithmic_error",
                _ => return,
            };
            long.clone_into(name);
        }
        Json::Array(all) => all.iter_mut().for_each(long_names),
        Json::Object(map) => map.values_mut().for_each(long_names),
        _ => {}
    }
}
