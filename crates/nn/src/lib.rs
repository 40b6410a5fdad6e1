//! Layers, losses, metrics and optimizers, with the names and semantics of Keras.
//!
//! Everything here only ever *writes graph*: a layer's one `forward` run on shapes is also its build
//! and its shape inference. Nothing here knows engines, devices or threads.
#![forbid(unsafe_code)]

pub mod activations;
pub mod config;
pub mod constraints;
pub mod initializers;
mod layer;
pub mod layers;
pub mod losses;
pub mod metrics;
pub mod model;
pub mod object;
pub mod optimizers;
pub mod regularizers;
mod scope;
pub mod summary;

pub use config::{Configured, OptionError, OptionInfo, OptionValue, Options};
pub use layer::{Call, Layer, LayerDef, Value};

pub use model::Model;
pub use object::Object;
pub use scope::{Mode, Scope, WeightInfo, WeightOptions};
