"""Values inside of a function that is traced into a graph: like arrays, with sizes that are known and numbers that are not."""

import numpy as np

from .. import _regimen
from . import indexing, operators, promotion
from .per_thread import Stack, Table
from .variable import Variable


class Tensor:
    """A value of the graph."""

    __slots__ = ("native", "_keras_mask")
    def __init__(self, native, mask=None):
        self.native = native
        self._keras_mask = mask

    @property
    def shape(self):
        """Sizes."""
        return tuple(self.native.shape)

    @property
    def dtype(self):
        """Type of the elements."""
        return self.native.dtype

    @property
    def ndim(self):
        """Number of axes."""
        return len(self.native.shape)

    def __len__(self):
        return self.shape[0]

    def __repr__(self):
        return f"<Tensor shape={self.shape}, dtype={self.dtype}>"

    def __bool__(self):
        raise TypeError("the value of a tensor is not known while a function is traced: use keras.ops.where or keras.ops.cond")

    def __float__(self):
        raise TypeError("the value of a tensor is not known while a function is traced")

    __int__ = __index__ = __float__

    def __iter__(self):
        return (self[i] for i in range(self.shape[0]))

    def __array__(self, *args, **kwargs):
        raise TypeError("the value of a tensor is not known while a function is traced: use keras.ops instead of NumPy")

    def __getitem__(self, key):
        return indexing.indexed(self, key)

    def reshape(self, newshape):
        """The same elements in other sizes."""
        from ..keras import ops

        return ops.reshape(self, newshape)

    def squeeze(self, axis=None):
        """Without axes of one element."""
        from ..keras import ops

        return ops.squeeze(self, axis)

    __hash__ = object.__hash__


operators.give(Tensor)
Tensor.__array_ufunc__ = operators.of_numpy_in_graphs


# Layers that run, outermost first, and a value of the graph that each writes in.
running, near = Stack(), Stack()
# What the variables of a metric are while it is traced.
bindings = Stack()
# What `call` has assigned to variables of layers so far, by identity: later lines of it read that.
assigned = Table()


def is_traced(value):
    """Whether a value belongs to the graph, or is a weight of a layer that is traced."""
    return isinstance(value, Tensor) or (bool(running or bindings) and isinstance(value, Variable))


def any_traced(values):
    """Whether any of nested values does."""
    if isinstance(values, (list, tuple)):
        return any(any_traced(v) for v in values)
    if isinstance(values, dict):
        return any(any_traced(v) for v in values.values())
    return is_traced(values)


def native(value):
    """A value as the library has it: tensors, weights, numbers and arrays."""
    if isinstance(value, Tensor):
        return value.native
    if isinstance(value, Variable):
        for bound in reversed(bindings):
            if id(value) in bound:
                return bound[id(value)].native
        return assigned[id(value)].native if id(value) in assigned else _weight(value)
    if isinstance(value, (list, tuple)) and any_traced(value):
        from ..keras.ops._settings import tensor

        return tensor(value).native
    array = np.asarray(value)
    if array.dtype.kind == "b":
        pass
    elif array.dtype.kind in "iu":
        array = array.astype(np.int32)
    elif array.dtype.kind == "f":
        array = array.astype(np.float32)
    else:
        raise TypeError(f"{value!r}: no number, array or tensor")
    array = np.asarray(array, order="C")
    return near[-1].constant(array) if near else _regimen.traced_constant(array)


def _weight(variable):
    """A weight of the layer that runs, or of one inside it."""
    layer = running[-1] if running else None
    path = layer._path_to(variable._layer) if layer is not None else None
    if path is None:
        raise ValueError(
            f"{variable.path}: belongs to a layer outside of the one that runs; give it to the layer as an attribute"
        )

    def read():
        regularizer, constraint = variable._penalty
        return _regimen.traced_weight(variable._own_path, list(variable.shape), variable.trainable, regularizer, constraint)

    for inner in reversed(path):
        read = _inside(inner, read)
    kind = promotion.in_graphs(variable.dtype)
    return read() if kind == "float32" else read().cast(kind)


def _inside(layer, run):
    return lambda: _regimen.traced_within(layer.name, layer._trainable, run, None)
