"""Functions of TensorFlow by its arguments, which differ from those of keras.ops."""

import numpy as np

from .._keras.variable import Variable as _Variable
from ..keras import ops
from ._giving import giving

_sequence = range


def Variable(initial_value, trainable=True, name=None, dtype=None, shape=None):
    """A variable."""
    value = initial_value() if callable(initial_value) else initial_value
    value = np.asarray(value, dtype=dtype)
    value = value.astype("float32") if value.dtype == np.float64 and dtype is None else value
    if shape is not None and tuple(shape) != value.shape:
        raise NotImplementedError(f"tf.Variable(shape={shape}): the shape is that of its value here, {value.shape}")
    return _Variable(value, dtype=value.dtype.name, trainable=trainable, name=name)


def constant(value, dtype=None, shape=None, name="Const"):
    """A value as an array; `name` is of TensorFlow's graphs."""
    found = convert_to_tensor(value, dtype)
    return found if shape is None else np.broadcast_to(found.reshape(-1)[0], shape).copy() if found.size == 1 else found.reshape(shape)


def convert_to_tensor(value, dtype=None, name=None):
    """A value as an array, fractions as float32; `name` is of TensorFlow's graphs."""
    if not isinstance(value, (list, tuple, int, float, bool, np.ndarray, np.generic, _Variable)):
        return value if dtype is None else ops.cast(value, dtype)
    found = np.asarray(value)
    kinds = {"f": "float32", "i": "int32"}
    plain = dtype is None and not isinstance(value, (np.ndarray, np.generic))
    return found.astype(kinds.get(found.dtype.kind, found.dtype)) if plain else found.astype(dtype or found.dtype)


def cast(x, dtype, name=None):
    """The same in another type; `name` is of TensorFlow's graphs."""
    return ops.cast(convert_to_tensor(x), dtype)


def zeros(shape, dtype="float32", name=None):
    """Zeros; `name` is of TensorFlow's graphs."""
    return np.zeros(shape, dtype)


def ones(shape, dtype="float32", name=None):
    """Ones; `name` is of TensorFlow's graphs."""
    return np.ones(shape, dtype)


def range(start, limit=None, delta=1, dtype=None, name=None):
    """Numbers in steps; `name` is of TensorFlow's graphs."""
    return ops.arange(start, limit, delta, dtype)


def reshape(tensor, shape, name=None):
    """The same elements in other sizes."""
    return ops.reshape(tensor, tuple(int(n) for n in shape) if isinstance(shape, (list, tuple, np.ndarray)) else shape)


def transpose(a, perm=None, conjugate=False, name=None):
    """Axes in another order."""
    if conjugate:
        raise NotImplementedError("tf.transpose(conjugate=True): complex numbers are not supported here")
    return ops.transpose(a, perm)


def concat(values, axis, name="concat"):
    """Side by side."""
    return ops.concatenate(list(values), axis=axis)


def stack(values, axis=0, name="stack"):
    """Side by side along a new axis."""
    return ops.stack(list(values), axis=axis)


def expand_dims(input, axis, name=None):
    """A new axis of one element."""
    return ops.expand_dims(input, axis)


def squeeze(input, axis=None, name=None):
    """Without axes of one element."""
    return ops.squeeze(input, axis)


def shape(input, out_type="int32", name=None):
    """Sizes as an array; they are known while a function is traced."""
    return np.array(input.shape, dtype=out_type)


def gather(params, indices, axis=0, name=None):
    """Rows by their places."""
    return ops.take(params, indices, axis=axis)


def tile(input, multiples, name=None):
    """The whole so many times along each axis."""
    return ops.tile(input, multiples)


def where(condition, x=None, y=None, name=None):
    """Elements of the one where it is true, of the other elsewhere; of arrays alone, the places where it is true."""
    if x is None and y is None:
        return np.argwhere(np.asarray(condition))
    return ops.where(condition, x, y)


def clip_by_value(t, clip_value_min, clip_value_max, name=None):
    """Within bounds."""
    return ops.clip(t, clip_value_min, clip_value_max)


def one_hot(indices, depth, on_value=None, off_value=None, axis=None, dtype="float32", name=None):
    """Classes as rows with a single one."""
    found = ops.one_hot(indices, depth) if axis in (None, -1) else ops.one_hot(indices, depth, axis=axis)
    on, off = 1 if on_value is None else on_value, 0 if off_value is None else off_value
    return ops.cast(found if (on, off) == (1, 0) else found * (on - off) + off, dtype)


def argmax(input, axis=None, output_type="int64", name=None):
    """Place of the largest along an axis, the first where none is given."""
    return ops.cast(ops.argmax(input, axis=0 if axis is None else axis), output_type)


def argmin(input, axis=None, output_type="int64", name=None):
    """Place of the least along an axis, the first where none is given."""
    return ops.cast(ops.argmin(input, axis=0 if axis is None else axis), output_type)


def _reduction(name, of):
    def reduce(input_tensor, axis=None, keepdims=False, name=None):
        return getattr(ops, of)(convert_to_tensor(input_tensor), axis=axis, keepdims=keepdims)

    reduce.__name__, reduce.__doc__ = name, f"`ops.{of}` over axes; all of them where none is given."
    return giving(reduce)


for _name in ("constant", "convert_to_tensor", "cast", "zeros", "ones", "range", "reshape", "transpose", "concat", "stack", "expand_dims",
              "squeeze", "shape", "gather", "tile", "where", "clip_by_value", "one_hot", "argmax", "argmin"):
    globals()[_name] = giving(globals()[_name])

reduce_sum, reduce_mean, reduce_max, reduce_min, reduce_prod, reduce_all, reduce_any = (
    _reduction(f"reduce_{of}", of) for of in ("sum", "mean", "max", "min", "prod", "all", "any"))
