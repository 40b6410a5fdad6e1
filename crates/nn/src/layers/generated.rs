//! Every layer of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod activation;
pub(crate) mod activity_regularization;
pub(crate) mod adaptive_average_pooling1d;
pub(crate) mod adaptive_average_pooling2d;
pub(crate) mod adaptive_average_pooling3d;
pub(crate) mod adaptive_max_pooling1d;
pub(crate) mod adaptive_max_pooling2d;
pub(crate) mod adaptive_max_pooling3d;
pub(crate) mod add;
pub(crate) mod additive_attention;
pub(crate) mod alpha_dropout;
pub(crate) mod attention;
pub(crate) mod aug_mix;
pub(crate) mod auto_contrast;
pub(crate) mod average;
pub(crate) mod average_pooling1d;
pub(crate) mod average_pooling2d;
pub(crate) mod average_pooling3d;
pub(crate) mod batch_normalization;
pub(crate) mod bidirectional;
pub(crate) mod category_encoding;
pub(crate) mod center_crop;
pub(crate) mod concatenate;
pub(crate) mod contrast_limited_adaptive_histogram_equalization;
pub(crate) mod conv1d;
pub(crate) mod conv1d_transpose;
pub(crate) mod conv2d;
pub(crate) mod conv2d_transpose;
pub(crate) mod conv3d;
pub(crate) mod conv3d_transpose;
pub(crate) mod conv_lstm1d;
pub(crate) mod conv_lstm2d;
pub(crate) mod conv_lstm3d;
pub(crate) mod cropping1d;
pub(crate) mod cropping2d;
pub(crate) mod cropping3d;
pub(crate) mod cut_mix;
pub(crate) mod dense;
pub(crate) mod depthwise_conv1d;
pub(crate) mod depthwise_conv2d;
pub(crate) mod discretization;
pub(crate) mod dot;
pub(crate) mod dropout;
pub(crate) mod einsum_dense;
pub(crate) mod elu;
pub(crate) mod embedding;
pub(crate) mod equalization;
pub(crate) mod flatten;
pub(crate) mod gaussian_dropout;
pub(crate) mod gaussian_noise;
pub(crate) mod global_average_pooling1d;
pub(crate) mod global_average_pooling2d;
pub(crate) mod global_average_pooling3d;
pub(crate) mod global_max_pooling1d;
pub(crate) mod global_max_pooling2d;
pub(crate) mod global_max_pooling3d;
pub(crate) mod group_normalization;
pub(crate) mod group_query_attention;
pub(crate) mod gru;
pub(crate) mod gru_cell;
pub(crate) mod hashed_crossing;
pub(crate) mod hashing;
pub(crate) mod identity;
pub(crate) mod input_layer;
pub(crate) mod integer_lookup;
pub(crate) mod lambda;
pub(crate) mod layer_normalization;
pub(crate) mod leaky_relu;
pub(crate) mod lstm;
pub(crate) mod lstm_cell;
pub(crate) mod masking;
pub(crate) mod max_num_bounding_boxes;
pub(crate) mod max_pooling1d;
pub(crate) mod max_pooling2d;
pub(crate) mod max_pooling3d;
pub(crate) mod maximum;
pub(crate) mod mel_spectrogram;
pub(crate) mod minimum;
pub(crate) mod mix_up;
pub(crate) mod multi_head_attention;
pub(crate) mod multiply;
pub(crate) mod normalization;
pub(crate) mod permute;
pub(crate) mod pipeline;
pub(crate) mod prelu;
pub(crate) mod rand_augment;
pub(crate) mod random_brightness;
pub(crate) mod random_color_degeneration;
pub(crate) mod random_color_jitter;
pub(crate) mod random_contrast;
pub(crate) mod random_crop;
pub(crate) mod random_elastic_transform;
pub(crate) mod random_erasing;
pub(crate) mod random_flip;
pub(crate) mod random_gaussian_blur;
pub(crate) mod random_grayscale;
pub(crate) mod random_hue;
pub(crate) mod random_invert;
pub(crate) mod random_perspective;
pub(crate) mod random_posterization;
pub(crate) mod random_rotation;
pub(crate) mod random_saturation;
pub(crate) mod random_sharpness;
pub(crate) mod random_shear;
pub(crate) mod random_translation;
pub(crate) mod random_zoom;
pub(crate) mod relu;
pub(crate) mod repeat_vector;
pub(crate) mod rescaling;
pub(crate) mod reshape;
pub(crate) mod resizing;
pub(crate) mod reversible_embedding;
pub(crate) mod rms_normalization;
pub(crate) mod rnn;
pub(crate) mod separable_conv1d;
pub(crate) mod separable_conv2d;
pub(crate) mod simple_rnn;
pub(crate) mod simple_rnn_cell;
pub(crate) mod softmax;
pub(crate) mod solarization;
pub(crate) mod spatial_dropout1d;
pub(crate) mod spatial_dropout2d;
pub(crate) mod spatial_dropout3d;
pub(crate) mod spectral_normalization;
pub(crate) mod stacked_rnn_cells;
pub(crate) mod stft_spectrogram;
pub(crate) mod string_lookup;
pub(crate) mod subtract;
pub(crate) mod text_vectorization;
pub(crate) mod thresholded_relu;
pub(crate) mod time_distributed;
pub(crate) mod unit_normalization;
pub(crate) mod up_sampling1d;
pub(crate) mod up_sampling2d;
pub(crate) mod up_sampling3d;
pub(crate) mod wrapper;
pub(crate) mod zero_padding1d;
pub(crate) mod zero_padding2d;
pub(crate) mod zero_padding3d;

pub use activation::Activation;
pub use activity_regularization::ActivityRegularization;
pub use adaptive_average_pooling1d::AdaptiveAveragePooling1D;
pub use adaptive_average_pooling2d::AdaptiveAveragePooling2D;
pub use adaptive_average_pooling3d::AdaptiveAveragePooling3D;
pub use adaptive_max_pooling1d::AdaptiveMaxPooling1D;
pub use adaptive_max_pooling2d::AdaptiveMaxPooling2D;
pub use adaptive_max_pooling3d::AdaptiveMaxPooling3D;
pub use add::Add;
pub use additive_attention::AdditiveAttention;
pub use alpha_dropout::AlphaDropout;
pub use attention::{Attention, ScoreMode};
pub use aug_mix::AugMix;
pub use auto_contrast::AutoContrast;
pub use average::Average;
pub use average_pooling1d::AveragePooling1D;
pub use average_pooling2d::AveragePooling2D;
pub use average_pooling3d::AveragePooling3D;
pub use batch_normalization::BatchNormalization;
pub use bidirectional::{Bidirectional, MergeMode};
pub use category_encoding::CategoryEncoding;
pub use center_crop::CenterCrop;
pub use concatenate::Concatenate;
pub use contrast_limited_adaptive_histogram_equalization::ContrastLimitedAdaptiveHistogramEqualization;
pub use conv_lstm1d::ConvLSTM1D;
pub use conv_lstm2d::ConvLSTM2D;
pub use conv_lstm3d::ConvLSTM3D;
pub use conv1d::Conv1D;
pub use conv1d_transpose::Conv1DTranspose;
pub use conv2d::Conv2D;
pub use conv2d_transpose::Conv2DTranspose;
pub use conv3d::Conv3D;
pub use conv3d_transpose::Conv3DTranspose;
pub use cropping1d::Cropping1D;
pub use cropping2d::Cropping2D;
pub use cropping3d::Cropping3D;
pub use cut_mix::CutMix;
pub use dense::Dense;
pub use depthwise_conv1d::DepthwiseConv1D;
pub use depthwise_conv2d::DepthwiseConv2D;
pub use discretization::Discretization;
pub use dot::{Dot, DotAxes};
pub use dropout::Dropout;
pub use einsum_dense::{EinsumDense, Sizes};
pub use elu::ELU;
pub use embedding::Embedding;
pub use equalization::Equalization;
pub use flatten::Flatten;
pub use gaussian_dropout::GaussianDropout;
pub use gaussian_noise::GaussianNoise;
pub use global_average_pooling1d::GlobalAveragePooling1D;
pub use global_average_pooling2d::GlobalAveragePooling2D;
pub use global_average_pooling3d::GlobalAveragePooling3D;
pub use global_max_pooling1d::GlobalMaxPooling1D;
pub use global_max_pooling2d::GlobalMaxPooling2D;
pub use global_max_pooling3d::GlobalMaxPooling3D;
pub use group_normalization::GroupNormalization;
pub use group_query_attention::GroupQueryAttention;
pub use gru::GRU;
pub use gru_cell::GRUCell;
pub use hashed_crossing::HashedCrossing;
pub use hashing::{Hashing, MaskValue};
pub use identity::Identity;
pub use input_layer::InputLayer;
pub use integer_lookup::{IntegerLookup, OovMethod};
pub use layer_normalization::LayerNormalization;
pub use leaky_relu::LeakyReLU;
pub use lstm::LSTM;
pub use lstm_cell::LSTMCell;
pub use masking::Masking;
pub use max_num_bounding_boxes::MaxNumBoundingBoxes;
pub use max_pooling1d::MaxPooling1D;
pub use max_pooling2d::MaxPooling2D;
pub use max_pooling3d::MaxPooling3D;
pub use maximum::Maximum;
pub use mel_spectrogram::MelSpectrogram;
pub use minimum::Minimum;
pub use mix_up::MixUp;
pub use multi_head_attention::MultiHeadAttention;
pub use multiply::Multiply;
pub use normalization::{KeptAxes, Normalization, Numbers};
pub use permute::Permute;
pub use pipeline::Pipeline;
pub use prelu::PReLU;
pub use rand_augment::RandAugment;
pub use random_brightness::RandomBrightness;
pub use random_color_degeneration::RandomColorDegeneration;
pub use random_color_jitter::RandomColorJitter;
pub use random_contrast::RandomContrast;
pub use random_crop::RandomCrop;
pub use random_elastic_transform::RandomElasticTransform;
pub use random_erasing::{FillValue, RandomErasing};
pub use random_flip::{FlipMode, RandomFlip};
pub use random_gaussian_blur::RandomGaussianBlur;
pub use random_grayscale::RandomGrayscale;
pub use random_hue::RandomHue;
pub use random_invert::RandomInvert;
pub use random_perspective::RandomPerspective;
pub use random_posterization::RandomPosterization;
pub use random_rotation::RandomRotation;
pub use random_saturation::RandomSaturation;
pub use random_sharpness::RandomSharpness;
pub use random_shear::RandomShear;
pub use random_translation::RandomTranslation;
pub use random_zoom::RandomZoom;
pub use relu::ReLU;
pub use repeat_vector::RepeatVector;
pub use rescaling::Rescaling;
pub use reshape::Reshape;
pub use resizing::Resizing;
pub use reversible_embedding::ReversibleEmbedding;
pub use rms_normalization::RMSNormalization;
pub use rnn::{RNN, RepeatedCell};
pub use separable_conv1d::SeparableConv1D;
pub use separable_conv2d::SeparableConv2D;
pub use simple_rnn::SimpleRNN;
pub use simple_rnn_cell::SimpleRNNCell;
pub use softmax::Softmax;
pub use solarization::Solarization;
pub use spatial_dropout1d::SpatialDropout1D;
pub use spatial_dropout2d::SpatialDropout2D;
pub use spatial_dropout3d::SpatialDropout3D;
pub use spectral_normalization::SpectralNormalization;
pub use stacked_rnn_cells::StackedRNNCells;
pub use stft_spectrogram::{STFTSpectrogram, SpectrogramMode};
pub use string_lookup::StringLookup;
pub use subtract::Subtract;
pub use text_vectorization::{Ngrams, TextVectorization};
pub use thresholded_relu::ThresholdedReLU;
pub use time_distributed::TimeDistributed;
pub use unit_normalization::UnitNormalization;
pub use up_sampling1d::UpSampling1D;
pub use up_sampling2d::UpSampling2D;
pub use up_sampling3d::UpSampling3D;
pub use wrapper::Wrapper;
pub use zero_padding1d::ZeroPadding1D;
pub use zero_padding2d::ZeroPadding2D;
pub use zero_padding3d::ZeroPadding3D;

use super::LayerDef;

/// Every layer, in order of file name.
pub const LAYERS: &[LayerDef] = &[
    activation::DEF,
    activity_regularization::DEF,
    adaptive_average_pooling1d::DEF,
    adaptive_average_pooling2d::DEF,
    adaptive_average_pooling3d::DEF,
    adaptive_max_pooling1d::DEF,
    adaptive_max_pooling2d::DEF,
    adaptive_max_pooling3d::DEF,
    add::DEF,
    additive_attention::DEF,
    alpha_dropout::DEF,
    attention::DEF,
    aug_mix::DEF,
    auto_contrast::DEF,
    average::DEF,
    average_pooling1d::DEF,
    average_pooling2d::DEF,
    average_pooling3d::DEF,
    batch_normalization::DEF,
    bidirectional::DEF,
    category_encoding::DEF,
    center_crop::DEF,
    concatenate::DEF,
    contrast_limited_adaptive_histogram_equalization::DEF,
    conv1d::DEF,
    conv1d_transpose::DEF,
    conv2d::DEF,
    conv2d_transpose::DEF,
    conv3d::DEF,
    conv3d_transpose::DEF,
    conv_lstm1d::DEF,
    conv_lstm2d::DEF,
    conv_lstm3d::DEF,
    cropping1d::DEF,
    cropping2d::DEF,
    cropping3d::DEF,
    cut_mix::DEF,
    dense::DEF,
    depthwise_conv1d::DEF,
    depthwise_conv2d::DEF,
    discretization::DEF,
    dot::DEF,
    dropout::DEF,
    einsum_dense::DEF,
    elu::DEF,
    embedding::DEF,
    equalization::DEF,
    flatten::DEF,
    gaussian_dropout::DEF,
    gaussian_noise::DEF,
    global_average_pooling1d::DEF,
    global_average_pooling2d::DEF,
    global_average_pooling3d::DEF,
    global_max_pooling1d::DEF,
    global_max_pooling2d::DEF,
    global_max_pooling3d::DEF,
    group_normalization::DEF,
    group_query_attention::DEF,
    gru::DEF,
    gru_cell::DEF,
    hashed_crossing::DEF,
    hashing::DEF,
    identity::DEF,
    input_layer::DEF,
    integer_lookup::DEF,
    lambda::DEF,
    layer_normalization::DEF,
    leaky_relu::DEF,
    lstm::DEF,
    lstm_cell::DEF,
    masking::DEF,
    max_num_bounding_boxes::DEF,
    max_pooling1d::DEF,
    max_pooling2d::DEF,
    max_pooling3d::DEF,
    maximum::DEF,
    mel_spectrogram::DEF,
    minimum::DEF,
    mix_up::DEF,
    multi_head_attention::DEF,
    multiply::DEF,
    normalization::DEF,
    permute::DEF,
    pipeline::DEF,
    prelu::DEF,
    rand_augment::DEF,
    random_brightness::DEF,
    random_color_degeneration::DEF,
    random_color_jitter::DEF,
    random_contrast::DEF,
    random_crop::DEF,
    random_elastic_transform::DEF,
    random_erasing::DEF,
    random_flip::DEF,
    random_gaussian_blur::DEF,
    random_grayscale::DEF,
    random_hue::DEF,
    random_invert::DEF,
    random_perspective::DEF,
    random_posterization::DEF,
    random_rotation::DEF,
    random_saturation::DEF,
    random_sharpness::DEF,
    random_shear::DEF,
    random_translation::DEF,
    random_zoom::DEF,
    relu::DEF,
    repeat_vector::DEF,
    rescaling::DEF,
    reshape::DEF,
    resizing::DEF,
    reversible_embedding::DEF,
    rms_normalization::DEF,
    rnn::DEF,
    separable_conv1d::DEF,
    separable_conv2d::DEF,
    simple_rnn::DEF,
    simple_rnn_cell::DEF,
    softmax::DEF,
    solarization::DEF,
    spatial_dropout1d::DEF,
    spatial_dropout2d::DEF,
    spatial_dropout3d::DEF,
    spectral_normalization::DEF,
    stacked_rnn_cells::DEF,
    stft_spectrogram::DEF,
    string_lookup::DEF,
    subtract::DEF,
    text_vectorization::DEF,
    thresholded_relu::DEF,
    time_distributed::DEF,
    unit_normalization::DEF,
    up_sampling1d::DEF,
    up_sampling2d::DEF,
    up_sampling3d::DEF,
    wrapper::DEF,
    zero_padding1d::DEF,
    zero_padding2d::DEF,
    zero_padding3d::DEF,
];

/// What each class takes and gives, as the head of its file has it.
pub const LAYER_SHAPES: &[(&str, &str)] = &[
    (activation::DEF.class_name, "x (B, ...) -> act(x) (B, ...)"),
    (
        activity_regularization::DEF.class_name,
        "x (B, ...) -> x;  loss + (l1 Σ|x| + l2 Σx²) / B",
    ),
    (
        adaptive_average_pooling1d::DEF.class_name,
        "x (B, T, C) -> y (B, T', C), T' = output_size;  window i covers floor(i · T / T') .. ceil((i + 1) · T / T')",
    ),
    (
        adaptive_average_pooling2d::DEF.class_name,
        "x (B, H, W, C) -> y (B, H', W', C), (H', W') = output_size;  window i covers floor(i · H / H') .. ceil((i + 1) · H / H')",
    ),
    (
        adaptive_average_pooling3d::DEF.class_name,
        "x (B, D, H, W, C) -> y (B, D', H', W', C), (D', H', W') = output_size;  window i covers floor(i · D / D') .. ceil((i + 1) · D / D')",
    ),
    (
        adaptive_max_pooling1d::DEF.class_name,
        "x (B, T, C) -> y (B, T', C), T' = output_size;  window i covers floor(i · T / T') .. ceil((i + 1) · T / T')",
    ),
    (
        adaptive_max_pooling2d::DEF.class_name,
        "x (B, H, W, C) -> y (B, H', W', C), (H', W') = output_size;  window i covers floor(i · H / H') .. ceil((i + 1) · H / H')",
    ),
    (
        adaptive_max_pooling3d::DEF.class_name,
        "x (B, D, H, W, C) -> y (B, D', H', W', C), (D', H', W') = output_size;  window i covers floor(i · D / D') .. ceil((i + 1) · D / D')",
    ),
    (
        add::DEF.class_name,
        "[x1 (B, ...), x2 (B, ...), ...] -> x1 + x2 + ... (B, ...), with broadcasting",
    ),
    (
        additive_attention::DEF.class_name,
        "query (B, T, D), value (B, S, V), key (B, S, D) -> y (B, T, V), and scores (B, T, S) when asked for\ny = softmax(scores) · value;  scores_ts = Σ_d scale_d tanh(query_td + key_sd)",
    ),
    (
        alpha_dropout::DEF.class_name,
        "x (B, ...) -> y (B, ...);  y = a · (x with probability 1 - rate, else α') + b\nα' = -1.7581, a = ((1 - rate)(1 + rate α'²))^(-1/2), b = -a α' rate",
    ),
    (
        attention::DEF.class_name,
        "query (B, T, D), value (B, S, V), key (B, S, D) -> y (B, T, V), and scores (B, T, S) when asked for\ny = softmax(scores) · value;  dot: scale · q · kᵀ, concat: w · Σ_d tanh(scale · (q + k))",
    ),
    (
        aug_mix::DEF.class_name,
        "x (B, H, W, 3) -> clip(m x + (1 - m) · sum over chains k of w[k] · chain k of x, value_range)\nm from Beta(α, α), w from a Dirichlet distribution of equal α, both one a batch",
    ),
    (
        auto_contrast::DEF.class_name,
        "x (B, H, W, C) -> clip((x - low) 255 / (high - low)) of each channel of each image, in training and inference",
    ),
    (
        average::DEF.class_name,
        "[x1 (B, ...), ..., xn (B, ...)] -> (x1 + ... + xn) / n (B, ...), with broadcasting",
    ),
    (
        average_pooling1d::DEF.class_name,
        "x (B, T, C) -> y (B, T', C)",
    ),
    (
        average_pooling2d::DEF.class_name,
        "x (B, H, W, C) -> y (B, H', W', C)",
    ),
    (
        average_pooling3d::DEF.class_name,
        "x (B, D, H, W, C) -> y (B, D', H', W', C)",
    ),
    (
        batch_normalization::DEF.class_name,
        "x (B, ..., C) -> y (B, ..., C);  y = gamma (x - mean) / sqrt(variance + epsilon) + beta",
    ),
    (
        bidirectional::DEF.class_name,
        "x (B, T, D) -> y (B, 2U) or (B, T, 2U) for concat; (B, U) or (B, T, U) for sum, mul and ave",
    ),
    (
        category_encoding::DEF.class_name,
        "ids (B, ..., S) -> one_hot (B, ..., S, N), or (B, ..., N) where S is 1; multi_hot and count (B, ..., N)",
    ),
    (
        center_crop::DEF.class_name,
        "x (B, H, W, C) -> y (B, height, width, C)",
    ),
    (
        concatenate::DEF.class_name,
        "[x1 (B, ..., n1, ...), x2 (B, ..., n2, ...), ...] -> (B, ..., n1 + n2 + ..., ...)",
    ),
    (
        contrast_limited_adaptive_histogram_equalization::DEF.class_name,
        "x (B, H, W, C) as bytes -> y of the same shape",
    ),
    (
        conv1d::DEF.class_name,
        "x (B, T, C) -> y (B, T', F);  y = act(x * W + b), W (K, C / groups, F)",
    ),
    (
        conv1d_transpose::DEF.class_name,
        "x (B, T, C) -> y (B, T', F);  y = act(W spread over the output by each step of x, + b), W (K, F, C)",
    ),
    (
        conv2d::DEF.class_name,
        "x (B, H, W, C) -> y (B, H', W', F);  y = act(x * W + b), W (Kh, Kw, C / groups, F)",
    ),
    (
        conv2d_transpose::DEF.class_name,
        "x (B, H, W, C) -> y (B, H', W', F);  y = act(W spread over the output by each step of x, + b), W (Kh, Kw, F, C)",
    ),
    (
        conv3d::DEF.class_name,
        "x (B, D, H, W, C) -> y (B, D', H', W', F);  y = act(x * W + b), W (Kd, Kh, Kw, C / groups, F)",
    ),
    (
        conv3d_transpose::DEF.class_name,
        "x (B, D, H, W, C) -> y (B, D', H', W', F);  y = act(W spread over the output by each step of x, + b), W (Kd, Kh, Kw, F, C)",
    ),
    (
        conv_lstm1d::DEF.class_name,
        "x (B, T, S, C) -> h (B, S', F), or (B, T, S', F) with return_sequences; with channels_first C and F stand after T;\nformulas in conv_lstm.rs",
    ),
    (
        conv_lstm2d::DEF.class_name,
        "x (B, T, H, W, C) -> h (B, H', W', F), or (B, T, H', W', F) with return_sequences; with channels_first C and F stand after T;\nformulas in conv_lstm.rs",
    ),
    (
        conv_lstm3d::DEF.class_name,
        "x (B, T, H, W, Z, C) -> h (B, H', W', Z', F), or (B, T, H', W', Z', F) with return_sequences; with channels_first C and F stand after T;\nformulas in conv_lstm.rs",
    ),
    (
        cropping1d::DEF.class_name,
        "x (B, T, C) -> y (B, T', C);  T' = T - before - after",
    ),
    (
        cropping2d::DEF.class_name,
        "x (B, H, W, C) -> y (B, H', W', C);  H' = H - before - after;  likewise W'",
    ),
    (
        cropping3d::DEF.class_name,
        "x (B, D, H, W, C) -> y (B, D', H', W', C);  D' = D - before - after;  likewise H' and W'",
    ),
    (
        cut_mix::DEF.class_name,
        "x (B, H, W, C) -> x[order] inside the box, x outside; the box has the part 1 - w of the image, w from Beta(α, α)\nα uniform of `factor` plus 1e-6, one draw a batch",
    ),
    (
        dense::DEF.class_name,
        "x (B, ..., D) -> y (B, ..., U);  y = act(x · W + b), W (D, U)",
    ),
    (
        depthwise_conv1d::DEF.class_name,
        "x (B, T, C) -> y (B, T', C · M);  y = act(x[.., c] * W[.., c, m] + b) at channel c · M + m, W (K, C, M)",
    ),
    (
        depthwise_conv2d::DEF.class_name,
        "x (B, H, W, C) -> y (B, H', W', C · M);  y = act(x[.., c] * W[.., c, m] + b) at channel c · M + m, W (Kh, Kw, C, M)",
    ),
    (
        discretization::DEF.class_name,
        "x (B, ...) -> bins int32 (B, ...), or one place per bin: (B, ..., N) float32;  bin = how many boundaries are <= x",
    ),
    (
        dot::DEF.class_name,
        "x1 (B, ..., D, ...), x2 (B, ..., D, ...) -> y (B, rest of x1, rest of x2);  (B, 1) where nothing is left",
    ),
    (
        dropout::DEF.class_name,
        "x (B, ...) -> y (B, ...);  y = x / (1 - rate) with probability 1 - rate, else 0",
    ),
    (
        einsum_dense::DEF.class_name,
        "\"abc,cde->abde\": x (B, T, D) -> y (B, T, U, V);  y = act(Σ_c x_abc W_cde + b_de), W (D, U, V)",
    ),
    (
        elu::DEF.class_name,
        "x (B, ...) -> x where x > 0, else alpha (e^x - 1)",
    ),
    (
        embedding::DEF.class_name,
        "ids (B, ...) -> y (B, ..., D);  y = E[id], E (V, D)",
    ),
    (
        equalization::DEF.class_name,
        "x (B, H, W, C) as bytes -> 255 (n(x) - n(least)) / (n(largest) - n(least)), rounded; n counts the pixels of the\nchannel, in the whole batch, that lie in the bin of x or below",
    ),
    (
        flatten::DEF.class_name,
        "x (B, d1, ..., dn) -> y (B, d1 · ... · dn);  (B) -> (B, 1)",
    ),
    (
        gaussian_dropout::DEF.class_name,
        "x (B, ...) -> x · N(1, rate / (1 - rate)) (B, ...)",
    ),
    (
        gaussian_noise::DEF.class_name,
        "x (B, ...) -> x + N(0, stddev²) (B, ...)",
    ),
    (
        global_average_pooling1d::DEF.class_name,
        "x (B, T, C) -> y (B, C)",
    ),
    (
        global_average_pooling2d::DEF.class_name,
        "x (B, H, W, C) -> y (B, C)",
    ),
    (
        global_average_pooling3d::DEF.class_name,
        "x (B, D, H, W, C) -> y (B, C)",
    ),
    (
        global_max_pooling1d::DEF.class_name,
        "x (B, T, C) -> y (B, C)",
    ),
    (
        global_max_pooling2d::DEF.class_name,
        "x (B, H, W, C) -> y (B, C)",
    ),
    (
        global_max_pooling3d::DEF.class_name,
        "x (B, D, H, W, C) -> y (B, C)",
    ),
    (
        group_normalization::DEF.class_name,
        "x (B, ..., C) -> y (B, ..., C);  y = gamma (x - mean_g) / sqrt(variance_g + epsilon) + beta, g of C / groups channels",
    ),
    (
        group_query_attention::DEF.class_name,
        "query (B, T, E), value (B, S, F), key (B, S, G) -> y (B, T, E), and scores (B, H, T, S) when asked for\nhead h of H looks at head h / (H / G') of the G' heads of key and value; the rest as in MultiHeadAttention",
    ),
    (
        gru::DEF.class_name,
        "x (B, T, D) -> h (B, U), or (B, T, U) with return_sequences\nz, r = sigmoid of x_t · W + b + h_{t-1} · R + b';  gates in the order z, r, g\ng = tanh(x_t · W + b + r (h_{t-1} · R + b')), or tanh(x_t · W + b + (r h_{t-1}) · R) without reset_after\nh_t = z h_{t-1} + (1 - z) g;  W (D, 3U), R (U, 3U), [b, b'] (2, 3U) or b (3U)",
    ),
    (
        gru_cell::DEF.class_name,
        "x (B, D), h (B, U) -> z, r = sigmoid of x · W + b + h · R + b'\ng = tanh(x · W + b + r (h · R + b')), or tanh(x · W + b + (r h) · R) without reset_after\nh' = z h + (1 - z) g;  gates in the order z, r, g;  W (D, 3U), R (U, 3U), [b, b'] (2, 3U) or b (3U)",
    ),
    (
        hashed_crossing::DEF.class_name,
        "x_1, ..., x_n (B, 1) or (B) -> bins int32 (B, 1) or (B), or one place per bin (B, N) float32",
    ),
    (
        hashing::DEF.class_name,
        "x (B, ...) -> bins int32 (B, ...), or one place per bin: (B, ..., N) float32;  bin = hash(decimals of x) mod N",
    ),
    (identity::DEF.class_name, "x (B, ...) -> x"),
    (input_layer::DEF.class_name, "x (B, ...) -> x"),
    (
        integer_lookup::DEF.class_name,
        "integers (B, ...) -> indices int32 (B, ...), or one place per token: (B, ..., N) float32",
    ),
    (
        lambda::DEF.class_name,
        "x (B, ...) -> f(x), refused: f is code",
    ),
    (
        layer_normalization::DEF.class_name,
        "x (B, ..., D) -> y (B, ..., D);  y = gamma (x - mean) / sqrt(variance + epsilon) + beta",
    ),
    (
        leaky_relu::DEF.class_name,
        "x (B, ...) -> x where x >= 0, else negative_slope · x",
    ),
    (
        lstm::DEF.class_name,
        "x (B, T, D) -> h (B, U), or (B, T, U) with return_sequences\ni, f, o = sigmoid, g = tanh of x_t · W + b + h_{t-1} · R, gates in the order i, f, g, o\nc_t = f c_{t-1} + i g;  h_t = o tanh(c_t);  W (D, 4U), R (U, 4U), b (4U)",
    ),
    (
        lstm_cell::DEF.class_name,
        "x (B, D), h (B, U), c (B, U) -> i, f, o = sigmoid, g = tanh of x · W + h · R + b\nc' = f c + i g;  h' = o tanh(c');  gates in the order i, f, g, o;  W (D, 4U), R (U, 4U), b (4U)",
    ),
    (
        masking::DEF.class_name,
        "x (B, ..., T, D) -> x, with masked steps set to zero, and a mask (B, ..., T)",
    ),
    (
        max_num_bounding_boxes::DEF.class_name,
        "x (B, H, W, C) -> x",
    ),
    (max_pooling1d::DEF.class_name, "x (B, T, C) -> y (B, T', C)"),
    (
        max_pooling2d::DEF.class_name,
        "x (B, H, W, C) -> y (B, H', W', C)",
    ),
    (
        max_pooling3d::DEF.class_name,
        "x (B, D, H, W, C) -> y (B, D', H', W', C)",
    ),
    (
        maximum::DEF.class_name,
        "[x1 (B, ...), x2 (B, ...), ...] -> max(x1, x2, ...) (B, ...), with broadcasting",
    ),
    (
        mel_spectrogram::DEF.class_name,
        "x (.., T) -> y (.., num_mel_bins, T');  T' = T / sequence_stride + 1\nS[t, f] = |Σ over k of window[k] x[t · stride + k] e^(-2 π i f k / fft_length)|^mag_exp, x reflected at its ends\ny = S · M, M the triangles between num_mel_bins + 2 even steps of mel(f) = 1127 ln(1 + f / 700)\ndecibels  10 lg max(y, min_power) - 10 lg max(|ref_power|, min_power), at most top_db below the largest of the batch",
    ),
    (
        minimum::DEF.class_name,
        "[x1 (B, ...), x2 (B, ...), ...] -> min(x1, x2, ...) (B, ...), with broadcasting",
    ),
    (
        mix_up::DEF.class_name,
        "x (B, H, W, C) -> w x + (1 - w) x[order], w (B) from Beta(α, α), order a random order of the batch",
    ),
    (
        multi_head_attention::DEF.class_name,
        "query (B, T, E), value (B, S, F), key (B, S, G) -> y (B, T, E), and scores (B, H, T, S) when asked for\ny = concat_h(softmax(q_h k_hᵀ / sqrt(K)) v_h) · W_o;  q_h = query · W_q, ... with W_q (E, H, K), W_o (H, V, E)",
    ),
    (
        multiply::DEF.class_name,
        "[x1 (B, ...), x2 (B, ...), ...] -> x1 · x2 · ... (B, ...), with broadcasting",
    ),
    (
        normalization::DEF.class_name,
        "x (B, ...) -> (x - mean) / max(sqrt(variance), 1e-7);  inverted: mean + x · max(sqrt(variance), 1e-7)",
    ),
    (
        permute::DEF.class_name,
        "x (B, d1, ..., dn) -> y (B, d_dims[0], ..., d_dims[n-1])",
    ),
    (pipeline::DEF.class_name, "x -> layer_n(... layer_1(x))"),
    (
        prelu::DEF.class_name,
        "x (B, ...) -> max(x, 0) - alpha · max(-x, 0), alpha of the input's sizes without B, 1 along shared axes",
    ),
    (
        rand_augment::DEF.class_name,
        "x (B, H, W, 3) -> `num_ops` times one of shear, translation, rotation, brightness, colour degeneration, contrast,\nsharpness, posterization, solarization, auto contrast, equalization; the choice is one a batch, the\nparameters are one an image, and equal where a change comes twice",
    ),
    (
        random_brightness::DEF.class_name,
        "x (B, H, W, C) -> clip(x + f (high - low), [low, high]), f uniform, one an image",
    ),
    (
        random_color_degeneration::DEF.class_name,
        "x (B, H, W, 3) -> clip(x + f (grey(x) - x), value_range), f uniform, one an image",
    ),
    (
        random_color_jitter::DEF.class_name,
        "x (B, H, W, C) -> y (B, H, W, C); each of the four where its factor is given",
    ),
    (
        random_contrast::DEF.class_name,
        "x (B, H, W, C) -> clip((x - m) f + m, value_range), m the mean of each channel of each image",
    ),
    (
        random_crop::DEF.class_name,
        "x (B, H, W, C) -> y (B, height, width, C); one place for all images of a batch",
    ),
    (
        random_elastic_transform::DEF.class_name,
        "x (B, H, W, C) -> y (B, H, W, C);  y(i, j) = x(i + α n, j + α n), n = blur(σ noise, σ)\nα = 0.1 f max(H, W), σ = 0.05 f min(H, W), f uniform of `scale`, one draw a batch",
    ),
    (
        random_erasing::DEF.class_name,
        "x (B, H, W, C) -> the fill value inside the box with a chance, x outside\nsides of the box: the square roots of two uniform parts of `scale`, of the width and of the height",
    ),
    (
        random_flip::DEF.class_name,
        "x (B, H, W, C) -> y (B, H, W, C); with both directions, an image is turned in both or in none",
    ),
    (
        random_gaussian_blur::DEF.class_name,
        "x (B, H, W, C) -> clip(blur(x) with a chance, else x, value_range); one pair of σ a batch",
    ),
    (
        random_grayscale::DEF.class_name,
        "x (B, H, W, 3) -> the grey of each pixel in all three channels, with the chance `factor`, else x",
    ),
    (
        random_hue::DEF.class_name,
        "x (B, H, W, 3) in `value_range` -> hue + f / 2, f uniform of `factor` with a random sign, one an image",
    ),
    (
        random_invert::DEF.class_name,
        "x (B, H, W, C) -> high - x with a chance, else x; high is the largest value of `value_range`",
    ),
    (
        random_perspective::DEF.class_name,
        "x (B, H, W, C) -> y (B, H, W, C);  y(i, j) = x(h4 i / n, h0 j / n), n = h6 j + h7 i + 1",
    ),
    (
        random_posterization::DEF.class_name,
        "x (B, H, W, C) as bytes -> its highest n bits, n a whole number of `factor`, one an image",
    ),
    (
        random_rotation::DEF.class_name,
        "x (B, H, W, C) -> y (B, H, W, C); about the centre, counter-clockwise by a uniform part of a full turn",
    ),
    (
        random_saturation::DEF.class_name,
        "x (B, H, W, 3) -> saturation times f / (1 - f + ε), f uniform of `factor`, one an image; ε is 1e-7",
    ),
    (
        random_sharpness::DEF.class_name,
        "x (B, H, W, C) -> clip(x + (1 - 2 f) (s - x), value_range), f uniform, one an image\ns is x filtered by the kernel of 1/13, and 5/13 in the middle, zeros beyond the border",
    ),
    (
        random_shear::DEF.class_name,
        "x (B, H, W, C) -> y (B, H, W, C);  y(i, j) = x(i + b j, j + a i); a and b uniform, their sign one draw an image",
    ),
    (
        random_translation::DEF.class_name,
        "x (B, H, W, C) -> y (B, H, W, C);  y(i, j) = x(i - h H, j - w W), h and w uniform, one of each an image",
    ),
    (
        random_zoom::DEF.class_name,
        "x (B, H, W, C) -> y (B, H, W, C); about the centre, y shows (1 + h) H rows and (1 + w) W columns",
    ),
    (
        relu::DEF.class_name,
        "x (B, ...) -> max_value where x >= max_value; x where threshold <= x; else negative_slope · (x - threshold)",
    ),
    (
        repeat_vector::DEF.class_name,
        "x (B, D) -> y (B, n, D);  y[b, t, d] = x[b, d]",
    ),
    (
        rescaling::DEF.class_name,
        "x (B, ...) -> x · scale + offset (B, ...)",
    ),
    (
        reshape::DEF.class_name,
        "x (B, ...) -> y (B, target...); one -1 in the target stands for what is left",
    ),
    (
        resizing::DEF.class_name,
        "x (B, H, W, C) -> y (B, height, width, C)",
    ),
    (
        reversible_embedding::DEF.class_name,
        "ids (B, ...) -> E[id] (B, ..., D), E (V, D);  with `reverse`: x (B, ..., D) -> x · Eᵀ (B, ..., V)",
    ),
    (
        rms_normalization::DEF.class_name,
        "x (B, ..., D) -> y (B, ..., D);  y = scale · x / sqrt(mean(x²) + epsilon)",
    ),
    (
        rnn::DEF.class_name,
        "x (B, T, D) -> the cell's output (B, U), or (B, T, U) with return_sequences",
    ),
    (
        separable_conv1d::DEF.class_name,
        "x (B, T, C) -> y (B, T', F);  y = act(z · P + b), z as DepthwiseConv1D, W (K, C, M), P (1, C · M, F)",
    ),
    (
        separable_conv2d::DEF.class_name,
        "x (B, H, W, C) -> y (B, H', W', F);  y = act(z · P + b), z as DepthwiseConv2D, W (Kh, Kw, C, M), P (1, 1, C · M, F)",
    ),
    (
        simple_rnn::DEF.class_name,
        "x (B, T, D) -> h (B, U), or (B, T, U) with return_sequences\nh_t = act(x_t · W + b + h_{t-1} · R);  W (D, U), R (U, U), b (U)",
    ),
    (
        simple_rnn_cell::DEF.class_name,
        "x (B, D), h (B, U) -> h' = act(x · W + b + h · R);  W (D, U), R (U, U), b (U)",
    ),
    (
        softmax::DEF.class_name,
        "x (B, ...) -> e^x / Σ e^x (B, ...);  what the mask hides counts as nothing and is 0",
    ),
    (
        solarization::DEF.class_name,
        "x (B, H, W, C) as bytes -> v = clip(x + a), then v below the threshold t, else 255 - v",
    ),
    (
        spatial_dropout1d::DEF.class_name,
        "x (B, T, C) -> y (B, T, C); one choice per row and channel, the same for all steps",
    ),
    (
        spatial_dropout2d::DEF.class_name,
        "x (B, H, W, C) -> y (B, H, W, C); one choice per picture and channel, the same for all places",
    ),
    (
        spatial_dropout3d::DEF.class_name,
        "x (B, D, H, W, C) -> y (B, D, H, W, C); one choice per volume and channel, the same for all places",
    ),
    (
        spectral_normalization::DEF.class_name,
        "x -> y, as the layer inside;\nv = normalize(u · Wᵀ), u' = normalize(v · W), `power_iterations` times;  W' = W / (v · W · u'ᵀ)\nW (.., F) flattened to (N, F), u (1, F)",
    ),
    (
        stacked_rnn_cells::DEF.class_name,
        "x (B, D), states (B, U) -> h (B, U) of the last cell, next states;\nx_0 = x;  x_{i+1} = the output of cell i on x_i and its own states;  the output is that of the last cell",
    ),
    (
        stft_spectrogram::DEF.class_name,
        "x (B, T, C) -> y (B, T', C F), or (B, T', F, C) with expand_dims;  F = fft_length / 2 + 1, twice that for mode stft\nre = x * real_kernel, im = x * imag_kernel (frame_length, 1, F); power = re² + im²\nlog ln max(sqrt max(power, ε), ε) · magnitude sqrt max(power, ε) · psd power, twice between the ends · real re ·\nimag im · angle atan2(im, re) · stft re and im; ε = 1e-7",
    ),
    (
        string_lookup::DEF.class_name,
        "texts (B, ...) -> indices int32 (B, ...), or one place per token: (B, ..., N) float32",
    ),
    (
        subtract::DEF.class_name,
        "[x1 (B, ...), x2 (B, ...)] -> x1 - x2 (B, ...), with broadcasting",
    ),
    (
        text_vectorization::DEF.class_name,
        "texts (B, 1) or (B) -> ids int32 (B, T), 0 padding, 1 unknown; or one place per word: (B, N) float32",
    ),
    (
        thresholded_relu::DEF.class_name,
        "x (B, ...) -> x where x > theta, else 0",
    ),
    (
        time_distributed::DEF.class_name,
        "x (B, T, ...) -> y (B, T, ...);  y_t = layer(x_t)",
    ),
    (
        unit_normalization::DEF.class_name,
        "x (B, ..., D) -> x / |x| (B, ..., D), the Euclidean length over some axes; zeros stay zeros",
    ),
    (
        up_sampling1d::DEF.class_name,
        "x (B, T, C) -> y (B, T · size, C);  y[b, t, c] = x[b, floor(t / size), c]",
    ),
    (
        up_sampling2d::DEF.class_name,
        "x (B, H, W, C) -> y (B, H', W', C), each spatial axis `size` times as long",
    ),
    (
        up_sampling3d::DEF.class_name,
        "x (B, D, H, W, C) -> y (B, D', H', W', C), each spatial axis `size` times as long",
    ),
    (
        wrapper::DEF.class_name,
        "x -> fault: a wrapper of its own says what it does with the layer inside",
    ),
    (
        zero_padding1d::DEF.class_name,
        "x (B, T, C) -> y (B, T', C);  T' = T + before + after",
    ),
    (
        zero_padding2d::DEF.class_name,
        "x (B, H, W, C) -> y (B, H', W', C);  H' = H + before + after;  likewise W'",
    ),
    (
        zero_padding3d::DEF.class_name,
        "x (B, D, H, W, C) -> y (B, D', H', W', C);  D' = D + before + after;  likewise H' and W'",
    ),
];
