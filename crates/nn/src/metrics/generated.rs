//! Every metric of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod accuracy;
pub(crate) mod auc;
pub(crate) mod binary_accuracy;
pub(crate) mod binary_crossentropy;
pub(crate) mod categorical_accuracy;
pub(crate) mod categorical_crossentropy;
pub(crate) mod categorical_hinge;
pub(crate) mod confusion;
pub(crate) mod cosine_similarity;
pub(crate) mod hinge;
pub(crate) mod kl_divergence;
pub(crate) mod log_cosh_error;
pub(crate) mod mean;
pub(crate) mod mean_absolute_error;
pub(crate) mod mean_absolute_percentage_error;
pub(crate) mod mean_squared_error;
pub(crate) mod mean_squared_logarithmic_error;
pub(crate) mod poisson;
pub(crate) mod precision;
pub(crate) mod recall;
pub(crate) mod root_mean_squared_error;
pub(crate) mod sparse_categorical_accuracy;
pub(crate) mod sparse_categorical_crossentropy;
pub(crate) mod sparse_top_k_categorical_accuracy;
pub(crate) mod squared_hinge;
pub(crate) mod top_k_categorical_accuracy;

pub use accuracy::Accuracy;
pub use auc::{Auc, Curve, Summation};
pub use binary_accuracy::BinaryAccuracy;
pub use binary_crossentropy::BinaryCrossentropy;
pub use categorical_accuracy::CategoricalAccuracy;
pub use categorical_crossentropy::CategoricalCrossentropy;
pub use categorical_hinge::CategoricalHinge;
pub use confusion::Thresholds;
pub use cosine_similarity::CosineSimilarity;
pub use hinge::Hinge;
pub use kl_divergence::KLDivergence;
pub use log_cosh_error::LogCoshError;
pub use mean::Mean;
pub use mean_absolute_error::MeanAbsoluteError;
pub use mean_absolute_percentage_error::MeanAbsolutePercentageError;
pub use mean_squared_error::MeanSquaredError;
pub use mean_squared_logarithmic_error::MeanSquaredLogarithmicError;
pub use poisson::Poisson;
pub use precision::Precision;
pub use recall::Recall;
pub use root_mean_squared_error::RootMeanSquaredError;
pub use sparse_categorical_accuracy::SparseCategoricalAccuracy;
pub use sparse_categorical_crossentropy::SparseCategoricalCrossentropy;
pub use sparse_top_k_categorical_accuracy::SparseTopKCategoricalAccuracy;
pub use squared_hinge::SquaredHinge;
pub use top_k_categorical_accuracy::TopKCategoricalAccuracy;

use super::MetricDef;

/// Every metric, in order of file name.
pub const METRICS: &[MetricDef] = &[
    accuracy::DEF,
    auc::DEF,
    binary_accuracy::DEF,
    binary_crossentropy::DEF,
    categorical_accuracy::DEF,
    categorical_crossentropy::DEF,
    categorical_hinge::DEF,
    cosine_similarity::DEF,
    hinge::DEF,
    kl_divergence::DEF,
    log_cosh_error::DEF,
    mean::DEF,
    mean_absolute_error::DEF,
    mean_absolute_percentage_error::DEF,
    mean_squared_error::DEF,
    mean_squared_logarithmic_error::DEF,
    poisson::DEF,
    precision::DEF,
    recall::DEF,
    root_mean_squared_error::DEF,
    sparse_categorical_accuracy::DEF,
    sparse_categorical_crossentropy::DEF,
    sparse_top_k_categorical_accuracy::DEF,
    squared_hinge::DEF,
    top_k_categorical_accuracy::DEF,
];
