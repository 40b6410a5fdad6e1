//! The HDF5 files of Keras 1, 2 and 3 that Keras calls legacy: `.h5`, `.hdf5`, `.hdf`.
//!
//! ```text
//!   attributes of the root     model_config, training_config, keras_version, backend     (a whole model)
//!   model_weights/             layer_names; a group per layer with weight_names and one dataset per name
//! ```
//!
//! A file of weights alone has the content of `model_weights` at its root. Layers are matched by their order, those without
//! weights left out, or by name. Files of Keras 1 have four arrays for each gate where there is one today, and files that
//! were trained with Theano have their kernels turned; Keras 3 reads neither, this does.
//!
//! Follows keras/src/legacy/saving/legacy_h5_format.py of 3.15.1 and keras/engine/saving.py
//! (`preprocess_weights_for_loading`) of 2.2.4.

mod arrays;
mod file;
mod gates;
mod kernels;
mod order;
mod write;

pub use file::LegacyFile;
pub use write::write_legacy;

#[cfg(test)]
mod tests;
