//! Every layer of this folder. Written by `cargo xtask codegen`; do not edit.

pub(crate) mod activation;
pub(crate) mod adaptive_average_pooling1d;
pub(crate) mod adaptive_average_pooling2d;
pub(crate) mod adaptive_average_pooling3d;
pub(crate) mod adaptive_max_pooling1d;
pub(crate) mod adaptive_max_pooling2d;
pub(crate) mod adaptive_max_pooling3d;
pub(crate) mod add;
pub(crate) mod average_pooling1d;
pub(crate) mod average_pooling2d;
pub(crate) mod average_pooling3d;
pub(crate) mod batch_normalization;
pub(crate) mod bidirectional;
pub(crate) mod concatenate;
pub(crate) mod conv1d;
pub(crate) mod conv1d_transpose;
pub(crate) mod conv2d;
pub(crate) mod conv2d_transpose;
pub(crate) mod conv3d;
pub(crate) mod conv3d_transpose;
pub(crate) mod cropping1d;
pub(crate) mod cropping2d;
pub(crate) mod cropping3d;
pub(crate) mod dense;
pub(crate) mod depthwise_conv1d;
pub(crate) mod depthwise_conv2d;
pub(crate) mod dropout;
pub(crate) mod embedding;
pub(crate) mod flatten;
pub(crate) mod gaussian_noise;
pub(crate) mod global_average_pooling1d;
pub(crate) mod global_average_pooling2d;
pub(crate) mod global_average_pooling3d;
pub(crate) mod global_max_pooling1d;
pub(crate) mod global_max_pooling2d;
pub(crate) mod global_max_pooling3d;
pub(crate) mod input_layer;
pub(crate) mod layer_normalization;
pub(crate) mod lstm;
pub(crate) mod masking;
pub(crate) mod max_pooling1d;
pub(crate) mod max_pooling2d;
pub(crate) mod max_pooling3d;
pub(crate) mod multi_head_attention;
pub(crate) mod permute;
pub(crate) mod repeat_vector;
pub(crate) mod rescaling;
pub(crate) mod reshape;
pub(crate) mod separable_conv1d;
pub(crate) mod separable_conv2d;
pub(crate) mod spatial_dropout1d;
pub(crate) mod spatial_dropout2d;
pub(crate) mod spatial_dropout3d;
pub(crate) mod up_sampling1d;
pub(crate) mod up_sampling2d;
pub(crate) mod up_sampling3d;
pub(crate) mod zero_padding1d;
pub(crate) mod zero_padding2d;
pub(crate) mod zero_padding3d;

pub use activation::Activation;
pub use adaptive_average_pooling1d::AdaptiveAveragePooling1D;
pub use adaptive_average_pooling2d::AdaptiveAveragePooling2D;
pub use adaptive_average_pooling3d::AdaptiveAveragePooling3D;
pub use adaptive_max_pooling1d::AdaptiveMaxPooling1D;
pub use adaptive_max_pooling2d::AdaptiveMaxPooling2D;
pub use adaptive_max_pooling3d::AdaptiveMaxPooling3D;
pub use add::Add;
pub use average_pooling1d::AveragePooling1D;
pub use average_pooling2d::AveragePooling2D;
pub use average_pooling3d::AveragePooling3D;
pub use batch_normalization::BatchNormalization;
pub use bidirectional::{Bidirectional, MergeMode};
pub use concatenate::Concatenate;
pub use conv1d::Conv1D;
pub use conv1d_transpose::Conv1DTranspose;
pub use conv2d::Conv2D;
pub use conv2d_transpose::Conv2DTranspose;
pub use conv3d::Conv3D;
pub use conv3d_transpose::Conv3DTranspose;
pub use cropping1d::Cropping1D;
pub use cropping2d::Cropping2D;
pub use cropping3d::Cropping3D;
pub use dense::Dense;
pub use depthwise_conv1d::DepthwiseConv1D;
pub use depthwise_conv2d::DepthwiseConv2D;
pub use dropout::Dropout;
pub use embedding::Embedding;
pub use flatten::Flatten;
pub use gaussian_noise::GaussianNoise;
pub use global_average_pooling1d::GlobalAveragePooling1D;
pub use global_average_pooling2d::GlobalAveragePooling2D;
pub use global_average_pooling3d::GlobalAveragePooling3D;
pub use global_max_pooling1d::GlobalMaxPooling1D;
pub use global_max_pooling2d::GlobalMaxPooling2D;
pub use global_max_pooling3d::GlobalMaxPooling3D;
pub use input_layer::InputLayer;
pub use layer_normalization::LayerNormalization;
pub use lstm::LSTM;
pub use masking::Masking;
pub use max_pooling1d::MaxPooling1D;
pub use max_pooling2d::MaxPooling2D;
pub use max_pooling3d::MaxPooling3D;
pub use multi_head_attention::MultiHeadAttention;
pub use permute::Permute;
pub use repeat_vector::RepeatVector;
pub use rescaling::Rescaling;
pub use reshape::Reshape;
pub use separable_conv1d::SeparableConv1D;
pub use separable_conv2d::SeparableConv2D;
pub use spatial_dropout1d::SpatialDropout1D;
pub use spatial_dropout2d::SpatialDropout2D;
pub use spatial_dropout3d::SpatialDropout3D;
pub use up_sampling1d::UpSampling1D;
pub use up_sampling2d::UpSampling2D;
pub use up_sampling3d::UpSampling3D;
pub use zero_padding1d::ZeroPadding1D;
pub use zero_padding2d::ZeroPadding2D;
pub use zero_padding3d::ZeroPadding3D;

use super::LayerDef;

/// Every layer, in order of file name.
pub const LAYERS: &[LayerDef] = &[
    activation::DEF,
    adaptive_average_pooling1d::DEF,
    adaptive_average_pooling2d::DEF,
    adaptive_average_pooling3d::DEF,
    adaptive_max_pooling1d::DEF,
    adaptive_max_pooling2d::DEF,
    adaptive_max_pooling3d::DEF,
    add::DEF,
    average_pooling1d::DEF,
    average_pooling2d::DEF,
    average_pooling3d::DEF,
    batch_normalization::DEF,
    bidirectional::DEF,
    concatenate::DEF,
    conv1d::DEF,
    conv1d_transpose::DEF,
    conv2d::DEF,
    conv2d_transpose::DEF,
    conv3d::DEF,
    conv3d_transpose::DEF,
    cropping1d::DEF,
    cropping2d::DEF,
    cropping3d::DEF,
    dense::DEF,
    depthwise_conv1d::DEF,
    depthwise_conv2d::DEF,
    dropout::DEF,
    embedding::DEF,
    flatten::DEF,
    gaussian_noise::DEF,
    global_average_pooling1d::DEF,
    global_average_pooling2d::DEF,
    global_average_pooling3d::DEF,
    global_max_pooling1d::DEF,
    global_max_pooling2d::DEF,
    global_max_pooling3d::DEF,
    input_layer::DEF,
    layer_normalization::DEF,
    lstm::DEF,
    masking::DEF,
    max_pooling1d::DEF,
    max_pooling2d::DEF,
    max_pooling3d::DEF,
    multi_head_attention::DEF,
    permute::DEF,
    repeat_vector::DEF,
    rescaling::DEF,
    reshape::DEF,
    separable_conv1d::DEF,
    separable_conv2d::DEF,
    spatial_dropout1d::DEF,
    spatial_dropout2d::DEF,
    spatial_dropout3d::DEF,
    up_sampling1d::DEF,
    up_sampling2d::DEF,
    up_sampling3d::DEF,
    zero_padding1d::DEF,
    zero_padding2d::DEF,
    zero_padding3d::DEF,
];

/// What each class takes and gives, as the head of its file has it.
pub const LAYER_SHAPES: &[(&str, &str)] = &[
    (activation::DEF.class_name, "x (B, ...) -> act(x) (B, ...)"),
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
        concatenate::DEF.class_name,
        "[x1 (B, ..., n1, ...), x2 (B, ..., n2, ...), ...] -> (B, ..., n1 + n2 + ..., ...)",
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
        dropout::DEF.class_name,
        "x (B, ...) -> y (B, ...);  y = x / (1 - rate) with probability 1 - rate, else 0",
    ),
    (
        embedding::DEF.class_name,
        "ids (B, ...) -> y (B, ..., D);  y = E[id], E (V, D)",
    ),
    (
        flatten::DEF.class_name,
        "x (B, d1, ..., dn) -> y (B, d1 · ... · dn);  (B) -> (B, 1)",
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
    (input_layer::DEF.class_name, "x (B, ...) -> x"),
    (
        layer_normalization::DEF.class_name,
        "x (B, ..., D) -> y (B, ..., D);  y = gamma (x - mean) / sqrt(variance + epsilon) + beta",
    ),
    (
        lstm::DEF.class_name,
        "x (B, T, D) -> h (B, U), or (B, T, U) with return_sequences\ni, f, o = sigmoid, g = tanh of x_t · W + h_{t-1} · R + b, gates in the order i, f, g, o\nc_t = f c_{t-1} + i g;  h_t = o tanh(c_t);  W (D, 4U), R (U, 4U), b (4U)",
    ),
    (
        masking::DEF.class_name,
        "x (B, ..., T, D) -> x, with masked steps set to zero, and a mask (B, ..., T)",
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
        multi_head_attention::DEF.class_name,
        "query (B, T, E), value (B, S, F), key (B, S, G) -> y (B, T, E), and scores (B, H, T, S) when asked for\ny = concat_h(softmax(q_h k_hᵀ / sqrt(K)) v_h) · W_o;  q_h = query · W_q, ... with W_q (E, H, K), W_o (H, V, E)",
    ),
    (
        permute::DEF.class_name,
        "x (B, d1, ..., dn) -> y (B, d_dims[0], ..., d_dims[n-1])",
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
        separable_conv1d::DEF.class_name,
        "x (B, T, C) -> y (B, T', F);  y = act(z · P + b), z as DepthwiseConv1D, W (K, C, M), P (1, C · M, F)",
    ),
    (
        separable_conv2d::DEF.class_name,
        "x (B, H, W, C) -> y (B, H', W', F);  y = act(z · P + b), z as DepthwiseConv2D, W (Kh, Kw, C, M), P (1, 1, C · M, F)",
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
