"""Values inside of a function that is traced into a graph: like arrays, with sizes that are known and numbers that are not."""

import numpy as np

from .. import _regimen
from .variable import Variable


class Tensor:
    """A value of the graph."""

    __slots__ = ("native", "_keras_mask")
    __array_ufunc__ = None

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

    def __iter__(self):
        return (self[i] for i in range(self.shape[0]))

    def __array__(self, *args, **kwargs):
        raise TypeError("the value of a tensor is not known while a function is traced: use keras.ops instead of NumPy")

    def __getitem__(self, key):
        return indexed(self, key)

    def __add__(self, other):
        return binary("add", self, other)

    def __radd__(self, other):
        return binary("add", other, self)

    def __sub__(self, other):
        return binary("subtract", self, other)

    def __rsub__(self, other):
        return binary("subtract", other, self)

    def __mul__(self, other):
        return binary("multiply", self, other)

    def __rmul__(self, other):
        return binary("multiply", other, self)

    def __truediv__(self, other):
        return binary("divide", self, other)

    def __rtruediv__(self, other):
        return binary("divide", other, self)

    def __pow__(self, other):
        return binary("power", self, other)

    def __rpow__(self, other):
        return binary("power", other, self)

    def __mod__(self, other):
        return binary("mod", self, other)

    def __matmul__(self, other):
        return binary("matmul", self, other)

    def __rmatmul__(self, other):
        return binary("matmul", other, self)

    def __neg__(self):
        return Tensor(self.native.unary("negative"))

    def __abs__(self):
        return Tensor(self.native.unary("abs"))

    def __eq__(self, other):
        return binary("equal", self, other)

    def __ne__(self, other):
        return binary("not_equal", self, other)

    def __lt__(self, other):
        return binary("less", self, other)

    def __le__(self, other):
        return binary("less_equal", self, other)

    def __gt__(self, other):
        return binary("greater", self, other)

    def __ge__(self, other):
        return binary("greater_equal", self, other)

    def __invert__(self):
        return Tensor(self.native.unary("logical_not"))

    def __and__(self, other):
        return binary("logical_and", self, other)

    def __or__(self, other):
        return binary("logical_or", self, other)

    __hash__ = object.__hash__


# Layers that run, outermost first, and a value of the graph that each writes in.
running, near = [], []
# What the variables of a metric are while it is traced.
bindings = []


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


def native(value, like=None):
    """A value as the library has it: tensors, weights, numbers and arrays. `like` is a type that plain numbers take."""
    if isinstance(value, Tensor):
        return value.native
    if isinstance(value, Variable):
        for bound in reversed(bindings):
            if id(value) in bound:
                return bound[id(value)].native
        return _weight(value)
    array = np.asarray(value)
    if array.dtype.kind == "b":
        pass
    elif array.dtype.kind in "iu":
        plain = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        array = array.astype(np.float32 if plain and like == "float32" else np.int32)
    elif array.dtype.kind == "f":
        array = array.astype(np.float32)
    else:
        raise TypeError(f"{value!r}: no number, array or tensor")
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
    return read()


def _inside(layer, run):
    return lambda: _regimen.traced_within(layer.name, layer._trainable, run)


def alike(a, b):
    """Two values of one type: a float where one of them is."""
    first = native(a, b.dtype if isinstance(b, Tensor) else None)
    second = native(b, a.dtype if isinstance(a, Tensor) else first.dtype)
    if first.dtype == second.dtype:
        return first, second
    kinds = ("bool", "uint8", "int32", "int64", "bfloat16", "float32", "float64")
    wide = max(first.dtype, second.dtype, key=kinds.index)
    return (x if x.dtype == wide else x.cast(wide) for x in (first, second))


def binary(name, a, b):
    """A function of two values."""
    first, second = alike(a, b)
    if name == "divide" and not first.dtype.startswith(("float", "bfloat")):
        first, second = first.cast("float32"), second.cast("float32")
    return Tensor(first.binary(name, second))


def indexed(tensor, key):
    """`tensor[key]` of whole numbers, slices, None and an ellipsis."""
    from ..keras import ops

    keys = list(key) if isinstance(key, tuple) else [key]
    if any(isinstance(k, (Tensor, np.ndarray, list)) for k in keys):
        boolean = isinstance(keys[0], Tensor) and keys[0].dtype == "bool" or getattr(keys[0], "dtype", None) == np.bool_
        if boolean:
            raise TypeError("an index by truth values gives sizes that are not known while a function is traced: use keras.ops.where")
        if len(keys) == 1:
            return ops.take(tensor, keys[0], axis=0)
        raise NotImplementedError("an index by several arrays: use keras.ops.take or keras.ops.take_along_axis")
    given = sum(k is not None and k is not Ellipsis for k in keys)
    if Ellipsis in [k for k in keys if k is not None]:
        at = keys.index(Ellipsis)
        keys[at : at + 1] = [slice(None)] * (tensor.ndim - given)
    else:
        keys += [slice(None)] * (tensor.ndim - given)
    start, stop, step, shape, reversed_axes = [], [], [], [], []
    axis = 0
    for k in keys:
        if k is None:
            shape.append(1)
            continue
        size = tensor.shape[axis]
        if isinstance(k, slice):
            first, last, by = k.indices(size)
            count = len(range(first, last, by))
            if by < 0:
                first, by = first + (count - 1) * by, -by
                reversed_axes.append(axis)
            start.append(first if count else 0)
            stop.append((first + (count - 1) * by + 1) if count else 0)
            step.append(by)
            shape.append(count)
        else:
            k = int(k)
            if not -size <= k < size:
                raise IndexError(f"index {k} is out of bounds for axis {axis} with size {size}")
            k %= size
            start.append(k)
            stop.append(k + 1)
            step.append(1)
        axis += 1
    found = tensor.native.slice(start, stop, step)
    if reversed_axes:
        found = found.reverse(reversed_axes)
    return Tensor(found.reshape(shape))
