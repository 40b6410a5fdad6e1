"""Values as tensors, as arrays, in other types."""

import numpy as np

from ..._keras import promotion
from ..._keras.eager_array import Array, viewed
from ..._keras.tensors import KerasTensor
from ..._keras.traced import Tensor
from ..._keras.variable import Variable
from ._settings import as_type, op, tensor, traced


@op
def cast(x, dtype):
    """The same in another type."""
    return as_type(tensor(x), dtype)


@op
def stop_gradient(variable):
    """The same value, through which no gradient goes."""
    x = tensor(variable)
    return Tensor(x.native.unary("stop_gradient")) if isinstance(x, Tensor) else x


def convert_to_tensor(x, dtype=None, sparse=None, ragged=None):
    """An array; values of a graph stay what they are."""
    if sparse or ragged:
        raise ValueError("convert_to_tensor: there are no sparse and no ragged tensors here")
    if isinstance(x, KerasTensor):
        return cast(x, dtype) if dtype is not None and promotion.name_of(dtype) != x.dtype else x
    if traced(x):
        return tensor(x, dtype)
    if np.asarray(x).dtype.kind in "US":
        return viewed(np.asarray(x))
    found = tensor(x, dtype)
    return x if type(x) is Array and x.dtype == found.dtype else viewed(found)


def array(x, dtype=None):
    """An array."""
    return convert_to_tensor(x, dtype)


def convert_to_numpy(x):
    """An array of NumPy."""
    return np.asarray(x.numpy() if isinstance(x, Variable) else x)


def is_tensor(x):
    """Whether a value is an array, or a tensor of a graph."""
    return isinstance(x, (np.ndarray, np.generic, Tensor))


def dtype(x):
    """The name of the type of the elements."""
    return promotion.name_of(x.dtype if hasattr(x, "dtype") else tensor(x).dtype)
