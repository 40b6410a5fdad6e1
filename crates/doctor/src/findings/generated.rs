//! Every finding of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod batch_size_too_large;
pub(crate) mod batch_size_too_small;
pub(crate) mod batchnorm_train_eval_mismatch;
pub(crate) mod class_imbalance;
pub(crate) mod constant_prediction;
pub(crate) mod converged;
pub(crate) mod dead_relu;
pub(crate) mod degenerate_train_loss;
pub(crate) mod diminishing_returns;
pub(crate) mod divergence;
pub(crate) mod duplicate_rows;
pub(crate) mod early_stopping_too_early;
pub(crate) mod epochs_too_few;
pub(crate) mod epochs_too_many;
pub(crate) mod exploding_gradients;
pub(crate) mod inputs_unscaled;
pub(crate) mod l1_too_strong;
pub(crate) mod l2_too_strong;
pub(crate) mod label_noise;
pub(crate) mod labels_not_one_hot;
pub(crate) mod labels_one_hot_with_sparse_loss;
pub(crate) mod layer_output_too_small;
pub(crate) mod leaking_feature;
pub(crate) mod lr_too_high;
pub(crate) mod lr_too_low;
pub(crate) mod lucky_best_epoch;
pub(crate) mod majority_class;
pub(crate) mod missing_flatten;
pub(crate) mod missing_hidden_activation;
pub(crate) mod missing_output_activation;
pub(crate) mod nan_loss;
pub(crate) mod negative_loss;
pub(crate) mod network_too_large;
pub(crate) mod network_too_small;
pub(crate) mod no_learning;
pub(crate) mod no_signal;
pub(crate) mod no_validation;
pub(crate) mod overfitting;
pub(crate) mod overfitting_benign;
pub(crate) mod overfitting_mild;
pub(crate) mod plateau;
pub(crate) mod redundant_output_activation;
pub(crate) mod saturated_units;
pub(crate) mod slow_input;
pub(crate) mod softmax_single_unit;
pub(crate) mod stateful_batch_size;
pub(crate) mod still_improving;
pub(crate) mod targets_out_of_range;
pub(crate) mod targets_scaled_by_mistake;
pub(crate) mod targets_unscaled;
pub(crate) mod too_little_data;
pub(crate) mod train_above_validation_explained;
pub(crate) mod train_loss_fluctuation;
pub(crate) mod train_test_scaling_mismatch;
pub(crate) mod train_val_distribution_shift;
pub(crate) mod underfitting;
pub(crate) mod unreached_weights;
pub(crate) mod unregularized_parameters;
pub(crate) mod val_fluctuation;
pub(crate) mod val_noise_within_sampling_error;
pub(crate) mod validation_split_unshuffled;
pub(crate) mod vanishing_gradients;
pub(crate) mod wrong_activation_loss_pairing;
pub(crate) mod wrong_embedding_shape;
pub(crate) mod wrong_hidden_activation;
pub(crate) mod wrong_init;
pub(crate) mod wrong_input_shape;
pub(crate) mod wrong_layer_wiring;
pub(crate) mod wrong_loss;
pub(crate) mod wrong_metric;
pub(crate) mod wrong_output_activation;
pub(crate) mod wrong_output_units;
pub(crate) mod wrong_return_sequences;

use super::FindingDef;

/// Every finding, in order of file name.
pub const FINDINGS: &[FindingDef] = &[
    batch_size_too_large::DEF,
    batch_size_too_small::DEF,
    batchnorm_train_eval_mismatch::DEF,
    class_imbalance::DEF,
    constant_prediction::DEF,
    converged::DEF,
    dead_relu::DEF,
    degenerate_train_loss::DEF,
    diminishing_returns::DEF,
    divergence::DEF,
    duplicate_rows::DEF,
    early_stopping_too_early::DEF,
    epochs_too_few::DEF,
    epochs_too_many::DEF,
    exploding_gradients::DEF,
    inputs_unscaled::DEF,
    l1_too_strong::DEF,
    l2_too_strong::DEF,
    label_noise::DEF,
    labels_not_one_hot::DEF,
    labels_one_hot_with_sparse_loss::DEF,
    layer_output_too_small::DEF,
    leaking_feature::DEF,
    lr_too_high::DEF,
    lr_too_low::DEF,
    lucky_best_epoch::DEF,
    majority_class::DEF,
    missing_flatten::DEF,
    missing_hidden_activation::DEF,
    missing_output_activation::DEF,
    nan_loss::DEF,
    negative_loss::DEF,
    network_too_large::DEF,
    network_too_small::DEF,
    no_learning::DEF,
    no_signal::DEF,
    no_validation::DEF,
    overfitting::DEF,
    overfitting_benign::DEF,
    overfitting_mild::DEF,
    plateau::DEF,
    redundant_output_activation::DEF,
    saturated_units::DEF,
    slow_input::DEF,
    softmax_single_unit::DEF,
    stateful_batch_size::DEF,
    still_improving::DEF,
    targets_out_of_range::DEF,
    targets_scaled_by_mistake::DEF,
    targets_unscaled::DEF,
    too_little_data::DEF,
    train_above_validation_explained::DEF,
    train_loss_fluctuation::DEF,
    train_test_scaling_mismatch::DEF,
    train_val_distribution_shift::DEF,
    underfitting::DEF,
    unreached_weights::DEF,
    unregularized_parameters::DEF,
    val_fluctuation::DEF,
    val_noise_within_sampling_error::DEF,
    validation_split_unshuffled::DEF,
    vanishing_gradients::DEF,
    wrong_activation_loss_pairing::DEF,
    wrong_embedding_shape::DEF,
    wrong_hidden_activation::DEF,
    wrong_init::DEF,
    wrong_input_shape::DEF,
    wrong_layer_wiring::DEF,
    wrong_loss::DEF,
    wrong_metric::DEF,
    wrong_output_activation::DEF,
    wrong_output_units::DEF,
    wrong_return_sequences::DEF,
];
