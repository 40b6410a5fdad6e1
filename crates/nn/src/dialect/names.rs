//! Old names of classes and arguments, as tables.

/// Layers over the steps of a sequence.
pub(super) const RECURRENT: [&str; 3] = ["SimpleRNN", "LSTM", "GRU"];

/// Layer classes of old by the names of today.
pub(super) const CLASSES: [(&str, &str); 13] = [
    ("Convolution1D", "Conv1D"),
    ("Convolution2D", "Conv2D"),
    ("Convolution3D", "Conv3D"),
    ("AtrousConvolution1D", "Conv1D"),
    ("AtrousConvolution2D", "Conv2D"),
    ("AtrousConv1D", "Conv1D"),
    ("AtrousConv2D", "Conv2D"),
    ("Deconvolution2D", "Conv2DTranspose"),
    ("Deconvolution3D", "Conv3DTranspose"),
    ("SeparableConvolution2D", "SeparableConv2D"),
    ("CuDNNLSTM", "LSTM"),
    ("CuDNNGRU", "GRU"),
    ("TimeDistributedDense", "Dense"),
];

/// What takes the place of an operation of TensorFlow between layers.
const OPERATION: &str = "layers for what was computed between tensors (Rescaling, Add, Multiply, Concatenate), and save the model again";

/// Layer classes that Keras has no more, with what does their work.
pub(super) const GONE: [(&str, &str); 15] = [
    (
        "MaxoutDense",
        "a wider Dense and a pooling over its features",
    ),
    ("Highway", "Dense layers with Multiply and Add"),
    ("SReLU", "PReLU or LeakyReLU"),
    ("ParametricSoftplus", "Activation(\"softplus\")"),
    ("LocallyConnected1D", "Conv1D, or Dense on Flatten"),
    ("LocallyConnected2D", "Conv2D, or Dense on Flatten"),
    ("JZS1", "GRU"),
    ("JZS2", "GRU"),
    ("JZS3", "GRU"),
    ("AutoEncoder", "a model of its encoder and decoder"),
    ("Graph", "a functional model"),
    ("TFOpLambda", OPERATION),
    ("SlicingOpLambda", OPERATION),
    ("RandomHeight", "RandomZoom or RandomCrop"),
    ("RandomWidth", "RandomZoom or RandomCrop"),
];

/// Arguments of layers: old name, today's, and the classes (by today's names) that have it; none for all.
pub(super) const ARGUMENTS: [(&str, &str, &[&str]); 35] = [
    ("nb_filter", "filters", &[]),
    ("filter_length", "kernel_size", &[]),
    ("subsample_length", "strides", &[]),
    ("subsample", "strides", &[]),
    ("atrous_rate", "dilation_rate", &[]),
    ("border_mode", "padding", &[]),
    ("dim_ordering", "data_format", &[]),
    ("image_dim_ordering", "data_format", &[]),
    ("pool_length", "pool_size", &[]),
    ("stride", "strides", &["MaxPooling1D", "AveragePooling1D"]),
    ("length", "size", &["UpSampling1D"]),
    (
        "output_dim",
        "units",
        &["Dense", "SimpleRNN", "LSTM", "GRU"],
    ),
    ("init", "embeddings_initializer", &["Embedding"]),
    ("init", "alpha_initializer", &["PReLU"]),
    ("init", "kernel_initializer", &[]),
    ("inner_init", "recurrent_initializer", &[]),
    ("inner_activation", "recurrent_activation", &[]),
    ("W_regularizer", "embeddings_regularizer", &["Embedding"]),
    ("W_regularizer", "kernel_regularizer", &[]),
    ("U_regularizer", "recurrent_regularizer", &[]),
    ("b_regularizer", "bias_regularizer", &[]),
    ("W_constraint", "embeddings_constraint", &["Embedding"]),
    ("W_constraint", "kernel_constraint", &[]),
    ("U_constraint", "recurrent_constraint", &[]),
    ("b_constraint", "bias_constraint", &[]),
    ("bias", "use_bias", &[]),
    ("p", "rate", &[]),
    ("sigma", "stddev", &["GaussianNoise"]),
    ("dropout_W", "dropout", &[]),
    ("dropout_U", "recurrent_dropout", &[]),
    ("beta_init", "beta_initializer", &[]),
    ("gamma_init", "gamma_initializer", &[]),
    ("concat_axis", "axis", &[]),
    ("dot_axes", "axes", &[]),
    ("alpha", "negative_slope", &["LeakyReLU"]),
];

/// Arguments that only Keras 0.x and 1.x had: they tell the version where none is stated.
pub(super) const OF_KERAS_1: [&str; 40] = [
    "nb_filter",
    "filter_length",
    "subsample_length",
    "subsample",
    "atrous_rate",
    "border_mode",
    "dim_ordering",
    "image_dim_ordering",
    "pool_length",
    "nb_row",
    "nb_col",
    "kernel_dim1",
    "kernel_dim2",
    "kernel_dim3",
    "init",
    "inner_init",
    "inner_activation",
    "forget_bias_init",
    "W_regularizer",
    "U_regularizer",
    "b_regularizer",
    "W_constraint",
    "U_constraint",
    "b_constraint",
    "dropout_W",
    "dropout_U",
    "consume_less",
    "beta_init",
    "gamma_init",
    "concat_axis",
    "dot_axes",
    "truncate_gradient",
    "input_dtype",
    "nb_epoch",
    "samples_per_epoch",
    "nb_val_samples",
    "nb_worker",
    "max_q_size",
    "pickle_safe",
    "show_accuracy",
];

/// Arguments that say how an old Keras computed, not what: they have no effect and are taken out.
pub(super) const WITHOUT_EFFECT: [(&str, &[&str]); 6] = [
    ("consume_less", &[]),
    (
        "implementation",
        &[
            "SimpleRNN",
            "LSTM",
            "GRU",
            "SimpleRNNCell",
            "LSTMCell",
            "GRUCell",
            "ConvLSTM2D",
        ],
    ),
    ("input_dtype", &[]),
    ("cache_enabled", &[]),
    ("input_length", &["Embedding"]),
    ("theano_mode", &[]),
];
