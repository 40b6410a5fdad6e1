//! Every metric of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod accuracy;
pub(crate) mod auc;
pub(crate) mod binary_accuracy;
pub(crate) mod binary_crossentropy;
pub(crate) mod binary_iou;
pub(crate) mod categorical_accuracy;
pub(crate) mod categorical_crossentropy;
pub(crate) mod categorical_hinge;
pub(crate) mod concordance_correlation;
pub(crate) mod condition_count;
pub(crate) mod confusion;
pub(crate) mod cosine_similarity;
pub(crate) mod f1_score;
pub(crate) mod false_negatives;
pub(crate) mod false_positives;
pub(crate) mod fbeta_score;
pub(crate) mod hinge;
pub(crate) mod iou;
pub(crate) mod kl_divergence;
pub(crate) mod log_cosh_error;
pub(crate) mod mean;
pub(crate) mod mean_absolute_error;
pub(crate) mod mean_absolute_percentage_error;
pub(crate) mod mean_iou;
pub(crate) mod mean_metric_wrapper;
pub(crate) mod mean_squared_error;
pub(crate) mod mean_squared_logarithmic_error;
pub(crate) mod one_hot_iou;
pub(crate) mod one_hot_mean_iou;
pub(crate) mod overlap;
pub(crate) mod pearson_correlation;
pub(crate) mod poisson;
pub(crate) mod precision;
pub(crate) mod precision_at_recall;
pub(crate) mod r2_score;
pub(crate) mod rates;
pub(crate) mod recall;
pub(crate) mod recall_at_precision;
pub(crate) mod root_mean_squared_error;
pub(crate) mod sensitivity_at_specificity;
pub(crate) mod sparse_categorical_accuracy;
pub(crate) mod sparse_categorical_crossentropy;
pub(crate) mod sparse_top_k_categorical_accuracy;
pub(crate) mod specificity_at_sensitivity;
pub(crate) mod squared_hinge;
pub(crate) mod sum;
pub(crate) mod top_k_categorical_accuracy;
pub(crate) mod true_negatives;
pub(crate) mod true_positives;

pub use accuracy::Accuracy;
pub use auc::{Auc, Curve, Summation};
pub use binary_accuracy::BinaryAccuracy;
pub use binary_crossentropy::BinaryCrossentropy;
pub use binary_iou::BinaryIoU;
pub use categorical_accuracy::CategoricalAccuracy;
pub use categorical_crossentropy::CategoricalCrossentropy;
pub use categorical_hinge::CategoricalHinge;
pub use concordance_correlation::ConcordanceCorrelation;
pub use confusion::Thresholds;
pub use cosine_similarity::CosineSimilarity;
pub use f1_score::F1Score;
pub use false_negatives::FalseNegatives;
pub use false_positives::FalsePositives;
pub use fbeta_score::{Average, FBetaScore};
pub use hinge::Hinge;
pub use iou::IoU;
pub use kl_divergence::KLDivergence;
pub use log_cosh_error::LogCoshError;
pub use mean::Mean;
pub use mean_absolute_error::MeanAbsoluteError;
pub use mean_absolute_percentage_error::MeanAbsolutePercentageError;
pub use mean_iou::MeanIoU;
pub use mean_metric_wrapper::MeanMetricWrapper;
pub use mean_squared_error::MeanSquaredError;
pub use mean_squared_logarithmic_error::MeanSquaredLogarithmicError;
pub use one_hot_iou::OneHotIoU;
pub use one_hot_mean_iou::OneHotMeanIoU;
pub use overlap::CountType;
pub use pearson_correlation::PearsonCorrelation;
pub use poisson::Poisson;
pub use precision::Precision;
pub use precision_at_recall::PrecisionAtRecall;
pub use r2_score::{Aggregation, R2Score};
pub use recall::Recall;
pub use recall_at_precision::RecallAtPrecision;
pub use root_mean_squared_error::RootMeanSquaredError;
pub use sensitivity_at_specificity::SensitivityAtSpecificity;
pub use sparse_categorical_accuracy::SparseCategoricalAccuracy;
pub use sparse_categorical_crossentropy::SparseCategoricalCrossentropy;
pub use sparse_top_k_categorical_accuracy::SparseTopKCategoricalAccuracy;
pub use specificity_at_sensitivity::SpecificityAtSensitivity;
pub use squared_hinge::SquaredHinge;
pub use sum::Sum;
pub use top_k_categorical_accuracy::TopKCategoricalAccuracy;
pub use true_negatives::TrueNegatives;
pub use true_positives::TruePositives;

use super::MetricDef;

/// Every metric, in order of file name.
pub const METRICS: &[MetricDef] = &[
    accuracy::DEF,
    auc::DEF,
    binary_accuracy::DEF,
    binary_crossentropy::DEF,
    binary_iou::DEF,
    categorical_accuracy::DEF,
    categorical_crossentropy::DEF,
    categorical_hinge::DEF,
    concordance_correlation::DEF,
    cosine_similarity::DEF,
    f1_score::DEF,
    false_negatives::DEF,
    false_positives::DEF,
    fbeta_score::DEF,
    hinge::DEF,
    iou::DEF,
    kl_divergence::DEF,
    log_cosh_error::DEF,
    mean::DEF,
    mean_absolute_error::DEF,
    mean_absolute_percentage_error::DEF,
    mean_iou::DEF,
    mean_metric_wrapper::DEF,
    mean_squared_error::DEF,
    mean_squared_logarithmic_error::DEF,
    one_hot_iou::DEF,
    one_hot_mean_iou::DEF,
    pearson_correlation::DEF,
    poisson::DEF,
    precision::DEF,
    precision_at_recall::DEF,
    r2_score::DEF,
    recall::DEF,
    recall_at_precision::DEF,
    root_mean_squared_error::DEF,
    sensitivity_at_specificity::DEF,
    sparse_categorical_accuracy::DEF,
    sparse_categorical_crossentropy::DEF,
    sparse_top_k_categorical_accuracy::DEF,
    specificity_at_sensitivity::DEF,
    squared_hinge::DEF,
    sum::DEF,
    top_k_categorical_accuracy::DEF,
    true_negatives::DEF,
    true_positives::DEF,
];
