//! Files of Keras 3: `.weights.h5` and `.keras`.

mod adapted;
mod archive;
mod places;
mod tensors;
mod weights;

pub use archive::{KerasFile, ModelFileError, SavedModel};
pub use places::{Place, places};
pub(crate) use weights::put;
pub use weights::{read_weights, write_weights};

#[cfg(test)]
mod tests;
