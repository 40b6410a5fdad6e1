//! `save`: a model and its weights into a file of the kind that its name says.

use std::path::Path;

use regimen_nn::Model;
use regimen_nn::model::{Description, InputInfo, to_keras};
use serde_json::Value as Json;

use crate::keras::{KerasFile, ModelFileError, Sums, write_sharded, write_weights_file};
use crate::legacy::write_legacy;
use crate::load::{WeightsFormat, as_keras_reads};
use crate::named::{npz, safetensors};
use crate::onnx;
use crate::source::{OptimizerVariable, WeightSource};

/// Most bytes of a shard, Keras's default: 5 GB.
pub const SHARD: u64 = 5 << 30;

/// The config that a file of a model holds.
#[derive(Debug, Clone, Copy)]
pub enum FileConfig<'a> {
    /// The model's own, which Keras has to be able to read.
    Own,
    /// The model's own, also where it has what Keras 3 has no name for: for files that are read here again.
    Ours,
    /// This one: of a model with layers that only the program which defines them can describe.
    Given(&'a Json),
    /// None: an `.h5` has weights alone then.
    Left,
}

/// What is to be saved.
pub struct Saving<'a> {
    /// The model.
    pub model: &'a Model,
    /// Inputs that it was described for.
    pub inputs: &'a [InputInfo],
    /// Its shapes and weights.
    pub description: &'a Description,
    /// Gives the weight of a path; asked for one after the other.
    pub weight: &'a dyn WeightSource,
    /// The config that goes beside the weights.
    pub config: FileConfig<'a>,
    /// What it was compiled with: Keras's `compile_config`; null for none. Formats of weights alone leave it out.
    pub compile: &'a Json,
    /// Class of the optimizer and its variables in Keras's order; none to leave them out. `.keras` files alone have them.
    pub optimizer: (&'a str, &'a [OptimizerVariable]),
    /// Most bytes of a shard of `.weights.json`, by default [`SHARD`].
    pub shard: u64,
}

impl std::fmt::Debug for Saving<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Saving")
            .field("model", &self.model.name)
            .finish_non_exhaustive()
    }
}

/// Writes a file, whole or not at all: `.keras` and `.h5` hold the model, `.weights.h5`, `.weights.json` (with its shards),
/// `.safetensors` and `.npz` its weights alone, `.onnx` what it computes in inference.
///
/// # Errors
///
/// A name that ends otherwise, layers that the format cannot express, a weight that there is not, and whatever writing a file may meet.
pub fn save(path: &Path, saving: &Saving<'_>) -> Result<(), ModelFileError> {
    let format = WeightsFormat::of(path).map_err(|fault| ModelFileError::file(path, fault))?;
    let Saving {
        model,
        inputs,
        description,
        weight,
        config,
        compile,
        optimizer,
        shard,
    } = *saving;
    let weights = &description.weights;
    let whole = matches!(format, WeightsFormat::Keras | WeightsFormat::Legacy);
    if whole && matches!(config, FileConfig::Own) {
        let config = to_keras(model);
        check_names(&config).map_err(|fault| ModelFileError::file(path, fault))?;
        if format == WeightsFormat::Legacy && lacks_mean(&config) {
            let fault = "an adapted Normalization inside another layer or model loses its mean in .h5 files, Keras's own ones, too: write .keras";
            return Err(ModelFileError::file(path, fault.to_owned()));
        }
    }
    // Keras counts layers as it reads them.
    let read = match format {
        WeightsFormat::Safetensors | WeightsFormat::Npz | WeightsFormat::Onnx => None,
        _ => as_keras_reads(path, model)?,
    };
    let model = read.as_ref().unwrap_or(model);
    let sums = Sums::of(model);
    let whole = sums.over(weight);
    match format {
        WeightsFormat::Keras => KerasFile::write(
            path,
            model,
            (inputs, description, config),
            &whole,
            (compile, optimizer),
        ),
        WeightsFormat::Legacy => write_legacy(path, &Saving { model, ..*saving }),
        WeightsFormat::WeightsH5 => write_weights_file(path, model, weights, &whole),
        WeightsFormat::Sharded => write_sharded(path, model, weights, &whole, shard),
        WeightsFormat::Safetensors => safetensors::write(path, weights, weight),
        WeightsFormat::Npz => npz::write(path, weights, weight),
        WeightsFormat::Onnx => Ok(onnx::write(path, model, inputs, &|path| {
            weight.weight(path)
        })?),
    }
}

/// Whether a Normalization that is none of the model's own layers has its mean among the weights.
fn lacks_mean(model: &Json) -> bool {
    let layers = model["config"]["layers"].as_array();
    let mut within = layers
        .into_iter()
        .flatten()
        .filter_map(|l| l["config"].as_object());
    within.any(|config| config.values().any(has_learnt))
}

fn has_learnt(config: &Json) -> bool {
    match config {
        Json::Array(all) => all.iter().any(has_learnt),
        Json::Object(map) => {
            let is_one = map.get("class_name").is_some_and(|c| c == "Normalization");
            let mean = map.get("config").map(|config| &config["mean"]);
            is_one && mean.is_some_and(|m| m.is_null() || m.is_object())
                || map.values().any(has_learnt)
        }
        _ => false,
    }
}

/// Refuses what is of ours alone: the hard sigmoid of Keras 1 and 2, which is another function in Keras 3 and has no name there.
fn check_names(config: &Json) -> Result<(), String> {
    match config {
        Json::String(name) if name == "legacy_hard_sigmoid" => Err(
            "the model has the hard_sigmoid of Keras 1 or 2 (0.2 x + 0.5, cut at 0 and 1), which Keras 3 does not have: its own is another function. \
             Write the weights alone (.weights.h5, .safetensors, .npz), or .onnx; or give its layers another recurrent_activation and train again"
                .to_owned(),
        ),
        Json::Array(all) => all.iter().try_for_each(check_names),
        Json::Object(map) => map.values().try_for_each(check_names),
        _ => Ok(()),
    }
}
