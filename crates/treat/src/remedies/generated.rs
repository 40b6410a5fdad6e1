//! Every remedy of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod adam;
pub(crate) mod adamw;
pub(crate) mod add_flatten;
pub(crate) mod augmentation;
pub(crate) mod balanced_sampling;
pub(crate) mod batch_norm;
pub(crate) mod batch_norm_momentum;
pub(crate) mod class_weight;
pub(crate) mod clean_inputs;
pub(crate) mod cosine_schedule;
pub(crate) mod decision_thresholds;
pub(crate) mod deeper_network;
pub(crate) mod default_initializer;
pub(crate) mod drop_duplicates;
pub(crate) mod drop_feature;
pub(crate) mod dropout;
pub(crate) mod dropout_embeddings;
pub(crate) mod early_stopping;
pub(crate) mod fewer_poolings;
pub(crate) mod fix_batch_size;
pub(crate) mod fix_input_shape;
pub(crate) mod fix_labels;
pub(crate) mod fix_loss;
pub(crate) mod fix_output_activation;
pub(crate) mod fix_output_units;
pub(crate) mod fix_return_sequences;
pub(crate) mod global_pooling;
pub(crate) mod gradient_clipping;
pub(crate) mod group_split;
pub(crate) mod he_initializer;
pub(crate) mod higher_learning_rate;
pub(crate) mod input_noise;
pub(crate) mod l1;
pub(crate) mod l1_l2;
pub(crate) mod l2;
pub(crate) mod l2_embeddings;
pub(crate) mod l2_kernels;
pub(crate) mod label_smoothing;
pub(crate) mod larger_batch;
pub(crate) mod larger_network;
pub(crate) mod layer_norm;
pub(crate) mod leaky_relu;
pub(crate) mod less_augmentation;
pub(crate) mod lower_learning_rate;
pub(crate) mod mixup;
pub(crate) mod more_data;
pub(crate) mod more_epochs;
pub(crate) mod more_patience;
pub(crate) mod noise_robust_loss;
pub(crate) mod padding_same;
pub(crate) mod raise_input_dim;
pub(crate) mod rate_range_test;
pub(crate) mod reduce_lr_on_plateau;
pub(crate) mod relu_hidden;
pub(crate) mod residual_connections;
pub(crate) mod rows_in_memory;
pub(crate) mod scale_inputs;
pub(crate) mod scale_targets;
pub(crate) mod sgd_momentum;
pub(crate) mod shallower_network;
pub(crate) mod shuffle_before_split;
pub(crate) mod smaller_batch;
pub(crate) mod smaller_embedding;
pub(crate) mod smaller_network;
pub(crate) mod spatial_dropout;
pub(crate) mod stratified_split;
pub(crate) mod test_split;
pub(crate) mod token_dropout;
pub(crate) mod token_swap;
pub(crate) mod validation_split;
pub(crate) mod weaker_penalty;
pub(crate) mod weight_decay;

use super::RemedyDef;

/// Every remedy, in order of file name.
pub const REMEDIES: &[RemedyDef] = &[
    adam::DEF,
    adamw::DEF,
    add_flatten::DEF,
    augmentation::DEF,
    balanced_sampling::DEF,
    batch_norm::DEF,
    batch_norm_momentum::DEF,
    class_weight::DEF,
    clean_inputs::DEF,
    cosine_schedule::DEF,
    decision_thresholds::DEF,
    deeper_network::DEF,
    default_initializer::DEF,
    drop_duplicates::DEF,
    drop_feature::DEF,
    dropout::DEF,
    dropout_embeddings::DEF,
    early_stopping::DEF,
    fewer_poolings::DEF,
    fix_batch_size::DEF,
    fix_input_shape::DEF,
    fix_labels::DEF,
    fix_loss::DEF,
    fix_output_activation::DEF,
    fix_output_units::DEF,
    fix_return_sequences::DEF,
    global_pooling::DEF,
    gradient_clipping::DEF,
    group_split::DEF,
    he_initializer::DEF,
    higher_learning_rate::DEF,
    input_noise::DEF,
    l1::DEF,
    l1_l2::DEF,
    l2::DEF,
    l2_embeddings::DEF,
    l2_kernels::DEF,
    label_smoothing::DEF,
    larger_batch::DEF,
    larger_network::DEF,
    layer_norm::DEF,
    leaky_relu::DEF,
    less_augmentation::DEF,
    lower_learning_rate::DEF,
    mixup::DEF,
    more_data::DEF,
    more_epochs::DEF,
    more_patience::DEF,
    noise_robust_loss::DEF,
    padding_same::DEF,
    raise_input_dim::DEF,
    rate_range_test::DEF,
    reduce_lr_on_plateau::DEF,
    relu_hidden::DEF,
    residual_connections::DEF,
    rows_in_memory::DEF,
    scale_inputs::DEF,
    scale_targets::DEF,
    sgd_momentum::DEF,
    shallower_network::DEF,
    shuffle_before_split::DEF,
    smaller_batch::DEF,
    smaller_embedding::DEF,
    smaller_network::DEF,
    spatial_dropout::DEF,
    stratified_split::DEF,
    test_split::DEF,
    token_dropout::DEF,
    token_swap::DEF,
    validation_split::DEF,
    weaker_penalty::DEF,
    weight_decay::DEF,
];
