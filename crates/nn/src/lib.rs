//! Layers, losses, metrics and optimizers, with the names and semantics of Keras.
//!
//! Everything here only ever *writes graph*: a layer's one `forward` run on shapes is also its build
//! and its shape inference. Nothing here knows engines, devices or threads.
#![forbid(unsafe_code)]

mod activation_layer;
pub mod activations;
mod adaptive_pooling;
mod arctangent;
mod aspect_ratio;
mod attention;
mod augmenters;
mod boxes;
mod colours;
pub mod config;
pub mod constraints;
mod convolution;
mod convolution_weights;
mod depthwise_convolution;
pub mod dialect;
mod directions;
mod edges;
mod einsum;
mod equation;
mod factors;
mod filtering;
mod gamma_draws;
mod histogram;
pub mod host;
mod image_layer;
pub mod initializers;
mod input_spec;
mod kernel_geometry;
mod layer;
pub mod layers;
mod limits;
pub mod lora;
pub mod losses;
mod lstm_recurrence;
mod merging;
pub mod metrics;
pub mod model;
mod noise_shape;
mod normalization;
pub mod object;
pub mod optimizers;
mod option_kinds;
mod pattern;
mod penalties;
pub mod policy;
mod pooling;
mod projection;
mod recurrent;
pub mod registry;
mod regularized;
pub mod regularizers;
mod renorm;
mod resizing;
mod sampling;
pub mod schedules;
mod scope;
mod sequence_attention;
mod spatial;
pub mod summary;
mod transposed_convolution;
mod windows;

pub use aspect_ratio::smart_resize;
pub use config::{Configured, OptionError, OptionInfo, OptionValue, Options};
pub use edges::Edges;
pub use factors::{Factor, ValueRange};
pub use image_layer::{Drawn, ImageLayer, Integers};
pub use layer::{Call, Layer, LayerDef, Value};

pub use model::Model;
pub use object::Object;
pub use option_kinds::{Axes, AxisOrAxes, DataFormat, Padding};
pub use pattern::Pattern;
pub use resizing::Interpolation;
pub use sampling::{FillMode, Sampling};
pub use scope::{Mode, SEED, STEP, Scope, WeightInfo, WeightOptions};
pub use transposed_convolution::OutputPadding;
pub use windows::Window;
