//! Why a model is not written as ONNX.

use std::io;
use std::path::PathBuf;

use regimen_graph::ModelFaults;

/// Why a model is not written as ONNX.
#[derive(Debug, thiserror::Error)]
pub enum OnnxError {
    /// The model cannot be built.
    #[error("{0}")]
    Model(ModelFaults),
    /// An input of the model says nothing of what it takes.
    #[error(
        "input {0}: what it takes is not known. Begin the model with an Input, or say what data will come"
    )]
    Input(usize),
    /// A layer works on texts or categories before the graph.
    #[error(
        "{layer} ({class}): works on rows before the graph, with texts or hashes that ONNX cannot express. Export the model behind it, and do its work where rows are made"
    )]
    Host {
        /// Its path.
        layer: String,
        /// Its class.
        class: String,
    },
    /// A layer needs an op that ONNX cannot express.
    #[error("{layer}: {op}: {why}. {mend}")]
    Op {
        /// Path of the layer; `model` outside layers.
        layer: String,
        /// The op.
        op: String,
        /// What cannot be said.
        why: String,
        /// What to do about it.
        mend: String,
    },
    /// More than the 2 GiB that protocol buffers can hold.
    #[error(
        "the model takes {0} bytes; an ONNX file is one message of protocol buffers, which ends at 2147483647. Save it as .keras, or make it smaller"
    )]
    TooLarge(u64),
    /// A weight is missing, or has another shape than the model's.
    #[error("weight `{path}`: {fault}")]
    Weight {
        /// Its path.
        path: String,
        /// What is wrong.
        fault: String,
    },
    /// The file cannot be written.
    #[error("{}: {fault}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        fault: io::Error,
    },
    /// What was written could not be passed on.
    #[error(transparent)]
    Write(#[from] io::Error),
}

impl OnnxError {
    /// Of an op of a layer.
    pub(super) fn op(layer: &str, op: &str, why: impl Into<String>, mend: &str) -> OnnxError {
        let layer = match layer {
            "" => "model",
            path => path,
        };
        OnnxError::Op {
            layer: layer.to_owned(),
            op: op.to_owned(),
            why: why.into(),
            mend: mend.to_owned(),
        }
    }
}
