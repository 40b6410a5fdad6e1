//! Every loss of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod binary_crossentropy;
pub(crate) mod categorical_crossentropy;
pub(crate) mod categorical_hinge;
pub(crate) mod cosine_similarity;
pub(crate) mod hinge;
pub(crate) mod huber;
pub(crate) mod kl_divergence;
pub(crate) mod label_smoothing;
pub(crate) mod log_cosh;
pub(crate) mod mean_absolute_error;
pub(crate) mod mean_absolute_percentage_error;
pub(crate) mod mean_squared_error;
pub(crate) mod mean_squared_logarithmic_error;
pub(crate) mod numerics;
pub(crate) mod poisson;
pub(crate) mod sparse_categorical_crossentropy;
pub(crate) mod squared_hinge;
pub(crate) mod targets;

pub use binary_crossentropy::BinaryCrossentropy;
pub use categorical_crossentropy::CategoricalCrossentropy;
pub use categorical_hinge::CategoricalHinge;
pub use cosine_similarity::CosineSimilarity;
pub use hinge::Hinge;
pub use huber::Huber;
pub use kl_divergence::KLDivergence;
pub use log_cosh::LogCosh;
pub use mean_absolute_error::MeanAbsoluteError;
pub use mean_absolute_percentage_error::MeanAbsolutePercentageError;
pub use mean_squared_error::MeanSquaredError;
pub use mean_squared_logarithmic_error::MeanSquaredLogarithmicError;
pub use poisson::Poisson;
pub use sparse_categorical_crossentropy::SparseCategoricalCrossentropy;
pub use squared_hinge::SquaredHinge;

use super::LossDef;

/// Every loss, in order of file name.
pub const LOSSES: &[LossDef] = &[
    binary_crossentropy::DEF,
    categorical_crossentropy::DEF,
    categorical_hinge::DEF,
    cosine_similarity::DEF,
    hinge::DEF,
    huber::DEF,
    kl_divergence::DEF,
    log_cosh::DEF,
    mean_absolute_error::DEF,
    mean_absolute_percentage_error::DEF,
    mean_squared_error::DEF,
    mean_squared_logarithmic_error::DEF,
    poisson::DEF,
    sparse_categorical_crossentropy::DEF,
    squared_hinge::DEF,
];
