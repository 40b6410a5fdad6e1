//! File formats of models: the checkpoint.
//!
//! The only crate that knows how models lie in files. [`Checkpoint`] is Regimen's own format: the
//! complete state of a training run, by name, checksummed and versioned.
#![forbid(unsafe_code)]

mod checkpoint;
pub mod hdf5;

pub use checkpoint::{Checkpoint, CheckpointError};
