//! `.keras`: a zip of `metadata.json`, `config.json` and `model.weights.h5`. Follows keras/src/saving/saving_lib.py.
//!
//! Reading trusts nothing: members are taken by name and never unpacked to disk, a name may stand there once, JSON is read
//! up to a bound, and weights that are packed are inflated only as far as the model's own size allows. Nothing that a
//! config names is run or imported: what is no layer of Keras is refused by its name.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use regimen_nn::model::{Description, InputInfo};
use regimen_nn::{Model, WeightInfo};
use serde_json::{Value as Json, json};
use zip::read::ZipFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive};

use super::adapted::{may_lack, with_adapted};
use super::config::{KERAS, config_of};
use super::fault::ModelFileError;
use super::weights::write_weights;
use super::weights_file::WeightsFile;
use crate::hdf5::{H5Error, H5File, H5Limits};
use crate::json::parsed;
use crate::members::{check_members, check_once};
use crate::model_file::of_config;
use crate::new_file::NewFile;
use crate::save::FileConfig;
use crate::source::{OptimizerVariable, WeightSource};
use crate::unpacking::check_held;
use crate::zipped::zipped;

/// Most bytes of a JSON member.
const JSON: u64 = 24 << 20;
/// Most bytes of an asset.
const ASSET: u64 = 16 << 20;

/// A `.keras` file that was opened: its config is known, its weights are not read yet.
#[derive(Debug)]
pub struct KerasFile {
    path: PathBuf,
    /// The version of Keras that wrote it.
    pub version: String,
    /// `config.json`.
    pub config: Json,
    weights: Packed,
}

/// Where the weights lie.
#[derive(Debug)]
enum Packed {
    /// As they are, in a part of the file, with this CRC-32.
    Stored { from: u64, length: u64, sum: u32 },
    /// Deflated, of this size.
    Deflated { length: u64 },
}

impl KerasFile {
    /// Opens a file.
    pub fn open(path: &Path) -> Result<KerasFile, ModelFileError> {
        let fault = |fault: String| ModelFileError::File {
            path: path.to_path_buf(),
            fault,
        };
        let file = File::open(path).map_err(|e| fault(e.to_string()))?;
        let length = file.metadata().map_err(|e| fault(e.to_string()))?.len();
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| {
            fault(format!(
                "not a .keras file, which is a zip, or cut short: {e}"
            ))
        })?;
        check_members(&archive).map_err(fault)?;
        let again = File::open(path).map_err(|e| fault(e.to_string()))?;
        check_once(BufReader::new(again), archive.central_directory_start()).map_err(fault)?;
        let metadata = json_member(&mut archive, "metadata.json").map_err(fault)?;
        let config = json_member(&mut archive, "config.json").map_err(fault)?;
        let weights = packed(&mut archive, length).map_err(fault)?;
        let version = metadata["keras_version"].as_str().unwrap_or(KERAS);
        Ok(KerasFile {
            path: path.to_path_buf(),
            version: version.to_owned(),
            config,
            weights,
        })
    }

    /// The model, with weights as they begin; what layers learned by `adapt()` is in it.
    pub fn model(&self) -> Result<Model, ModelFileError> {
        let mut config = self.config.clone();
        if may_lack(&config) {
            let file = self.weights_file(None)?;
            let asset = |name: &str| self.asset(name);
            with_adapted(&mut config, (&file, &asset), "").map_err(|e| self.damaged(e))?;
        }
        of_config(&self.path, config, Some(&self.version), "config.json")
    }

    /// Its weights; `weights` are those that the model has, which bounds what is inflated.
    pub(crate) fn weights(&self, weights: &[WeightInfo]) -> Result<WeightsFile, ModelFileError> {
        Ok(WeightsFile::within(
            &self.path,
            self.weights_file(Some(weights))?,
        ))
    }

    pub(super) fn weights_file(
        &self,
        weights: Option<&[WeightInfo]>,
    ) -> Result<H5File, ModelFileError> {
        let mut file = File::open(&self.path).map_err(|e| self.fault(e.to_string()))?;
        let limits = H5Limits::default();
        let opened = match self.weights {
            Packed::Stored { from, length, sum } => {
                let same = checksum(&mut file, from, length).map(|found| found == sum);
                if !same.map_err(|e| self.fault(e.to_string()))? {
                    return Err(self.fault(
                        "model.weights.h5: its bytes are not those of its checksum, the file is damaged: copy or download it again"
                            .to_owned(),
                    ));
                }
                H5File::window(file, from, length, limits)
            }
            Packed::Deflated { length } => {
                let told = file.metadata().map_err(|e| self.fault(e.to_string()))?;
                check_held(length, weights.unwrap_or_default(), told.len())
                    .map_err(|fault| self.fault(format!("model.weights.h5: {fault}")))?;
                file.rewind().map_err(|e| self.fault(e.to_string()))?;
                let bytes = self.inflated(file, length)?;
                H5File::from_bytes(bytes, limits)
            }
        };
        opened.map_err(|e| self.damaged(e))
    }

    fn inflated(&self, file: File, length: u64) -> Result<Vec<u8>, ModelFileError> {
        let read = || -> Result<Vec<u8>, String> {
            let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| e.to_string())?;
            let member = archive
                .by_name("model.weights.h5")
                .map_err(|e| e.to_string())?;
            bounded(member, length)
        };
        read().map_err(|e| self.fault(format!("model.weights.h5: {e}")))
    }

    /// The text of an asset; `None` where there is none of this name.
    fn asset(&self, name: &str) -> Result<Option<String>, String> {
        let file = File::open(&self.path).map_err(|e| e.to_string())?;
        let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| e.to_string())?;
        if archive.index_for_name(name).is_none() {
            return Ok(None);
        }
        let member = archive.by_name(name).map_err(|e| e.to_string())?;
        let length = member.size();
        if length > ASSET {
            return Err(format!("would take {length} bytes, more than {ASSET}"));
        }
        let text = String::from_utf8(bounded(member, length)?);
        text.map(Some).map_err(|_| "is no UTF-8".to_owned())
    }

    fn fault(&self, fault: String) -> ModelFileError {
        ModelFileError::File {
            path: self.path.clone(),
            fault,
        }
    }

    fn damaged(&self, fault: H5Error) -> ModelFileError {
        ModelFileError::Weights {
            path: self.path.clone(),
            fault,
        }
    }

    /// Writes a `.keras` file, whole or not at all: a draft beside it is put in its place when it is complete. `compile`
    /// is Keras's `compile_config`, or null; weights are asked for one by one. `inputs` are those that the
    /// description was made for.
    pub fn write(
        path: &Path,
        model: &Model,
        (inputs, description, config): (&[InputInfo], &Description, FileConfig<'_>),
        weight: &dyn WeightSource,
        (compile, optimizer): (&Json, (&str, &[OptimizerVariable])),
    ) -> Result<(), ModelFileError> {
        let written = NewFile::whole(path, |out| {
            zipped(out, |zip| {
                let stored =
                    SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
                let mut config = match config {
                    FileConfig::Given(config) => config.clone(),
                    FileConfig::Own | FileConfig::Ours | FileConfig::Left => {
                        config_of(model, inputs, description)
                    }
                };
                config["compile_config"] = compile.clone();
                if compile.is_null() {
                    config
                        .as_object_mut()
                        .map(|map| map.remove("compile_config"));
                }
                let metadata =
                    json!({ "keras_version": KERAS, "date_saved": "1970-01-01@00:00:00" });
                for (name, json) in [("metadata.json", &metadata), ("config.json", &config)] {
                    zip.start_file(name, stored)?;
                    zip.write_all(json.to_string().as_bytes())?;
                }
                zip.start_file("model.weights.h5", stored.large_file(true))?;
                write_weights(zip, model, &description.weights, weight, optimizer)?;
                Ok(())
            })
        });
        written.map_err(|fault| ModelFileError::file(path, fault.to_string()))
    }
}

fn json_member<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str) -> Result<Json, String> {
    let member = archive
        .by_name(name)
        .map_err(|e| format!("not a .keras file: {name}: {e}"))?;
    if member.size() > JSON {
        return Err(format!(
            "{name} would take {} bytes, more than {JSON}",
            member.size()
        ));
    }
    let length = member.size();
    let bytes = bounded(member, length).map_err(|e| format!("{name}: {e}"))?;
    parsed(&bytes).map_err(|e| format!("{name}: {e}"))
}

/// The bytes of a member, which has to have as many as it declares.
fn bounded<R: Read>(member: ZipFile<'_, R>, length: u64) -> Result<Vec<u8>, String> {
    // The length has been compared with what may be held.
    let mut bytes = Vec::with_capacity(length.saturating_add(1) as usize);
    let mut limited = member.take(length.saturating_add(1));
    limited.read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    match bytes.len() as u64 == length {
        true => Ok(bytes),
        false => Err(format!(
            "has other bytes than the {length} that it declares"
        )),
    }
}

/// CRC-32 of a part of a file, which no reader of the zip passes over where the part is not packed.
fn checksum(file: &mut File, from: u64, length: u64) -> std::io::Result<u32> {
    file.seek(SeekFrom::Start(from))?;
    let mut part = file.take(length);
    let (mut sum, mut bytes) = (crc32fast::Hasher::new(), vec![0; 1 << 20]);
    loop {
        match part.read(&mut bytes)? {
            0 => return Ok(sum.finalize()),
            n => sum.update(&bytes[..n]),
        }
    }
}

/// Where the weights lie in the archive.
fn packed<R: Read + Seek>(archive: &mut ZipArchive<R>, length: u64) -> Result<Packed, String> {
    let name = "model.weights.h5";
    let member = archive.by_name(name).map_err(|e| format!("{name}: {e}"))?;
    match member.compression() {
        CompressionMethod::Stored => {
            let from = member.data_start().ok_or("its place is not known")?;
            let size = member.size();
            match from.checked_add(size).is_some_and(|end| end <= length) {
                true => Ok(Packed::Stored {
                    from,
                    length: size,
                    sum: member.crc32(),
                }),
                false => Err(format!(
                    "{name} declares {size} bytes at {from}, the file has {length}"
                )),
            }
        }
        CompressionMethod::Deflated => Ok(Packed::Deflated {
            length: member.size(),
        }),
        other => Err(format!(
            "{name} is packed by {other}; expected none or deflate"
        )),
    }
}
