"""Names that tell which Keras a program was written for."""

import re

from .old_modules import FILES

# -- Keras 1: what had its arguments, and which.
LAYERS = {
    "Dense", "TimeDistributedDense", "MaxoutDense", "Highway", "Embedding", "BatchNormalization", "LSTM", "GRU", "SimpleRNN", "ConvLSTM2D",
    "ImageDataGenerator",
    *(f"{kind}{n}D" for n in (1, 2, 3) for kind in (
        "Convolution", "Conv", "AtrousConvolution", "AtrousConv", "SeparableConvolution", "SeparableConv", "Deconvolution", "MaxPooling",
        "AveragePooling", "GlobalMaxPooling", "GlobalAveragePooling", "ZeroPadding", "UpSampling", "Cropping", "LocallyConnected",
        "SpatialDropout")),
}
LAYERS_1 = {
    "W_constraint", "b_constraint", "U_constraint", "W_regularizer", "b_regularizer", "U_regularizer", "nb_filter", "nb_row", "nb_col",
    "filter_length", "subsample_length", "border_mode", "subsample", "dim_ordering", "dropout_W", "dropout_U", "inner_activation",
    "inner_init", "pool_length",
}
FITTING = {"fit", "fit_generator", "evaluate", "evaluate_generator", "predict_generator"}
ESTIMATORS = {"KerasClassifier", "KerasRegressor"}
FITTING_1 = {"nb_epoch", "nb_val_samples", "samples_per_epoch", "show_accuracy"}
CLASSES_1 = {"Merge", "MaxoutDense", "Highway", "TimeDistributedDense", "AtrousConvolution1D", "AtrousConvolution2D"}
SIZES_1 = {"Convolution2D": 3, "Convolution3D": 4, "Deconvolution2D": 3, "SeparableConvolution2D": 3}
MODULES_1 = ("keras.objectives", "keras.initializations", "keras.utils.visualize_util")

# -- Keras 2.
MODULES_2 = (
    *(f"keras.layers.{name}" for name in ("core", "convolutional", "pooling", "recurrent", "embeddings", "normalization", "noise", "local",
                                          "advanced_activations", "wrappers", "merge")),
    *(f"keras.utils.{name}" for name in ("np_utils", "vis_utils", "generic_utils")), "keras.engine", "keras.wrappers.scikit_learn",
)
METHODS_2 = {"fit_generator", "evaluate_generator", "predict_generator", "predict_classes"}
OPTIMIZERS = {"SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam"}
# Callbacks that watch a value of the logs, and the place of its name among their arguments.
WATCHING = {"EarlyStopping": 0, "ReduceLROnPlateau": 0, "ModelCheckpoint": 1}
IN_TEMPLATE = re.compile(r"\{((?:val_)?acc(?:uracy)?)[:}](?=.*\.(?:h5|hdf5?|keras|ckpt)$)")
# Where a text is shown, and asks for nothing.
SHOWING = {"legend", "title", "suptitle", "xlabel", "ylabel", "set_title", "set_xlabel", "set_ylabel", "text", "annotate", "print", "write"}

# -- What came later.
PACKAGES_LATER = {"tf_keras", "keras_core", "keras_hub", "keras_nlp", "keras_cv", "keras_tuner", "kerastuner", "scikeras"}
TENSORFLOW_LATER = {"tensorflow.function", "tensorflow.random.set_seed", "tensorflow.config.list_physical_devices"}
_LAYERS_LATER = (
    "experimental", "preprocessing", "activation", "attention", "locally_connected", "merging", "regularization", "reshaping", "rnn",
    "Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention", "EinsumDense", "Identity", "LayerNormalization",
    "GroupNormalization", "UnitNormalization", "RMSNormalization", "SpectralNormalization", "Normalization", "TextVectorization",
    "StringLookup", "IntegerLookup", "CategoryEncoding", "Discretization", "Hashing", "HashedCrossing", "Rescaling", "Resizing",
    "CenterCrop", "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast", "RandomBrightness", "RandomCrop",
    "RandAugment", "MixUp", "CutMix", "AugMix", "ConvLSTM1D", "ConvLSTM3D", "Conv1DTranspose", "DepthwiseConv1D", "Pipeline", "JaxLayer",
    "TorchModuleWrapper", "TFSMLayer",
)
_UTILS_LATER = (
    "set_random_seed", "PyDataset", "FeatureSpace", "split_dataset", "image_dataset_from_directory", "text_dataset_from_directory",
    "audio_dataset_from_directory", "timeseries_dataset_from_array", "register_keras_serializable", "pad_sequences", "load_img",
    "img_to_array", "array_to_img", "save_img", "pack_x_y_sample_weight", "unpack_x_y_sample_weight",
)
NAMES_LATER = (
    "ops", "random", "saving", "mixed_precision", "distribution", "export", "tree", "quantizers", "dtype_policies", "visualization",
    "distillation", "config", "Variable", "Operation", "Function", "KerasTensor", "StatelessScope", "DTypePolicy", "device",
    "optimizers.schedules", "optimizers.legacy", "optimizers.experimental",
    *(f"optimizers.{name}" for name in ("AdamW", "Lion", "Lamb", "Adafactor", "Muon", "Ftrl", "LossScaleOptimizer")),
    "metrics.AUC", "callbacks.experimental", "callbacks.BackupAndRestore", "callbacks.SwapEMAWeights", "engine.functional",
    "engine.data_adapter", "engine.keras_tensor", "wrappers.SKLearnClassifier", "wrappers.SKLearnRegressor", "wrappers.SKLearnTransformer",
    "activations.gelu", "activations.silu", "activations.mish", "preprocessing.image_dataset_from_directory",
    "preprocessing.text_dataset_from_directory", "preprocessing.timeseries_dataset_from_array",
    *(f"layers.{name}" for name in _LAYERS_LATER), *(f"utils.{name}" for name in _UTILS_LATER),
    *(f"applications.{name}" for name in ("efficientnet", "efficientnet_v2", "convnext", "mobilenet_v3", "resnet_v2")),
)
FILES_LATER = FILES
OF_OPTIMIZERS_LATER = {"learning_rate", "weight_decay", "use_ema", "ema_momentum", "global_clipnorm", "jit_compile",
                       "gradient_accumulation_steps", "loss_scale_factor"}
ARGUMENTS_LATER = {
    "compile": {"jit_compile", "run_eagerly", "steps_per_execution", "auto_scale_loss"}, "save": {"save_format"},
    "save_model": {"save_format"}, "load_model": {"safe_mode"}, "EarlyStopping": {"start_from_epoch"}, "ModelCheckpoint": {"save_freq"},
    "LeakyReLU": {"negative_slope"},
}
# A file of a model: no folder ~/.keras, no sentence about tf.keras.
FILE = re.compile(r"^(?!\S*\b(?:tf|tensorflow(?:\.\w+)*)\.keras$)\S*[^\s/\\~.]\.keras$")
