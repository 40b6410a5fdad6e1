//! The run spec: everything that decides a run, as plain data.
//!
//! A run file (TOML or JSON) parses into [`RunSpec`]. Model parts stay Keras configs
//! (`class_name` and `config`), because Keras is the specification: this crate does not know
//! which layers exist. [`SpecMap`] remembers at which line each value stood.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

mod augment;
mod data;
mod data_paths;
#[cfg(test)]
mod data_tests;
mod error;
mod fit_names;
mod inputs;
mod json_tree;
mod model;
mod node;
mod objects;
mod per_output;
mod place;
mod read;
mod read_augment;
mod read_compile;
mod read_csv;
mod read_data;
mod read_inputs;
mod read_sources;
mod read_split;
mod read_targets;
mod read_training;
#[cfg(test)]
mod round_trips;
mod set;
mod sources;
mod split;
mod targets;
#[cfg(test)]
mod tests;
mod toml_tree;
mod training;
mod walk;
mod write;

pub use augment::{AugmentSpec, Change, DropMode, Fill, FillMode, FlipMode, OutOfRange};
pub use data::{Balance, CsvSpec, DataSpec, Encoding, LabelEncoding};
pub use error::{SpecError, SpecErrors};
pub use inputs::{Categories, DatePart, InputSpec, Missing, Scale, Side, Unknown, missing_values};
pub use model::{KerasObject, LayerList, LayerSpec, ModelSpec, OneOrMany};
pub use per_output::PerOutput;
pub use place::place;
pub use sources::{ArraysSpec, ImagesSpec, Interpolation, ParquetSpec, TextsSpec, WindowsSpec};
pub use split::{SplitBy, SplitSpec};
pub use targets::{LabelArrays, TargetSpec};
pub use training::{ClassWeight, ClassWeightRule, CompileSpec, FitSpec, Shuffle, ShuffleWithin};

/// A whole run on paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunSpec {
    /// Name of the run, shown in reports. Default: the file's stem.
    #[serde(default)]
    pub name: String,
    /// Seeds weights, shuffling, splits, dropout. Default 0.
    #[serde(default)]
    pub seed: u64,
    /// Version of Keras whose behaviour the model, optimizer and callbacks mean, such as `1.2.2`. Default: the oldest names that
    /// they use decide, else today's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keras_version: Option<String>,
    /// Where samples come from and how they become arrays.
    pub data: DataSpec,
    /// The network.
    pub model: ModelSpec,
    /// Loss, optimizer, metrics.
    pub compile: CompileSpec,
    /// Epochs, batches and weights of samples.
    #[serde(default)]
    pub fit: FitSpec,
    /// Keras callbacks in order: `{ class_name, config }`.
    #[serde(default)]
    pub callbacks: Vec<KerasObject>,
}

/// Where values stood in the file: dotted path (`model.layers[2].units`) to line and column, 1-based.
pub type SpecMap = BTreeMap<String, (usize, usize)>;
