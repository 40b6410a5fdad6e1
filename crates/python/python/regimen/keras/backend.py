"""What is left of `keras.backend`, under its names of old."""

import numpy as np

from .._keras import naming


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
