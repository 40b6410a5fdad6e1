//! A file that holds a whole model: `.keras`, `.h5` of any version of Keras, or the JSON of `model.to_json()`.

use std::io::Read;
use std::path::{Path, PathBuf};

use regimen_graph::Tensor;
use regimen_nn::dialect::{Door, Version};
use regimen_nn::model::from_keras;
use regimen_nn::{Model, Object, WeightInfo};
use serde_json::{Value as Json, json};

use crate::foreign::check_foreign;
use crate::hdf5::{H5File, H5Limits};
use crate::json::{has_key, parsed};
use crate::keras::{KerasFile, ModelFileError, WeightsFile, input_layer, with_adapted};
use crate::legacy::LegacyFile;
use crate::load::{LoadOptions, Loaded, WeightsFormat};
use crate::precision;
use crate::shared::with_numbers;
use crate::unpacking::slots_of;

/// Most bytes of a model in JSON.
const JSON: u64 = 24 << 20;

/// A file of a model that was opened: what it is, is told by its first bytes, not by its name.
#[derive(Debug)]
pub enum ModelFile {
    /// `.keras`.
    Keras(KerasFile),
    /// `.h5` with `model_config`.
    Legacy(Box<LegacyFile>),
    /// `model.to_json()`: no weights.
    Json {
        /// The file.
        path: PathBuf,
        /// What it holds.
        config: Json,
    },
}

/// Bytes of a file that are looked at to see what it is.
const BEGINNING: u64 = 1 << 16;

impl ModelFile {
    /// Whether a file is one that a program saves models in: a zip, HDF5, or JSON with a class and its config. A folder, a
    /// run file or a checkpoint is none.
    pub fn is_one(path: &Path) -> bool {
        let Ok(file) = std::fs::File::open(path) else {
            return false;
        };
        let mut first = vec![];
        if !path.is_file() || file.take(BEGINNING).read_to_end(&mut first).is_err() {
            return false;
        }
        match first.as_slice() {
            [b'P', b'K', 3, 4, ..] | [0x89, b'H', b'D', b'F', b'\r', b'\n', 0x1a, b'\n', ..] => {
                true
            }
            [b'{', ..] => has_key(&first, "class_name") || json_file(path).is_ok(),
            _ => false,
        }
    }

    /// Whether a file is one, or its name says that it holds a model or weights: what it is then, [`ModelFile::open`] tells.
    pub fn is_meant(path: &Path) -> bool {
        let named = WeightsFormat::of(path).is_ok() && path.exists() && !path.is_dir();
        named || path.is_file() && ModelFile::is_one(path)
    }

    /// Opens a file. Nothing in it is run, imported or fetched.
    ///
    /// # Errors
    ///
    /// A file of another kind, a damaged one, and a `.h5` that has weights alone.
    ///
    /// ```
    /// use regimen_save::ModelFile;
    /// let refused = ModelFile::open("nowhere.keras".as_ref()).unwrap_err();
    /// assert!(refused.to_string().starts_with("nowhere.keras: "));
    /// ```
    pub fn open(path: &Path) -> Result<ModelFile, ModelFileError> {
        let fault = |fault: String| ModelFileError::file(path, fault);
        check_is_file(path).map_err(fault)?;
        let mut file = std::fs::File::open(path).map_err(|e| fault(e.to_string()))?;
        let mut first = [0; 8];
        let mut read = 0;
        // A pipe gives what it has.
        while read < first.len() {
            match file.read(&mut first[read..]) {
                Ok(0) => break,
                Ok(n) => read += n,
                Err(e) => return Err(fault(e.to_string())),
            }
        }
        match WeightsFormat::of(path) {
            Ok(WeightsFormat::Npz | WeightsFormat::Safetensors | WeightsFormat::Sharded) => {
                let said = "holds weights alone: name the model that they belong to (.keras, .h5, or the JSON of model.to_json()), and give these with --weights";
                return Err(fault(said.to_owned()));
            }
            Ok(WeightsFormat::Onnx) => {
                let said =
                    "ONNX is written, never read: name the .keras or .h5 file that it was made of";
                return Err(fault(said.to_owned()));
            }
            _ if read == 0 => return Err(fault("is empty".to_owned())),
            _ => {}
        }
        match &first[..read] {
            [b'P', b'K', ..] => Ok(ModelFile::Keras(KerasFile::open(path)?)),
            b"\x89HDF\r\n\x1a\n" => {
                let file = H5File::open(path, H5Limits::default());
                let file = file.map_err(|fault| ModelFileError::weights(path, fault))?;
                if WeightsFile::has_groups(&file) {
                    let said = "holds weights alone (.weights.h5); the model they belong to is in a .keras file or a run folder";
                    return Err(fault(said.to_owned()));
                }
                let legacy = LegacyFile::of(path, file).map_err(fault)?;
                match legacy.config {
                    Some(_) => Ok(ModelFile::Legacy(Box::new(legacy))),
                    None => Err(fault(
                        "holds weights alone: it has no `model_config`, as model.save() writes it"
                            .to_owned(),
                    )),
                }
            }
            [b'{', ..] => json_file(path).map_err(fault),
            _ => Err(fault(
                "is no file of a model; expected .keras, .h5 (HDF5) or the JSON of model.to_json()"
                    .to_owned(),
            )),
        }
    }

    /// The model, with weights as they begin.
    ///
    /// # Errors
    ///
    /// Every fault of the config with its place: layers that do not exist here (custom classes, Lambda), options of the
    /// wrong kind, a version that is none.
    pub fn model(&self) -> Result<Model, ModelFileError> {
        match self {
            ModelFile::Keras(file) => file.model(),
            ModelFile::Legacy(file) => file.model(),
            ModelFile::Json { path, config } => {
                let version = config["keras_version"].as_str();
                of_config(path, config.clone(), version, "")
            }
        }
    }

    /// The same for a model in JSON whose weights lie in a file of their own: what layers learned by `adapt()` is taken from a
    /// `.weights.h5`.
    ///
    /// # Errors
    ///
    /// As [`ModelFile::model`], and a damaged file of weights.
    pub fn model_with(&self, weights: &Path) -> Result<Model, ModelFileError> {
        let ModelFile::Json { path, config } = self else {
            return self.model();
        };
        let mut config = config.clone();
        if WeightsFormat::of(weights) == Ok(WeightsFormat::WeightsH5) {
            let file = H5File::open(weights, H5Limits::default());
            let read = file.and_then(|file| {
                // Vocabularies lie in .keras files alone.
                let none = |_: &str| Ok(None);
                with_adapted(&mut config, (&file, &none), "")
            });
            read.map_err(|fault| ModelFileError::weights(weights, fault))?;
        }
        let version = config["keras_version"].as_str().map(str::to_owned);
        of_config(path, config, version.as_deref(), "")
    }

    /// The weights of the model, by path.
    ///
    /// # Errors
    ///
    /// A damaged file, weights that do not fit, and a file that has none.
    pub fn load(
        &self,
        model: &Model,
        weights: &[WeightInfo],
        options: &LoadOptions,
    ) -> Result<Loaded, ModelFileError> {
        let all = model.in_every_place(weights);
        let loaded = match self {
            ModelFile::Keras(file) => file.weights(&all)?.load(model, &all, options),
            ModelFile::Legacy(file) => file.load(model, &all, options),
            ModelFile::Json { path, .. } => Err(ModelFileError::file(
                path,
                "is a model in JSON, which has no weights; give them with --weights FILE"
                    .to_owned(),
            )),
        };
        loaded.map(|loaded| loaded.held_by(model))
    }

    /// The optimizer's variables in Keras's order; empty where the file has none, or more than the optimizer that the model was
    /// compiled with would have.
    ///
    /// # Errors
    ///
    /// A damaged file.
    pub fn optimizer(&self, weights: &[WeightInfo]) -> Result<Vec<Tensor>, ModelFileError> {
        let compile = self.compile();
        let most = slots_of(&compile, weights);
        let scaled = compile["optimizer"]["class_name"] == "LossScaleOptimizer";
        match self {
            ModelFile::Keras(file) => file.weights(weights)?.optimizer(weights, most, scaled),
            ModelFile::Legacy(file) => file.optimizer(weights, most),
            ModelFile::Json { .. } => Ok(vec![]),
        }
    }

    /// What the model was compiled with, as Keras 3 has it: optimizer, loss, metrics; null where it was not.
    pub fn compile(&self) -> Json {
        match self {
            ModelFile::Keras(file) => file.config["compile_config"].clone(),
            ModelFile::Legacy(file) => file.training.as_ref().map_or(Json::Null, compile_of),
            ModelFile::Json { .. } => Json::Null,
        }
    }

    /// The config of the model, as the file has it.
    pub fn config(&self) -> Option<&Json> {
        match self {
            ModelFile::Keras(file) => Some(&file.config),
            ModelFile::Legacy(file) => file.config.as_ref(),
            ModelFile::Json { config, .. } => Some(config),
        }
    }

    /// What the user should know: types that layers compute in there and not here.
    pub fn notes(&self) -> Vec<String> {
        let others = self.config().map(precision::others).unwrap_or_default();
        let told = |name| {
            format!("layers of {name} compute in float32 here; results differ in their last places")
        };
        others.into_iter().map(told).collect()
    }

    /// The version of Keras that wrote it, where it says so.
    pub fn version(&self) -> Option<&str> {
        match self {
            ModelFile::Keras(file) => Some(&file.version),
            ModelFile::Legacy(file) => Some(&file.version),
            ModelFile::Json { config, .. } => config["keras_version"].as_str(),
        }
    }
}

fn json_file(path: &Path) -> Result<ModelFile, String> {
    let length = std::fs::metadata(path).map_err(|e| e.to_string())?.len();
    if length > JSON {
        return Err(format!(
            "has {length} bytes, more than the {JSON} of a model"
        ));
    }
    let text = std::fs::read(path).map_err(|e| e.to_string())?;
    let config: Json = parsed(&text)?;
    match config["class_name"].is_string() && !config["config"].is_null() {
        true => Ok(ModelFile::Json {
            path: path.to_path_buf(),
            config,
        }),
        false => Err("is no model in JSON: expected `class_name` and `config`, as model.to_json() writes them".to_owned()),
    }
}

/// `compile_config` from the `training_config` of old files.
fn compile_of(training: &Json) -> Json {
    let mut compile = training.clone();
    if let Some(map) = compile.as_object_mut() {
        let optimizer = map.remove("optimizer_config");
        map.insert("optimizer".to_owned(), optimizer.unwrap_or(Json::Null));
    }
    compile
}

/// A model from its config, of any version. `place` stands in front of the places of faults.
pub(crate) fn of_config(
    path: &Path,
    config: Json,
    version: Option<&str>,
    place: &str,
) -> Result<Model, ModelFileError> {
    let fault = |fault: String| ModelFileError::file(path, format!("{place}{fault}"));
    check_foreign(&config).map_err(|why| {
        let whole = format!("{place}: {why}");
        ModelFileError::file(path, whole.trim_start_matches(": ").to_owned())
    })?;
    let mut config = config;
    with_numbers(&mut config);
    with_layers(&mut config);
    with_built_input(&mut config);
    precision::in_float32(&mut config);
    let written = Object::read(&config).map_err(|e| fault(format!(": {e}")))?;
    // As many copies of a large config lie beside each other as have to.
    drop(config);
    let version = version.map_or(Ok(Version::ONE), Version::parse);
    let version = version.map_err(|e| fault(format!(": keras_version: {e}")))?;
    let refused = |errors| ModelFileError::config(path, errors);
    let object = Door::new(version).layer(&written, place);
    drop(written);
    let model = from_keras(&object.map_err(refused)?, place).map_err(refused)?;
    Ok(Model {
        of_file: true,
        ..model
    })
}

/// Until Keras 2.2 the config of a Sequential model was the list of its layers.
fn with_layers(json: &mut Json) {
    match json {
        Json::Array(all) => all.iter_mut().for_each(with_layers),
        Json::Object(map) => {
            if map
                .get("class_name")
                .is_some_and(|class| class == "Sequential")
                && let Some(layers) = map
                    .get("config")
                    .filter(|config| config.is_array())
                    .cloned()
            {
                let name = map.get("name").cloned();
                let name = name.unwrap_or_else(|| json!("sequential"));
                map.insert(
                    "config".to_owned(),
                    json!({ "name": name, "layers": layers }),
                );
            }
            map.values_mut().for_each(with_layers);
        }
        _ => {}
    }
}

/// A Sequential model of Keras 3 without an Input says for which sizes it was built, in an InputLayer or beside its layers. The
/// rows of the first batch that it saw, which stand there too, bind nothing but states that go from batch to batch.
fn with_built_input(config: &mut Json) {
    let own = &config["config"]["build_input_shape"];
    let built = own.is_array();
    let mut shape = match built {
        true => own.clone(),
        false => config["build_config"]["input_shape"].clone(),
    };
    let sequential = config["class_name"] == "Sequential";
    let layers = config
        .pointer_mut("/config/layers")
        .and_then(Json::as_array_mut);
    let (Some(layers), true) = (layers, shape.is_array() && sequential) else {
        return;
    };
    let stateful = layers
        .iter()
        .any(|layer| layer["config"]["stateful"] == true);
    let open = |rows: Option<&mut Json>| {
        if let (Some(rows), false) = (rows, stateful) {
            *rows = Json::Null;
        }
    };
    open(shape.get_mut(0));
    let Some(first) = layers.first_mut() else {
        return;
    };
    if first["class_name"] == "InputLayer" {
        if built {
            open(first.pointer_mut("/config/batch_shape/0"));
        }
        return;
    }
    let states = [
        "batch_shape",
        "batch_input_shape",
        "input_shape",
        "input_dim",
    ];
    if states.iter().all(|key| first["config"][*key].is_null()) {
        let input = input_layer(layers, &shape);
        layers.insert(0, input);
    }
}
/// Refuses folders, pipes and devices before they are opened: a pipe would be waited for.
pub(crate) fn check_is_file(path: &Path) -> Result<(), String> {
    let told = std::fs::metadata(path).map_err(|e| e.to_string())?;
    match (told.is_file(), told.is_dir()) {
        (true, _) => Ok(()),
        (false, true) => Err("is a folder; name a file".to_owned()),
        (false, false) => Err("is no file but a pipe or a device; name a file".to_owned()),
    }
}
