//! File formats of models: the checkpoint, and Keras's `.keras` and `.weights.h5`.
//!
//! The only crate that knows how models lie in files. [`Checkpoint`] is Regimen's own format: the
//! complete state of a training run, by name, checksummed and versioned. [`keras`] reads and writes
//! what Keras 3 saves; [`hdf5`] is what lies below it.
#![forbid(unsafe_code)]

mod checkpoint;
pub mod hdf5;
pub mod keras;
mod new_file;
pub mod onnx;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use new_file::NewFile;
