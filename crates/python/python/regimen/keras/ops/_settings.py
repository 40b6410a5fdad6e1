"""Where a function of tensors may be called: on arrays, inside of what is traced, between symbolic tensors.

Functions are written on what `tensor` gives: an array of NumPy or a `Tensor` of a graph. `op` makes a node of a model of calls
with symbolic tensors, and narrows what comes out of NumPy, which is then of the type that layers give for arrays.
"""

import functools

import numpy as np

from ..._keras import dtypes, promotion
from ..._keras.eager_array import viewed
from ..._keras.tensors import tensors_in
from ..._keras.traced import Tensor, any_traced, native
from ..._keras.variable import Variable


def op(function):
    """A function of `keras.ops`."""

    @functools.wraps(function)
    def outer(*args, **kwargs):
        if tensors_in((args, kwargs)):
            from ..._keras.layer import FunctionLayer

            return FunctionLayer.of_call(outer, args, kwargs)
        with np.errstate(all="ignore"):
            return narrow(function(*args, **kwargs))

    return outer


def named(function, name, about, module):
    """A function that was made by another one, under its own name."""
    function.__name__ = function.__qualname__ = name
    function.__doc__, function.__module__ = about, module
    return function


def narrow(value):
    """What NumPy gave, in the types that there are; scalars are arrays without axes."""
    if isinstance(value, (np.ndarray, np.generic)):
        wanted = value.dtype.name if value.dtype.kind in "OUS" else promotion.name_of(value.dtype)
        return viewed(value if value.dtype.name == wanted else dtypes.rounded(value, wanted))
    if type(value) in (list, tuple):
        return type(value)(narrow(item) for item in value)
    if type(value) is dict:
        return {key: narrow(item) for key, item in value.items()}
    return value


def traced(*values):
    """Whether any of nested values belongs to a graph."""
    return any_traced(values)


def tensor(x, dtype=None):
    """A value as an array, or as a tensor of the graph that is traced."""
    if traced(x):
        if isinstance(x, (list, tuple)):
            from .joining import stack

            x = stack([tensor(item) for item in x])
        found = x if isinstance(x, Tensor) else Tensor(native(x))
        return found if dtype is None else as_type(found, dtype)
    found = np.asarray(x.numpy() if isinstance(x, Variable) else x)
    if found.dtype.kind not in "biufc" and found.dtype.name != "bfloat16":
        raise TypeError(f"{type(x).__name__}: no number, array or tensor, found {x!r}")
    return dtypes.rounded(found, promotion.name_of(dtype if dtype is not None else found.dtype))


def as_type(x, dtype):
    """The same in another type."""
    dtype = promotion.name_of(dtype)
    if isinstance(x, Tensor):
        dtype = promotion.in_graphs(dtype)
        return x if x.dtype == dtype else Tensor(x.native.cast(dtype))
    return dtypes.rounded(x, dtype)


def dtype_of(x):
    """The name of the type of what `tensor` gave."""
    return x.dtype if isinstance(x, Tensor) else x.dtype.name


def floats(x):
    """A value whose type is one of floats."""
    found = tensor(x)
    return found if promotion.is_float(dtype_of(found)) or dtype_of(found).startswith("complex") else as_type(found, "float32")


def alike(*values, kind=None):
    """Values in the type that they share; `kind` takes part in it."""
    kinds = [promotion.kind_of(value) if not isinstance(value, (list, tuple)) else dtype_of(tensor(value)) for value in values]
    shared = promotion.result_type(*kinds, *([kind] if kind else []))
    whole = traced(*values)
    return [in_graph(value, shared) if whole else tensor(value, shared) for value in values]


def in_graph(x, dtype=None):
    """A value as a tensor of the graph, whatever it was."""
    found = x if isinstance(x, Tensor) else tensor(x) if traced(x) else Tensor(native(np.asarray(tensor(x))))
    return as_type(found, dtype) if dtype is not None else found


def axes_of(x, axis):
    """Axes counted from the front; all where none is given."""
    rank = len(x.shape)
    if axis is None:
        return list(range(rank))
    given = list(axis) if isinstance(axis, (list, tuple)) else [axis]
    for a in given:
        if not -rank <= int(a) < rank:
            raise ValueError(f"axis {a} is out of bounds for array of dimension {rank}")
    return [int(a) % rank for a in given]


def hashable(axis):
    """An axis, or a tuple of them, as NumPy takes it."""
    return tuple(axis) if isinstance(axis, list) else axis


def of_values(name):
    """Refuses what a graph cannot know while it is traced."""
    return NotImplementedError(
        f"keras.ops.{name} inside of what is traced: the sizes of its result follow from values, which are not known there"
    )


def composed(eager):
    """A function of others: its body in graphs, `eager` on arrays."""

    def outer(body):
        def function(x):
            x = floats(x)
            return body(x) if isinstance(x, Tensor) else eager(x)

        return op(named(function, body.__name__, body.__doc__, body.__module__))

    return outer
