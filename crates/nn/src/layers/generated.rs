//! Every layer of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod activation;
pub(crate) mod add;
pub(crate) mod average_pooling1d;
pub(crate) mod average_pooling2d;
pub(crate) mod batch_normalization;
pub(crate) mod bidirectional;
pub(crate) mod concatenate;
pub(crate) mod conv1d;
pub(crate) mod conv2d;
pub(crate) mod dense;
pub(crate) mod dropout;
pub(crate) mod embedding;
pub(crate) mod flatten;
pub(crate) mod gaussian_noise;
pub(crate) mod global_average_pooling1d;
pub(crate) mod global_average_pooling2d;
pub(crate) mod global_max_pooling1d;
pub(crate) mod global_max_pooling2d;
pub(crate) mod input_layer;
pub(crate) mod layer_normalization;
pub(crate) mod lstm;
pub(crate) mod masking;
pub(crate) mod max_pooling1d;
pub(crate) mod max_pooling2d;
pub(crate) mod multi_head_attention;
pub(crate) mod rescaling;
pub(crate) mod reshape;
pub(crate) mod spatial_dropout1d;

pub use activation::Activation;
pub use add::Add;
pub use average_pooling1d::AveragePooling1D;
pub use average_pooling2d::AveragePooling2D;
pub use batch_normalization::BatchNormalization;
pub use bidirectional::{Bidirectional, MergeMode};
pub use concatenate::Concatenate;
pub use conv1d::Conv1D;
pub use conv2d::Conv2D;
pub use dense::Dense;
pub use dropout::Dropout;
pub use embedding::Embedding;
pub use flatten::Flatten;
pub use gaussian_noise::GaussianNoise;
pub use global_average_pooling1d::GlobalAveragePooling1D;
pub use global_average_pooling2d::GlobalAveragePooling2D;
pub use global_max_pooling1d::GlobalMaxPooling1D;
pub use global_max_pooling2d::GlobalMaxPooling2D;
pub use input_layer::InputLayer;
pub use layer_normalization::LayerNormalization;
pub use lstm::LSTM;
pub use masking::Masking;
pub use max_pooling1d::MaxPooling1D;
pub use max_pooling2d::MaxPooling2D;
pub use multi_head_attention::MultiHeadAttention;
pub use rescaling::Rescaling;
pub use reshape::Reshape;
pub use spatial_dropout1d::SpatialDropout1D;

use super::LayerDef;

/// Every layer, in order of file name.
pub const LAYERS: &[LayerDef] = &[
    activation::DEF,
    add::DEF,
    average_pooling1d::DEF,
    average_pooling2d::DEF,
    batch_normalization::DEF,
    bidirectional::DEF,
    concatenate::DEF,
    conv1d::DEF,
    conv2d::DEF,
    dense::DEF,
    dropout::DEF,
    embedding::DEF,
    flatten::DEF,
    gaussian_noise::DEF,
    global_average_pooling1d::DEF,
    global_average_pooling2d::DEF,
    global_max_pooling1d::DEF,
    global_max_pooling2d::DEF,
    input_layer::DEF,
    layer_normalization::DEF,
    lstm::DEF,
    masking::DEF,
    max_pooling1d::DEF,
    max_pooling2d::DEF,
    multi_head_attention::DEF,
    rescaling::DEF,
    reshape::DEF,
    spatial_dropout1d::DEF,
];
