//! Weights by their paths: safetensors and `.npz`.

mod npy;
pub mod npz;
pub mod safetensors;

use std::collections::{BTreeMap, BTreeSet};

use regimen_graph::Tensor;
use regimen_nn::WeightInfo;

use crate::load::{LoadOptions, Loaded};

/// Takes the weights of a model out of a file: `read` gives those of a name, of which the file says that they have this shape.
fn taken(
    weights: &[WeightInfo],
    known: &BTreeMap<String, Vec<usize>>,
    options: &LoadOptions,
    mut read: impl FnMut(&str) -> Result<Tensor, String>,
) -> Result<Loaded, String> {
    let mut loaded = Loaded::default();
    for weight in weights {
        let fault = match known.get(&weight.path) {
            Some(shape) if *shape == weight.shape => {
                let tensor = read(&weight.path).map_err(|e| format!("{}: {e}", weight.path))?;
                loaded.weights.insert(weight.path.clone(), tensor);
                continue;
            }
            Some(shape) => format!(
                "{}: has the shape {shape:?}, expected {:?}",
                weight.path, weight.shape
            ),
            None => format!("{}: is not in the file", weight.path),
        };
        match options.skip_mismatch {
            true => loaded.skipped.push(fault),
            false => return Err(format!("{fault}; {}", others(weights, known))),
        }
    }
    Ok(loaded)
}

/// What the file has that the model has not.
fn others(weights: &[WeightInfo], known: &BTreeMap<String, Vec<usize>>) -> String {
    let own: BTreeSet<&str> = weights.iter().map(|w| w.path.as_str()).collect();
    let other = known.keys().filter(|name| !own.contains(name.as_str()));
    let other: Vec<&str> = other.map(String::as_str).take(8).collect();
    match other.is_empty() {
        true => "it holds nothing that the model does not have".to_owned(),
        false => format!("it holds {}", other.join(", ")),
    }
}

#[cfg(test)]
mod tests;
