//! File formats of models: the checkpoint, and what Keras and others save.
//!
//! The only crate that knows how models lie in files. [`Checkpoint`] is Regimen's own format: the
//! complete state of a training run, by name, checksummed and versioned. [`keras`] reads and writes
//! what Keras 3 saves, [`legacy`] the `.h5` files of all versions, [`named`] weights by name (safetensors, `.npz`), [`onnx`] what other runtimes run;
//! [`hdf5`] is what lies below them. [`ModelFile`] opens whichever has a whole model, [`load_weights`] reads weights from
//! any of them.
#![forbid(unsafe_code)]

mod axes;
mod checkpoint;
mod elements;
mod foreign;
pub mod hdf5;
mod json;
pub mod keras;
pub mod legacy;
mod load;
mod members;
mod model_file;
pub mod named;
mod new_file;
pub mod onnx;
mod precision;
mod save;
mod shared;
mod source;
mod unpacking;
mod zipped;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use foreign::check_foreign;
pub use keras::without_learnt;
pub use load::{LoadOptions, Loaded, WeightsFormat, load_weights};
pub use model_file::ModelFile;
pub use new_file::NewFile;
pub use save::{FileConfig, SHARD, Saving, save};
pub use source::{OptimizerVariable, WeightSource};
