"""Modules that Keras had once, by their names after `keras.`, and the modules that have their contents today."""

import importlib
import types

# One module for each name; "" is keras itself.
_OLD = {
    **{f"layers.{name}": "layers" for name in (
        "core", "convolutional", "pooling", "recurrent", "rnn", "embeddings", "normalization", "noise", "merge", "reshaping", "wrappers",
        "advanced_activations", "local", "preprocessing", "convolutional_recurrent", "cudnn_recurrent", "merging", "regularization",
        "attention", "activation", "locally_connected", "experimental", "experimental.preprocessing")},
    **{f"utils.{name}": "utils" for name in (
        "np_utils", "vis_utils", "visualize_util", "data_utils", "generic_utils", "layer_utils", "io_utils", "all_utils", "image_utils",
        "training_utils")},
    **dict.fromkeys(("engine", *(f"engine.{name}" for name in (
        "topology", "training", "sequential", "input_layer", "base_layer", "network", "functional", "input_spec"))), "_engine"),
    "legacy": "layers", "legacy.layers": "layers", "backend.tensorflow_backend": "backend", "backend.common": "backend",
    "optimizers.legacy": "optimizers", "optimizers.experimental": "optimizers", "callbacks.experimental": "callbacks",
    "objectives": "losses", "initializations": "initializers", "preprocessing.image_dataset": "utils",
    "preprocessing.text_dataset": "utils", "preprocessing.timeseries": "utils", "experimental": "_experimental",
    "mixed_precision.experimental": "_old_mixed_precision",
    **dict.fromkeys(("api", "api._v1", "api._v1.keras", "api._v2", "api._v2.keras", "_tf_keras", "_tf_keras.keras"), ""),
}
# Whole packages that have the modules of today.
PACKAGES = ("api._v1.keras.", "api._v2.keras.", "api.", "_tf_keras.keras.")
# Keras 2.5 to 2.12 had a file for each layer or two.
_FILES = {
    "core": "activation dense einsum_dense embedding identity lambda_layer masking",
    "rnn": "abstract_rnn_cell base_rnn bidirectional conv_lstm1d conv_lstm2d conv_lstm3d cudnn_gru cudnn_lstm gru lstm simple_rnn "
           "stacked_rnn_cells time_distributed base_wrapper",
    "pooling": " ".join(f"{kind}_pooling{n}d" for n in (1, 2, 3) for kind in ("average", "max", "global_average", "global_max")),
    "convolutional": "conv1d conv2d conv3d conv1d_transpose conv2d_transpose conv3d_transpose depthwise_conv1d depthwise_conv2d "
                     "separable_conv1d separable_conv2d",
    "normalization": "batch_normalization group_normalization layer_normalization spectral_normalization unit_normalization",
    "regularization": "activity_regularization alpha_dropout dropout gaussian_dropout gaussian_noise spatial_dropout1d "
                      "spatial_dropout2d spatial_dropout3d",
    "reshaping": "flatten permute repeat_vector reshape " + " ".join(
        f"{kind}{n}d" for n in (1, 2, 3) for kind in ("cropping", "up_sampling", "zero_padding")),
    "merging": "add average concatenate dot maximum minimum multiply subtract",
    "attention": "additive_attention attention multi_head_attention",
    "activation": "elu leaky_relu prelu relu softmax thresholded_relu",
    "locally_connected": "locally_connected1d locally_connected2d",
    "preprocessing": "category_encoding discretization hashed_crossing hashing image_preprocessing integer_lookup normalization "
                     "string_lookup text_vectorization",
}
FILES = frozenset(f"layers.{package}.{name}" for package, names in _FILES.items() for name in names.split())
# What is nowhere today, and the way out.
GONE = {
    "layers.containers": "it went with Keras 1: Sequential and Model are in keras.models",
    "legacy.models": "it went with Keras 1: wire the layers of a Graph with keras.Input and Model",
    "models.Graph": "it went with Keras 1: wire the layers of a Graph with keras.Input and Model",
    "utils.theano_utils": "there is no Theano here", "backend.theano_backend": "there is no Theano here",
    "legacy.interfaces": "old names of arguments are understood by the layers themselves",
    "src": "it is Keras's inside; what it makes public is in keras and its modules", "distribute": "the engine chooses where it computes",
    "estimator": "there are no estimators of TensorFlow here; train the model with fit()",
    "premade": "make the model of its layers: a LinearModel is a Dense, a WideDeepModel adds a Dense and a model",
}
_made = {}


class _Alias(types.ModuleType):
    """A module of old: its names are those of today's module. Called, it is the function of its own name (`keras.layers.merge`, whose
    place in keras.layers Python gives to the module)."""

    def __init__(self, old, today):
        super().__init__(f"keras.{old}", f"keras.{old}: what it had is in {today.__name__} today.")
        self.__dict__.update(_old=old, _today=today, _function=vars(today).get(old.rsplit(".", 1)[-1]), __path__=[])

    def __getattr__(self, name):
        if name == "__all__":
            names = [name for name, value in vars(self._today).items() if not name.startswith("_") and not isinstance(value, _Alias)]
            return getattr(self._today, "__all__", names)
        if name.startswith("__"):
            raise AttributeError(name)
        found = named(f"keras.{self._old}", name)
        return getattr(self._today, name) if found is None else found

    def __dir__(self):
        return dir(self._today)

    def __call__(self, *args, **kwargs):
        if not isinstance(self._function, types.FunctionType):
            raise TypeError(f"keras.{self._old} is a module, which cannot be called")
        return self._function(*args, **kwargs)


def module(old):
    """The module for a name of old (`layers.core`); None where Keras had none by that name."""
    today = "layers" if old in FILES else _OLD.get(old)
    if today is not None and old not in _made:
        _made[old] = _Alias(old, importlib.import_module(f"regimen.keras.{today}".rstrip(".")))
    return _made.get(old)


def gone(old):
    """The way out from a module that is nowhere today, or None."""
    return GONE.get(old) or GONE.get(old.split(".")[0])


def named(place, name):
    """A module of old as a name of a module: `core` of `keras.layers`; None where there was none, NotImplementedError where it is gone."""
    old = f"{place}.{name}".partition(".")[2]
    if old in GONE:
        raise NotImplementedError(f"keras.{old} is not supported here: {GONE[old]}")
    return module(old)
