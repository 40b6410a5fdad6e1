//! A legacy file that was opened: whose layers it has, and which weights each of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regimen_graph::Tensor;
use regimen_nn::{Model, WeightInfo};
use serde_json::Value as Json;

use super::arrays::Arrays;
use super::order::{OwnWeights, own_weights};
use crate::hdf5::{H5Error, H5File, H5Limits};
use crate::json::parsed;
use crate::keras::{ModelFileError, learnt, read_adapted, variables};
use crate::load::{LoadOptions, Loaded};
use crate::model_file::of_config;
use crate::unpacking::{check_held, largest};

/// A legacy file. Its config is known, its weights are not read yet.
#[derive(Debug)]
pub struct LegacyFile {
    path: PathBuf,
    file: H5File,
    /// `model_config`; `None` in a file of weights alone.
    pub config: Option<Json>,
    /// `training_config`: what it was compiled with.
    pub training: Option<Json>,
    /// The version of Keras that wrote it; 1 where it does not say, as in Keras itself.
    pub version: String,
    /// The backend that it was trained with, where it says so.
    pub backend: Option<String>,
    /// Layers that have weights, in the order of the model.
    layers: Vec<SavedLayer>,
}

/// A layer of the file.
#[derive(Debug, Clone)]
struct SavedLayer {
    name: String,
    /// Paths of its datasets.
    datasets: Vec<String>,
}

impl LegacyFile {
    /// Opens a file, of a whole model or of weights alone.
    ///
    /// # Errors
    ///
    /// A file that is not HDF5, is damaged, or has no layers in it.
    pub fn open(path: &Path) -> Result<LegacyFile, ModelFileError> {
        let file = H5File::open(path, H5Limits::default());
        let file = file.map_err(|fault| ModelFileError::weights(path, fault))?;
        LegacyFile::of(path, file).map_err(|fault| ModelFileError::file(path, fault))
    }

    pub(crate) fn of(path: &Path, file: H5File) -> Result<LegacyFile, String> {
        let json = |name: &str| -> Result<Option<Json>, String> {
            let text = file.text("", name).map_err(|e| e.to_string())?;
            text.map(|text| parsed(text.as_bytes()).map_err(|e| format!("{name}: {e}")))
                .transpose()
        };
        let group = if file.has_group("model_weights") {
            "model_weights"
        } else {
            ""
        };
        let either = |name: &str| -> Result<Option<String>, H5Error> {
            match file.text("", name)? {
                None => file.text(group, name),
                found => Ok(found),
            }
        };
        let said = |name: &str| either(name).map_err(|e| e.to_string());
        let layers = layers(&file, group)?;
        Ok(LegacyFile {
            path: path.to_path_buf(),
            config: json("model_config")?,
            training: json("training_config")?,
            version: said("keras_version")?.unwrap_or_else(|| "1".to_owned()),
            backend: said("backend")?,
            layers,
            file,
        })
    }

    /// The model, with weights as they begin; what a Normalization learned by `adapt()` is in it.
    ///
    /// # Errors
    ///
    /// A file of weights alone; every fault of the config with its place.
    pub fn model(&self) -> Result<Model, ModelFileError> {
        let config = self.config.clone().ok_or_else(|| {
            ModelFileError::file(
                &self.path,
                "has no model_config: it holds weights alone".to_owned(),
            )
        })?;
        let mut config = config;
        self.with_adapted(&mut config)?;
        of_config(&self.path, config, Some(&self.version), "model_config")
    }

    /// Mean and variance of each Normalization, which are its arrays, into the config.
    fn with_adapted(&self, config: &mut Json) -> Result<(), ModelFileError> {
        let layers = match config.get_mut("config") {
            Some(Json::Array(layers)) => layers,
            Some(Json::Object(map)) => match map.get_mut("layers") {
                Some(Json::Array(layers)) => layers,
                _ => return Ok(()),
            },
            _ => return Ok(()),
        };
        for layer in layers {
            if !is_adapted(layer) {
                continue;
            }
            let own = &mut layer["config"];
            let name = own["name"].as_str().unwrap_or_default().to_owned();
            for (key, tensor) in ["mean", "variance"].iter().zip(self.arrays_of(&name)?) {
                own[*key] = learnt(&tensor);
            }
        }
        Ok(())
    }

    /// The weights of a model, by path. Nothing is read of layers that the model does not have.
    ///
    /// # Errors
    ///
    /// Another number of layers, other sizes, weights that are missing; with [`LoadOptions::skip_mismatch`] the layer is
    /// left as it is and told of instead.
    pub fn load(
        &self,
        model: &Model,
        weights: &[WeightInfo],
        options: &LoadOptions,
    ) -> Result<Loaded, ModelFileError> {
        // Where axes are turned or gates joined, one weight is held twice.
        let length = std::fs::metadata(&self.path).map_or(0, |told| told.len());
        check_held(largest(weights), weights, length)
            .map_err(|fault| ModelFileError::file(&self.path, fault))?;
        let own: Vec<OwnWeights<'_>> = own_weights(model, weights);
        let mut loaded = Loaded::default();
        for (own, saved) in self.pairs(&own, options, &mut loaded)? {
            match self.layer(own, saved, options) {
                Ok((read, skipped)) => {
                    loaded.weights.extend(read);
                    loaded.skipped.extend(skipped);
                }
                Err(fault) if options.skip_mismatch => {
                    loaded.skipped.push(format!("{}: {fault}", own.name));
                }
                Err(fault) => return Err(ModelFileError::weights(&self.path, fault)),
            }
        }
        Ok(loaded)
    }

    /// Which layer of the file is which of the model.
    fn pairs<'a, 'm>(
        &'a self,
        own: &'a [OwnWeights<'m>],
        options: &LoadOptions,
        loaded: &mut Loaded,
    ) -> Result<Vec<(&'a OwnWeights<'m>, &'a SavedLayer)>, ModelFileError> {
        if options.by_name {
            let find = |own: &OwnWeights<'_>| self.layers.iter().find(|l| l.name == own.name);
            let missing = own.iter().filter(|own| find(own).is_none());
            let told =
                missing.map(|own| format!("{}: no layer of this name in the file", own.name));
            loaded.skipped.extend(told);
            let pairs = own.iter().filter_map(|own| Some((own, find(own)?)));
            return Ok(pairs.collect());
        }
        let saved: Vec<&SavedLayer> = self.layers.iter().collect();
        if own.len() != saved.len() {
            let names = |all: &mut dyn Iterator<Item = &str>| all.collect::<Vec<_>>().join(", ");
            let fault = format!(
                "holds {} layers with weights ({}), the model has {} ({}); the model has to be the one that was saved, or load by name",
                saved.len(),
                names(&mut saved.iter().map(|l| l.name.as_str())),
                own.len(),
                names(&mut own.iter().map(|l| l.name.as_str())),
            );
            return Err(ModelFileError::file(&self.path, fault));
        }
        Ok(own.iter().zip(saved).collect())
    }

    fn layer(
        &self,
        own: &OwnWeights<'_>,
        saved: &SavedLayer,
        options: &LoadOptions,
    ) -> Result<(BTreeMap<String, Tensor>, Vec<String>), H5Error> {
        let arrays = Arrays {
            file: &self.file,
            datasets: &saved.datasets,
            layer: &saved.name,
            of_keras_1: self.version.starts_with('1') || self.version.starts_with('0'),
            turned: options
                .backend
                .as_deref()
                .or(self.backend.as_deref())
                .is_some_and(|backend| backend == "theano"),
        };
        match options.skip_mismatch {
            true => arrays.read_what_fits(own),
            false => Ok((arrays.read(own)?, vec![])),
        }
    }

    /// The optimizer's variables in the order of the file; empty where there are none, or none that an optimizer of these
    /// weights would have, `most` bytes.
    ///
    /// # Errors
    ///
    /// A damaged file.
    pub(crate) fn optimizer(
        &self,
        weights: &[WeightInfo],
        most: u64,
    ) -> Result<Vec<Tensor>, ModelFileError> {
        let group = "optimizer_weights";
        let names = self
            .file
            .texts_in_parts(group, "weight_names")
            .map_err(|fault| ModelFileError::weights(&self.path, fault))?
            .unwrap_or_default();
        let paths = names.iter().map(|name| format!("{group}/{name}"));
        let paths: Vec<String> = paths
            .filter(|path| self.file.datasets().contains_key(path))
            .collect();
        let read = match paths.len() == names.len() {
            true => variables(&self.file, &paths, weights, most),
            false => Ok(vec![]),
        };
        read.map_err(|fault| ModelFileError::weights(&self.path, fault))
    }

    /// The arrays of the layer of this name, in their order: what `adapt()` left in a Normalization.
    fn arrays_of(&self, layer: &str) -> Result<Vec<Tensor>, ModelFileError> {
        let saved = self.layers.iter().find(|l| l.name == layer);
        let datasets = saved.map_or(&[][..], |l| &l.datasets);
        let read = |path: &String| read_adapted(&self.file, path);
        let read: Result<Vec<Tensor>, H5Error> = datasets.iter().map(read).collect();
        read.map_err(|fault| ModelFileError::weights(&self.path, fault))
    }
}

/// A Normalization that was not given its mean.
fn is_adapted(layer: &Json) -> bool {
    layer["class_name"] == "Normalization" && layer["config"]["mean"].is_null()
}

/// The layers with weights below a group.
fn layers(file: &H5File, group: &str) -> Result<Vec<SavedLayer>, String> {
    let inside = |name: &str| match group {
        "" => name.to_owned(),
        group => format!("{group}/{name}"),
    };
    let texts = |group: &str, name: &str| {
        let read = file.texts_in_parts(group, name);
        read.map_err(|e| e.to_string())
    };
    let Some(names) = texts(group, "layer_names")? else {
        return layers_of_keras_0(file, group);
    };
    let mut layers = vec![];
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name.clone()) {
            return Err(format!("names the layer `{name}` twice"));
        }
        let weights = texts(&inside(&name), "weight_names")?;
        let weights = weights.unwrap_or_default();
        let datasets: Vec<String> = weights
            .iter()
            .map(|weight| format!("{}/{weight}", inside(&name)))
            .collect();
        if let Some(missing) = datasets.iter().find(|d| !file.datasets().contains_key(*d)) {
            return Err(format!("names a weight `{missing}` that is not in it"));
        }
        if !datasets.is_empty() {
            layers.push(SavedLayer { name, datasets });
        }
    }
    Ok(layers)
}

/// Keras 0.x numbers layers and weights.
fn layers_of_keras_0(file: &H5File, group: &str) -> Result<Vec<SavedLayer>, String> {
    let inside = |name: &str| match group {
        "" => name.to_owned(),
        group => format!("{group}/{name}"),
    };
    let mut layers = vec![];
    for k in 0.. {
        let name = format!("layer_{k}");
        if !file.has_group(&inside(&name)) {
            break;
        }
        let path = |n: usize| format!("{}/param_{n}", inside(&name));
        let all = (0..).map(path);
        let datasets: Vec<String> = all
            .take_while(|path| file.datasets().contains_key(path))
            .collect();
        if !datasets.is_empty() {
            layers.push(SavedLayer { name, datasets });
        }
    }
    match layers.is_empty() {
        false => Ok(layers),
        true if file.has_group("layers") || file.has_group("_layer_checkpoint_dependencies") => {
            Err("is a file of Keras 3's weights; name it *.weights.h5".to_owned())
        }
        true => Err("has no layers with weights in it: expected `layer_names`, as Keras writes them to .h5 files".to_owned()),
    }
}
