"""Arguments by place as Keras 1 and 2 had them: `Convolution2D(32, 3, 3)` has a kernel of 3 by 3, where today's has strides of 3."""

from . import dialect

_COMMON = ("init", "activation", "weights", "border_mode")
_PICTURE = ("nb_filter", "nb_row", "nb_col")
_RECURRENT = ("output_dim", "init", "inner_init")

# Of Keras 1, where today's order is another.
_KERAS_1 = {
    "Dense": ("output_dim", "init", "activation", "weights"),
    "TimeDistributedDense": ("output_dim", "init", "activation", "weights"),
    "Conv1D": ("nb_filter", "filter_length", *_COMMON, "subsample_length"),
    "Conv2D": (*_PICTURE, *_COMMON, "subsample", "dim_ordering"),
    "Conv3D": ("nb_filter", "kernel_dim1", "kernel_dim2", "kernel_dim3", *_COMMON, "subsample", "dim_ordering"),
    "SeparableConv2D": (*_PICTURE, *_COMMON, "subsample"),
    "Conv2DTranspose": (*_PICTURE, "output_shape", *_COMMON, "subsample", "dim_ordering"),
    "Deconvolution3D": ("nb_filter", "kernel_dim1", "kernel_dim2", "kernel_dim3", "output_shape", *_COMMON, "subsample"),
    "AtrousConvolution1D": ("nb_filter", "filter_length", *_COMMON, "subsample_length", "atrous_rate"),
    "AtrousConvolution2D": (*_PICTURE, *_COMMON, "subsample", "atrous_rate", "dim_ordering"),
    "Embedding": ("input_dim", "output_dim", "init", "input_length", "W_regularizer", "activity_regularizer", "W_constraint"),
    "LocallyConnected1D": ("nb_filter", "filter_length", *_COMMON, "subsample_length"),
    "LocallyConnected2D": (*_PICTURE, *_COMMON, "subsample", "dim_ordering"),
    "SimpleRNN": (*_RECURRENT, "activation"),
    "GRU": (*_RECURRENT, "activation", "inner_activation"),
    "LSTM": (*_RECURRENT, "forget_bias_init", "activation", "inner_activation"),
    "BatchNormalization": ("epsilon", "mode", "axis", "momentum", "weights", "beta_init", "gamma_init"),
}
# What came first by place then and does today: who gives it so has nothing to be told of its name.
_STILL = {"nb_filter": "filters", "filter_length": "kernel_size", "output_dim": "units"}
_WITH_STILL = {"Dense", "Conv1D", "Conv2D", "Conv3D", "SimpleRNN", "GRU", "LSTM"}
# Sizes of kernels that Keras 2 still took one by one.
_SIZES = {"Conv2D": ("nb_row", "nb_col"), "SeparableConv2D": ("nb_row", "nb_col"), "Conv2DTranspose": ("nb_row", "nb_col"),
          "Conv3D": ("kernel_dim1", "kernel_dim2", "kernel_dim3")}


def named(class_name, args, kwargs):
    """Arguments with those by place under the names that they had in the Keras of the program."""
    if not args or not dialect.before(3):
        return args, kwargs
    names = _KERAS_1.get(class_name) if dialect.before(2) else None
    sizes = _SIZES.get(class_name)
    if names is not None and not (sizes and isinstance(args[1:2] and args[1], (tuple, list))):
        if len(args) > len(names):
            raise TypeError(f"{class_name}(): takes {', '.join(names)} by place, the others by name; {len(args)} were given")
        given = _once(class_name, dict(zip(names, args)), kwargs)
        by_place = names[: len(args)] if class_name in _WITH_STILL else ()
        return (), {_STILL.get(name, name) if name in by_place else name: value for name, value in given.items()}
    if sizes and len(args) == len(sizes) + 1 and all(isinstance(value, int) for value in args[1:]):
        return args[:1], _once(class_name, dict(zip(sizes, args[1:])), kwargs)
    return args, kwargs


def _once(class_name, given, kwargs):
    for name in given:
        if name in kwargs:
            raise TypeError(f"{class_name}() got multiple values for argument {name!r}")
    return {**given, **kwargs}
