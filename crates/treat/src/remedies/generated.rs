//! Every remedy of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod adam;
pub(crate) mod batch_norm;
pub(crate) mod class_weight;
pub(crate) mod default_initializer;
pub(crate) mod drop_duplicates;
pub(crate) mod dropout;
pub(crate) mod early_stopping;
pub(crate) mod gradient_clipping;
pub(crate) mod higher_learning_rate;
pub(crate) mod l1;
pub(crate) mod l1_l2;
pub(crate) mod l2;
pub(crate) mod label_smoothing;
pub(crate) mod larger_batch;
pub(crate) mod larger_network;
pub(crate) mod layer_norm;
pub(crate) mod lower_learning_rate;
pub(crate) mod more_data;
pub(crate) mod more_epochs;
pub(crate) mod rate_range_test;
pub(crate) mod reduce_lr_on_plateau;
pub(crate) mod relu_hidden;
pub(crate) mod scale_inputs;
pub(crate) mod smaller_batch;
pub(crate) mod smaller_network;
pub(crate) mod spatial_dropout;
pub(crate) mod stratified_split;
pub(crate) mod weight_decay;

use super::RemedyDef;

/// Every remedy, in order of file name.
pub const REMEDIES: &[RemedyDef] = &[
    adam::DEF,
    batch_norm::DEF,
    class_weight::DEF,
    default_initializer::DEF,
    drop_duplicates::DEF,
    dropout::DEF,
    early_stopping::DEF,
    gradient_clipping::DEF,
    higher_learning_rate::DEF,
    l1::DEF,
    l1_l2::DEF,
    l2::DEF,
    label_smoothing::DEF,
    larger_batch::DEF,
    larger_network::DEF,
    layer_norm::DEF,
    lower_learning_rate::DEF,
    more_data::DEF,
    more_epochs::DEF,
    rate_range_test::DEF,
    reduce_lr_on_plateau::DEF,
    relu_hidden::DEF,
    scale_inputs::DEF,
    smaller_batch::DEF,
    smaller_network::DEF,
    spatial_dropout::DEF,
    stratified_split::DEF,
    weight_decay::DEF,
];
