//! Why a file of a model is refused.

use std::path::{Path, PathBuf};

use regimen_nn::OptionError;

use crate::hdf5::H5Error;
use crate::onnx::OnnxError;

/// Why a model's file is refused, or cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ModelFileError {
    /// The file itself.
    #[error("{}: {fault}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong, and the mend.
        fault: String,
    },
    /// The config is none of a model that can be built here.
    #[error("{}", faults(path, errors))]
    Config {
        /// The file.
        path: PathBuf,
        /// Every fault with its place in the config.
        errors: Vec<OptionError>,
    },
    /// The model cannot be written as ONNX.
    #[error(transparent)]
    Onnx(#[from] OnnxError),
    /// The weights do not fit the model, or are damaged.
    #[error("{}: weights: {fault}", path.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: H5Error,
    },
}

fn faults(path: &Path, errors: &[OptionError]) -> String {
    let lines: Vec<String> = errors
        .iter()
        .map(|error| format!("{}: {error}", path.display()))
        .collect();
    lines.join("\n")
}

impl ModelFileError {
    pub(crate) fn file(path: &Path, fault: String) -> ModelFileError {
        ModelFileError::File {
            path: path.to_path_buf(),
            fault,
        }
    }

    pub(crate) fn weights(path: &Path, fault: H5Error) -> ModelFileError {
        ModelFileError::Weights {
            path: path.to_path_buf(),
            fault,
        }
    }

    pub(crate) fn config(path: &Path, errors: Vec<OptionError>) -> ModelFileError {
        ModelFileError::Config {
            path: path.to_path_buf(),
            errors,
        }
    }
}
