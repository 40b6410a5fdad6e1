//! `load_weights`: weights for a model that is there, from whichever file has them.

use std::collections::BTreeMap;
use std::path::Path;

use regimen_graph::Tensor;
use regimen_nn::dialect::Version;
use regimen_nn::foreign::MODULE as HOST;
use regimen_nn::model::{from_keras, to_keras};
use regimen_nn::{Model, Object, WeightInfo};

use crate::keras::{ModelFileError, WeightsFile};
use crate::legacy::LegacyFile;
use crate::model_file::check_is_file;
use crate::named::{npz, safetensors};

/// How weights are matched.
///
/// ```
/// use regimen_save::LoadOptions;
/// let options = LoadOptions { skip_mismatch: true, ..LoadOptions::default() };
/// assert!(!options.by_name);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadOptions {
    /// Leaves a layer as it is where the file has it otherwise or not at all, and tells of it. Default: an error.
    pub skip_mismatch: bool,
    /// Matches layers by their names instead of their order; of `.h5` files alone. Default: off.
    pub by_name: bool,
    /// The backend that an old file was trained with, where the file does not say: `"theano"` turned the kernels of
    /// convolutions.
    pub backend: Option<String>,
}

/// Weights that were read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Loaded {
    /// By path.
    pub weights: BTreeMap<String, Tensor>,
    /// What was left as it is, a line each: the layer and why.
    pub skipped: Vec<String>,
}

/// A kind of file that weights come in and go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeightsFormat {
    /// `.keras`: a whole model.
    Keras,
    /// `.weights.h5`: weights of Keras 3.
    WeightsH5,
    /// `.weights.json` and the shards that it names.
    Sharded,
    /// `.h5`, `.hdf5`, `.hdf`: the legacy format, of a whole model or of weights.
    Legacy,
    /// `.safetensors`: weights by path.
    Safetensors,
    /// `.npz`: arrays by path, or in the order of the weights (`arr_0`, ...).
    Npz,
    /// `.onnx`: the model in inference, for other runtimes. Written, never read.
    Onnx,
}

const NO_KIND: &str =
    "no kind of file that models or weights lie in; expected a name that ends with";

impl WeightsFormat {
    /// By the name of a file.
    ///
    /// ```
    /// use regimen_save::WeightsFormat;
    /// assert_eq!(WeightsFormat::of("a/net.weights.h5".as_ref()).unwrap(), WeightsFormat::WeightsH5);
    /// assert!(WeightsFormat::of("net.pkl".as_ref()).unwrap_err().contains(".keras"));
    /// ```
    ///
    /// # Errors
    ///
    /// A name that ends otherwise.
    pub fn of(path: &Path) -> Result<WeightsFormat, String> {
        let name = path.file_name().unwrap_or_default();
        let name = name.to_string_lossy().to_lowercase();
        let known = [
            (".keras", WeightsFormat::Keras),
            (".weights.h5", WeightsFormat::WeightsH5),
            (".weights.json", WeightsFormat::Sharded),
            (".h5", WeightsFormat::Legacy),
            (".hdf5", WeightsFormat::Legacy),
            (".hdf", WeightsFormat::Legacy),
            (".safetensors", WeightsFormat::Safetensors),
            (".npz", WeightsFormat::Npz),
            (".onnx", WeightsFormat::Onnx),
        ];
        let found = known.iter().find(|(ending, _)| name.ends_with(ending));
        found.map(|(_, format)| *format).ok_or_else(|| {
            let endings: Vec<&str> = known.iter().map(|(ending, _)| *ending).collect();
            format!("{NO_KIND} {}", endings.join(", "))
        })
    }

    /// The same of a file that is read: `.onnx` is written alone.
    ///
    /// # Errors
    ///
    /// A name that ends otherwise.
    pub fn to_read(path: &Path) -> Result<WeightsFormat, String> {
        WeightsFormat::of(path).map_err(|told| told.replace(", .onnx", ""))
    }
}

/// The model as Keras 3 would read it: it counts layers by keywords in the order of their names, in whichever order a run file or
/// an old config has them.
pub(crate) fn as_keras_reads(path: &Path, model: &Model) -> Result<Option<Model>, ModelFileError> {
    if model.layers.iter().any(|node| node.layer.module() == HOST) {
        return Ok(None); // their program alone can make them again
    }
    let refused = |fault: String| ModelFileError::file(path, fault);
    let object = Object::read(&to_keras(model)).map_err(refused)?;
    let read = from_keras(&object, "").map_err(|errors| ModelFileError::config(path, errors))?;
    Ok(Some(read))
}

/// Reads weights for a model from a file of any kind that there is; the kind is told by the file's name, and of HDF5 by
/// what is in it.
///
/// # Errors
///
/// What does not fit, with the layer and both shapes; files that are damaged or hostile.
pub fn load_weights(
    path: &Path,
    model: &Model,
    weights: &[WeightInfo],
    options: &LoadOptions,
) -> Result<Loaded, ModelFileError> {
    let format = WeightsFormat::to_read(path).map_err(|fault| ModelFileError::file(path, fault))?;
    if options.by_name && format != WeightsFormat::Legacy {
        let fault = "only .h5 files of the legacy format are matched by name";
        return Err(ModelFileError::file(path, fault.to_owned()));
    }
    check_is_file(path).map_err(|fault| ModelFileError::file(path, fault))?;
    let weights = &model.in_every_place(weights);
    let loaded = match format {
        WeightsFormat::Legacy if !WeightsFile::is_one(path) => {
            let file = LegacyFile::open(path)?;
            let today = Version::parse(&file.version).is_ok_and(|v| v >= Version::new(3, 0, 0));
            match today {
                true => {
                    let read = as_keras_reads(path, model)?;
                    file.load(read.as_ref().unwrap_or(model), weights, options)
                }
                false => file.load(model, weights, options),
            }
        }
        WeightsFormat::Keras
        | WeightsFormat::WeightsH5
        | WeightsFormat::Sharded
        | WeightsFormat::Legacy => {
            let read = as_keras_reads(path, model)?;
            WeightsFile::open(path, weights)?.load(read.as_ref().unwrap_or(model), weights, options)
        }
        WeightsFormat::Safetensors => safetensors::read(path, weights, options),
        WeightsFormat::Npz => npz::read(path, weights, options),
        WeightsFormat::Onnx => {
            let fault = "ONNX is written, never read: the graph in it is no longer one of layers";
            Err(ModelFileError::file(path, fault.to_owned()))
        }
    };
    loaded.map(|loaded| loaded.held_by(model))
}
