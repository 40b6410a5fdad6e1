"""What is left of `keras.backend`, under its names of old."""

import numpy as np

from .._keras import naming
from .._keras.tensors import KerasTensor
from .._keras.traced import Tensor
from .._keras.variable import Variable


def backend():
    """The name that programs ask for; the engine is Regimen's."""
    return "regimen"


def clear_session(free_memory=True):
    """Counts the names of layers anew."""
    naming.clear()


def get_value(x):
    """The value of a variable."""
    return x.numpy() if hasattr(x, "numpy") else np.asarray(x)


def set_value(x, value):
    """Sets a variable."""
    x.assign(value)


def epsilon():
    """A small number."""
    return 1e-07


def floatx():
    """The type of floats."""
    return "float32"


def image_data_format():
    """Channels are the last axis."""
    return "channels_last"


def image_dim_ordering():
    """The same in the words of Keras 1."""
    return "tf"


def is_tensor(x):
    """Whether a value is an array or a tensor of a graph."""
    return isinstance(x, (np.ndarray, np.generic, Tensor, Variable))


def is_keras_tensor(x):
    """Whether a value is symbolic."""
    return isinstance(x, KerasTensor)


def int_shape(x):
    """Sizes, as a tuple."""
    return tuple(x.shape)


def standardize_dtype(dtype):
    """The name of a type."""
    return "float32" if dtype is None else dtype if isinstance(dtype, str) else np.dtype(getattr(dtype, "name", dtype)).name


def variable(value, dtype=None, name=None, constraint=None):
    """A variable."""
    return Variable(value, dtype=dtype or "float32", name=name)


def learning_phase():
    """Inference: what trains is told so by `training`."""
    return 0


def result_type(*dtypes):
    """The type that values of these types share."""
    return np.result_type(*(standardize_dtype(d) for d in dtypes)).name


def __getattr__(name):
    from . import ops

    if name.startswith("_"):
        raise AttributeError(name)
    try:
        return getattr(ops, name)
    except NotImplementedError:
        raise AttributeError(f"keras.backend has no {name} here; keras.ops has what there is") from None
