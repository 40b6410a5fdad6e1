//! Weights of Keras 3, wherever they lie: in a `.weights.h5`, in a `.keras`, or in shards.

use std::io;
use std::path::{Path, PathBuf};

use regimen_graph::Tensor;
use regimen_nn::{Model, WeightInfo};

use super::archive::KerasFile;
use super::fault::ModelFileError;
use super::sharded::Shards;
use super::weights::{INNER, read_weights, write_weights};
use crate::hdf5::{H5Error, H5File, H5Limits};
use crate::load::{LoadOptions, Loaded};
use crate::new_file::NewFile;
use crate::source::WeightSource;

/// A file of weights that was opened.
#[derive(Debug)]
pub struct WeightsFile {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    One(H5File),
    Shards(Shards),
}

impl WeightsFile {
    /// Whether an HDF5 file has the layout of Keras 3's weights.
    pub fn is_one(path: &Path) -> bool {
        H5File::open(path, H5Limits::default()).is_ok_and(|file| WeightsFile::has_groups(&file))
    }

    pub(crate) fn has_groups(file: &H5File) -> bool {
        let groups = ["layers", "_layer_checkpoint_dependencies"];
        groups.iter().any(|group| file.has_group(group))
    }

    /// The weights within a `.keras` file.
    pub(super) fn within(path: &Path, file: H5File) -> WeightsFile {
        WeightsFile {
            path: path.to_path_buf(),
            kind: Kind::One(file),
        }
    }

    /// Opens a file; `weights` are those that the model has, which bounds what is inflated.
    ///
    /// # Errors
    ///
    /// A file that is damaged, or is none of these.
    pub fn open(path: &Path, weights: &[WeightInfo]) -> Result<WeightsFile, ModelFileError> {
        let name = path.to_string_lossy().to_lowercase();
        let kind = if name.ends_with(".keras") {
            Kind::One(KerasFile::open(path)?.weights_file(Some(weights))?)
        } else if name.ends_with(".json") {
            Kind::Shards(Shards::open(path)?)
        } else {
            let file = H5File::open(path, H5Limits::default());
            Kind::One(file.map_err(|fault| ModelFileError::weights(path, fault))?)
        };
        Ok(WeightsFile {
            path: path.to_path_buf(),
            kind,
        })
    }

    /// The weights of a model, by path.
    ///
    /// # Errors
    ///
    /// Weights that are missing or have another shape, unless they may be skipped.
    pub fn load(
        &self,
        model: &Model,
        weights: &[WeightInfo],
        options: &LoadOptions,
    ) -> Result<Loaded, ModelFileError> {
        let read = match &self.kind {
            Kind::One(file) => read_weights(file, model, weights, options),
            Kind::Shards(shards) => shards.read(model, weights, options),
        };
        read.map_err(|fault| ModelFileError::weights(&self.path, fault))
    }
}

impl WeightsFile {
    /// The optimizer's variables in Keras's order; empty where there are none, or none that an optimizer of these weights
    /// would have, `most` bytes. Under `mixed_float16` Keras scales the loss though its `compile_config` does not say so
    /// (`scaled`): the variables are those of the optimizer inside then.
    ///
    /// # Errors
    ///
    /// A damaged file.
    pub(crate) fn optimizer(
        &self,
        weights: &[WeightInfo],
        most: u64,
        scaled: bool,
    ) -> Result<Vec<Tensor>, ModelFileError> {
        let Kind::One(file) = &self.kind else {
            return Ok(vec![]);
        };
        let inside = !scaled && file.has_group(INNER.trim_end_matches('/'));
        let group = if inside { INNER } else { "optimizer/vars/" };
        let paths = (0..).map(|i: usize| format!("{group}{i}"));
        let paths: Vec<String> = paths
            .take_while(|path| file.datasets().contains_key(path))
            .collect();
        let read = variables(file, &paths, weights, most);
        read.map_err(|fault| ModelFileError::weights(&self.path, fault))
    }
}

/// Reads variables of an optimizer, where there are as many and as large ones as an optimizer of these weights has, `most` bytes
/// and a few numbers: what a file declares beyond that is not read.
pub(crate) fn variables(
    file: &H5File,
    paths: &[String],
    weights: &[WeightInfo],
    most: u64,
) -> Result<Vec<Tensor>, H5Error> {
    let elements = |shape: &[usize]| shape.iter().product::<usize>();
    let largest = weights.iter().map(|w| elements(&w.shape)).max();
    let largest = largest.unwrap_or(0).max(1);
    let shapes = paths.iter().map(|path| &file.datasets()[path].shape);
    let fits = shapes.clone().all(|shape| elements(shape) <= largest);
    let count = MOST_SLOTS * weights.len() + MOST_SLOTS;
    let all: usize = shapes.clone().map(|shape| elements(shape)).sum();
    // Keras keeps single numbers for weights that an optimizer does not move by slots.
    let most = most / size_of::<f32>() as u64 + count as u64;
    if !fits || paths.len() > count || all as u64 > most {
        return Ok(vec![]);
    }
    let each = paths.iter().zip(shapes);
    each.map(|(path, shape)| file.read(path, shape)).collect()
}

/// Most variables for each weight, and beside them.
const MOST_SLOTS: usize = 4;

/// Writes a `.weights.h5`, whole or not at all. Weights are asked for one by one.
///
/// # Errors
///
/// Whatever writing a file may meet, and a weight that there is not.
pub fn write_weights_file(
    path: &Path,
    model: &Model,
    weights: &[WeightInfo],
    weight: &dyn WeightSource,
) -> Result<(), ModelFileError> {
    let written = NewFile::whole(path, |out| -> io::Result<()> {
        write_weights(out, model, weights, weight, ("", &[]))
    });
    written.map_err(|fault| ModelFileError::file(path, fault.to_string()))
}
