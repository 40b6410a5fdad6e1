//! HDF5, as far as Keras's files need it: written here as a stream, read by `hdf5-pure` behind guards.

mod attributes;
mod element;
mod listing;
mod lookup3;
mod message;
mod reader;
mod source;
mod writer;

pub use element::Element;
pub use reader::{H5Dataset, H5Error, H5File, H5Limits};
pub use writer::{Attribute, Fill, H5Writer};

#[cfg(test)]
mod tests;
