//! Every loss of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod binary_crossentropy;
pub(crate) mod binary_focal_crossentropy;
pub(crate) mod categorical_crossentropy;
pub(crate) mod categorical_focal_crossentropy;
pub(crate) mod categorical_generalized_cross_entropy;
pub(crate) mod categorical_hinge;
pub(crate) mod circle;
pub(crate) mod cosine_similarity;
pub(crate) mod ctc;
pub(crate) mod dice;
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
pub(crate) mod overlap;
pub(crate) mod poisson;
pub(crate) mod sparse_categorical_crossentropy;
pub(crate) mod squared_hinge;
pub(crate) mod targets;
pub(crate) mod tversky;

pub use binary_crossentropy::BinaryCrossentropy;
pub use binary_focal_crossentropy::BinaryFocalCrossentropy;
pub use categorical_crossentropy::CategoricalCrossentropy;
pub use categorical_focal_crossentropy::CategoricalFocalCrossentropy;
pub use categorical_generalized_cross_entropy::CategoricalGeneralizedCrossEntropy;
pub use categorical_hinge::CategoricalHinge;
pub use circle::Circle;
pub use cosine_similarity::CosineSimilarity;
pub use ctc::Ctc;
pub use dice::Dice;
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
pub use tversky::Tversky;

use super::LossDef;

/// Every loss, in order of file name.
pub const LOSSES: &[LossDef] = &[
    binary_crossentropy::DEF,
    binary_focal_crossentropy::DEF,
    categorical_crossentropy::DEF,
    categorical_focal_crossentropy::DEF,
    categorical_generalized_cross_entropy::DEF,
    categorical_hinge::DEF,
    circle::DEF,
    cosine_similarity::DEF,
    ctc::DEF,
    dice::DEF,
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
    tversky::DEF,
];
