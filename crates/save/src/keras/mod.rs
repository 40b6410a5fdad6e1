//! Files of Keras 3: `.weights.h5` and `.keras`.

mod adapted;
mod archive;
mod config;
mod fault;
mod low_rank;
mod places;
mod sharded;
mod stages;
mod tensors;
mod weights;
mod weights_file;

pub use archive::KerasFile;
pub use fault::ModelFileError;
pub use places::{Place, places};
pub use sharded::write_sharded;
pub use weights::{read_weights, write_weights};
pub use weights_file::{WeightsFile, write_weights_file};

pub use adapted::without_learnt;
pub(crate) use adapted::{learnt, read_adapted, with_adapted};
pub(crate) use config::{KERAS, config_of, input_layer};
pub(crate) use low_rank::Sums;
pub(crate) use weights::{floats, put};
pub(crate) use weights_file::variables;

#[cfg(test)]
mod tests;
