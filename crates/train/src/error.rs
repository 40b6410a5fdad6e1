//! What can go wrong between a run file and a trained model.

use regimen_data::DataErrors;
use regimen_graph::{EngineError, GradError, ModelFaults};
use regimen_nn::OptionError;
use regimen_run::folder::FolderError;

/// Why a model cannot be trained, evaluated or saved.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// Unknown names or options, with the place of each.
    #[error("{}", lines(.0))]
    Options(Vec<OptionError>),
    /// Shapes that do not fit, with the layer of each.
    #[error("{0}")]
    Model(#[from] ModelFaults),
    /// A layer through which no gradient passes.
    #[error("{0}")]
    Gradient(#[from] GradError),
    /// The engine refused.
    #[error("{0}")]
    Engine(#[from] EngineError),
    /// The data is not fit for use.
    #[error("{0}")]
    Data(#[from] DataErrors),
    /// The run folder cannot be written or read.
    #[error("{0}")]
    Folder(#[from] FolderError),
    /// Arguments that contradict each other or the data.
    #[error("{0}")]
    Arguments(String),
    /// A callback cannot go on.
    #[error("callback {callback}: {reason}")]
    Callback {
        /// Its class.
        callback: String,
        /// What happened, what was expected, the mend.
        reason: String,
    },
    /// A checkpoint cannot be used.
    #[error("{file}: {reason}")]
    Checkpoint {
        /// The file.
        file: String,
        /// What is wrong with it, and the mend.
        reason: String,
    },
}

fn lines(errors: &[OptionError]) -> String {
    errors
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}
