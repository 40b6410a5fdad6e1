"""What is known of the library's layers by their classes: masks, weights, inputs, modes, types of outputs."""

from .input_spec import InputSpec

# Layers that do something else in training than in inference.
_TWO_MODES = ("Dropout", "BatchNormalization", "Noise", "Random", "AlphaDropout", "MixUp", "CutMix", "SpectralNormalization", "AugMix",
              "RandAugment", "Solarization", "Equalization")
# Those of them that draw nothing.
_DRAWS_NOTHING = ("BatchNormalization", "SpectralNormalization", "Equalization", "ContrastLimitedAdaptiveHistogramEqualization")
# Layers that draw numbers, by the option that says how much.
DRAWING = {"Dropout": "rate", "AlphaDropout": "rate", "GaussianDropout": "rate", "GaussianNoise": "stddev", "SpatialDropout1D": "rate",
           "SpatialDropout2D": "rate", "SpatialDropout3D": "rate", "MultiHeadAttention": "dropout", "GroupQueryAttention": "dropout",
           "Attention": "dropout", "AdditiveAttention": "dropout"}
MASKING = frozenset((
    "Activation ActivityRegularization Add AdditiveAttention AlphaDropout Attention Average BatchNormalization Bidirectional Concatenate "
    "ConvLSTM1D ConvLSTM2D ConvLSTM3D Dense Dot Dropout ELU GRU GaussianDropout GaussianNoise GlobalAveragePooling1D GroupNormalization "
    "GroupQueryAttention "
    "Identity LSTM LayerNormalization LeakyReLU Masking Maximum Minimum MultiHeadAttention Multiply Normalization PReLU RNN ReLU Rescaling "
    "SimpleRNN Softmax SpatialDropout1D SpatialDropout2D SpatialDropout3D Subtract ThresholdedReLU TimeDistributed UnitNormalization"
).split())
# Layers without weights, which are built once they are made.
WEIGHTLESS = frozenset((
    "Activation ActivityRegularization AlphaDropout AveragePooling1D AveragePooling2D AveragePooling3D Dropout ELU GaussianDropout "
    "GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D "
    "GlobalMaxPooling3D Identity InputLayer LeakyReLU Masking MaxPooling1D MaxPooling2D MaxPooling3D ReLU Softmax SpatialDropout1D "
    "SpatialDropout2D SpatialDropout3D ThresholdedReLU UnitNormalization"
).split())
# Layers that take places in a table.
INDICES = ("Embedding", "ReversibleEmbedding")
# Layers of pictures, which take one as well as several, and change them unless they are told that nothing trains.
IMAGES = frozenset((
    "AugMix AutoContrast CenterCrop ContrastLimitedAdaptiveHistogramEqualization Equalization RandAugment RandomBrightness "
    "RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop RandomElasticTransform RandomErasing RandomFlip "
    "RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation "
    "RandomSharpness RandomShear "
    "RandomTranslation RandomZoom Resizing Solarization CutMix MixUp MaxNumBoundingBoxes"
).split())
# Ranks of inputs without an axis of rows that layers take, too.
WITHOUT_ROWS = {**dict.fromkeys(IMAGES, 3), "MelSpectrogram": 1}
# Layers that give their outputs as a tuple.
TUPLES = ("Attention", "AdditiveAttention", "MultiHeadAttention", "GroupQueryAttention")
# Layers that read texts, hashes or the values of numbers before the graph: they stand right behind an input.
BEFORE_THE_GRAPH = ("TextVectorization", "StringLookup", "IntegerLookup", "Hashing", "HashedCrossing", "Discretization", "CategoryEncoding")
# Layers that take their inputs one by one, not in a list.
ONE_BY_ONE = ("MultiHeadAttention", "GroupQueryAttention")
# Options that are layers, or lists of them.
HOLD_LAYERS = ("layer", "backward_layer", "cell", "cells", "layers")
# Weights that a layer may be made without.
MAYBE = ("bias", "gamma", "beta")
# Layers whose outputs have the type of their first input.
KEEPS_TYPE = ("Flatten", "Reshape", "Permute", "RepeatVector", "Identity", "Concatenate", "Cropping1D", "ZeroPadding1D")
_RANKS = {3: "Bidirectional GRU LSTM SimpleRNN Cropping1D GlobalAveragePooling1D GlobalMaxPooling1D MaxPooling1D AveragePooling1D "
             "SpatialDropout1D UpSampling1D ZeroPadding1D STFTSpectrogram",
          4: "ConvLSTM1D Cropping2D GlobalAveragePooling2D GlobalMaxPooling2D MaxPooling2D AveragePooling2D SpatialDropout2D "
             "UpSampling2D ZeroPadding2D",
          5: "ConvLSTM2D Cropping3D GlobalAveragePooling3D GlobalMaxPooling3D MaxPooling3D AveragePooling3D SpatialDropout3D "
             "UpSampling3D ZeroPadding3D",
          6: "ConvLSTM3D", 2: "RepeatVector"}
_LEAST = {1: "Flatten", 2: "Dense", 3: "Conv1D Conv1DTranspose DepthwiseConv1D SeparableConv1D",
    4: "Conv2D Conv2DTranspose DepthwiseConv2D "
          "SeparableConv2D", 5: "Conv3D Conv3DTranspose"}
_EXACT = {name: rank for rank, names in _RANKS.items() for name in names.split()}
_AT_LEAST = {name: rank for rank, names in _LEAST.items() for name in names.split()}


def shape_in_training(class_name, config, shape):
    """The shape of an output in training, by that in inference."""
    if class_name != "RandomCrop":
        return tuple(shape)
    sizes = (config["height"], config["width"])
    return (*shape[:-2], *sizes) if config["data_format"] == "channels_first" else (*shape[:-3], *sizes, shape[-1])


def draws(class_name):
    """Whether layers of a class draw random numbers in training."""
    return class_name not in _DRAWS_NOTHING and two_modes(class_name)


def two_modes(class_name):
    """Whether layers of a class do something else in training than in inference."""
    return any(part in class_name for part in _TWO_MODES)


def moves_in_training(class_name):
    """Whether layers of a class keep what they see in training."""
    return class_name in ("BatchNormalization", "SpectralNormalization")


def input_spec(class_name, config):
    """What layers of a class take, where it is a matter of ranks."""
    if class_name == "Permute":
        return InputSpec(ndim=len(config.get("dims", ())) + 1)
    if class_name in _EXACT:
        return InputSpec(ndim=_EXACT[class_name])
    if class_name in _AT_LEAST:
        return InputSpec(min_ndim=_AT_LEAST[class_name])
    return None


def output_dtype(class_name, config, inputs, compute_dtype):
    """The type of what a layer gives for inputs of these types."""
    if class_name in KEEPS_TYPE and inputs and not inputs[0].startswith(("float", "bfloat")):
        return inputs[0]
    if class_name in BEFORE_THE_GRAPH and config.get("output_mode", "int") == "int":
        return "int64" if compute_dtype == "int64" else "int32"
    return compute_dtype


# What follows the inputs in a call, by place.
_AFTER_INPUTS = {
    "GlobalAveragePooling1D": ("mask",), "Softmax": ("mask",), "BatchNormalization": ("training", "mask"),
    "LSTM": ("initial_state", "mask", "training"), "GRU": ("initial_state", "mask", "training"),
    "SimpleRNN": ("initial_state", "mask", "training"), "RNN": ("initial_state", "mask", "training"),
    "Bidirectional": ("initial_state", "mask", "training"), "TimeDistributed": ("training", "mask"), "SpectralNormalization": ("training",),
    "Attention": ("mask", "training"), "AdditiveAttention": ("mask", "training"),
}


# Arguments of calls beside inputs, `training` and `mask`.
_ATTENTION = ("return_attention_scores", "use_causal_mask")
_HEADS = ("query", "value", "key", "query_mask", "value_mask", "key_mask", "attention_mask", *_ATTENTION)
_CALLED_WITH = {
    **dict.fromkeys(("AdditiveAttention", "Attention"), _ATTENTION), **dict.fromkeys(("GroupQueryAttention", "MultiHeadAttention"), _HEADS),
    **dict.fromkeys(("Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "GRU", "LSTM", "RNN", "SimpleRNN"), ("initial_state",)),
    **dict.fromkeys(("GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells"), ("states",)), "CategoryEncoding": ("count_weights",),
    "ReversibleEmbedding": ("reverse",),
}
_ALWAYS = ("training", "mask", "own_mode", "python_call")
# Those whose calls have arguments of their own.
_ANY = ("", "Functional", "Sequential", "Lambda", "Operation", "InputLayer")


def check_arguments(class_name, args, kwargs):
    """Refuses arguments that a call of a layer of the library does not have."""
    if class_name in _ANY:
        return
    check_places(args)
    known = _CALLED_WITH.get(class_name, ())
    for name in kwargs:
        if name not in known and name not in _ALWAYS:
            raise TypeError(f"{class_name}.call() got an unexpected keyword argument {name!r}")


def check_places(args):
    """Refuses modes by place."""
    for value in args[1:]:
        if isinstance(value, bool):
            raise ValueError(
                "Only input tensors may be passed as positional arguments. The following argument value should be passed as a "
                "keyword argument: "
                f"{value} (of type {type(value)})"
            )


def by_name(class_name, args, kwargs):
    """A call's arguments with modes and masks by their names, and all inputs by their places."""
    for name in ("inputs", "sequences", "sequence", "data", "images"):
        if not args and name in kwargs and not class_name.startswith("python>"):
            args, kwargs = (kwargs[name],), {key: x for key, x in kwargs.items() if key != name}
    if class_name in ONE_BY_ONE:
        named = [name for name in ("query", "value", "key")[len(args) :] if kwargs.get(name) is not None]
        rest = {name: x for name, x in kwargs.items() if name not in ("query", "value", "key")}
        return (*args, *(kwargs[name] for name in named)), rest
    if len(args) < 2:
        return args, kwargs
    names = _AFTER_INPUTS.get(class_name, ("training",) if two_modes(class_name) else ())
    named = dict(zip(names, args[1:]))
    if not named or len(args) - 1 > len(names):
        return args, kwargs
    return args[:1], {**{key: value for key, value in named.items() if value is not None}, **kwargs}
