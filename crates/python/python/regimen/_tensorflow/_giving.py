"""Functions whose arrays have `.numpy()`, as the tensors of TensorFlow do."""

import functools

from .._keras.eager_array import eager
from ..keras import ops


def giving(function):
    """A function with arrays in this form as its results; between symbolic tensors and inside of what is traced it gives what it gave."""

    @functools.wraps(function)
    def called(*args, **kwargs):
        return eager(function(*args, **kwargs))

    return called


def of_ops(*names):
    """Functions of keras.ops in this form."""
    return tuple(giving(getattr(ops, name)) for name in names)
