//! `save`: a model and its weights into a file of the kind that its name says.

use std::path::Path;

use regimen_graph::Tensor;
use regimen_nn::Model;
use regimen_nn::model::{Description, InputInfo, to_keras};
use serde_json::Value as Json;

use crate::keras::{KerasFile, ModelFileError, write_sharded, write_weights_file};
use crate::legacy::write_legacy;
use crate::load::WeightsFormat;
use crate::named::{npz, safetensors};
use crate::onnx;

/// Bytes of a shard, Keras's default: 5 GB.
const SHARD: u64 = 5 << 30;

/// What is to be saved.
pub struct Saving<'a> {
    /// The model.
    pub model: &'a Model,
    /// Inputs that it was described for.
    pub inputs: &'a [InputInfo],
    /// Its shapes and weights.
    pub description: &'a Description,
    /// Gives the weight of a path; asked for one after the other.
    pub weight: &'a dyn Fn(&str) -> Option<Tensor>,
    /// What it was compiled with: Keras's `compile_config`; null for none. Formats of weights alone leave it out.
    pub compile: &'a Json,
    /// Class of the optimizer and its variables in Keras's order; none to leave them out. `.keras` files alone have them.
    pub optimizer: (&'a str, &'a [Tensor]),
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
        compile,
        optimizer,
    } = *saving;
    let weights = &description.weights;
    if matches!(format, WeightsFormat::Keras | WeightsFormat::Legacy) {
        check_names(&to_keras(model)).map_err(|fault| ModelFileError::file(path, fault))?;
    }
    match format {
        WeightsFormat::Keras => KerasFile::write(
            path,
            model,
            (inputs, description),
            weight,
            (compile, optimizer),
        ),
        WeightsFormat::Legacy => write_legacy(path, saving),
        WeightsFormat::WeightsH5 => write_weights_file(path, model, weights, weight),
        WeightsFormat::Sharded => write_sharded(path, model, weights, weight, SHARD),
        WeightsFormat::Safetensors => safetensors::write(path, weights, weight),
        WeightsFormat::Npz => npz::write(path, weights, weight),
        WeightsFormat::Onnx => Ok(onnx::write(path, model, inputs, weight)?),
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
