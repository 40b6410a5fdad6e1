"""Functions of tensors whose names, arguments or defaults differ between `K` and keras.ops."""

import builtins

import numpy as np

from ..._keras.variable import Variable
from .. import ops, random


def _reduction(name):
    def function(x, axis=None, keepdims=False):
        return getattr(ops, name)(x, axis=axis, keepdims=keepdims)

    function.__name__, function.__doc__ = name, f"`ops.{name}` over axes; all of them where none is given."
    return function


sum, mean, max, min, prod, std, var = (_reduction(name) for name in ("sum", "mean", "max", "min", "prod", "std", "var"))


def argmax(x, axis=-1):
    """Place of the largest along an axis."""
    return ops.argmax(x, axis=axis)


def argmin(x, axis=-1):
    """Place of the least along an axis."""
    return ops.argmin(x, axis=axis)


def cumsum(x, axis=0):
    """Running sums."""
    return ops.cumsum(x, axis=axis)


def cumprod(x, axis=0):
    """Running products."""
    return ops.cumprod(x, axis=axis)


def concatenate(tensors, axis=-1):
    """Side by side."""
    return ops.concatenate(list(tensors), axis=axis)


def expand_dims(x, axis=-1):
    """A new axis of one element."""
    return ops.expand_dims(x, axis)


def clip(x, min_value, max_value):
    """Within bounds; a bound that is None is none, and a largest below the least is the least."""
    if isinstance(min_value, (int, float)) and isinstance(max_value, (int, float)):
        max_value = builtins.max(min_value, max_value)
    x = x if min_value is None else ops.maximum(x, min_value)
    return x if max_value is None else ops.minimum(x, max_value)


def pow(x, a):
    """A power of each element."""
    return ops.power(x, a)


def sqrt(x):
    """Square roots; of negative numbers 0."""
    return ops.sqrt(ops.maximum(x, 0.0))


def dot(x, y):
    """The last axis of one with the last but one of the other."""
    if len(y.shape) == 2:
        return ops.matmul(x, y)
    rank = len(y.shape)
    order = [rank - 2, *range(rank - 2), rank - 1]
    flat = ops.reshape(ops.transpose(y, order), (y.shape[-2], -1)) if rank > 1 else ops.expand_dims(y, -1)
    found = ops.matmul(x, flat)
    return ops.reshape(found, (*_known(x.shape[:-1]), *y.shape[:-2], *y.shape[-1:])[: len(x.shape) - 1 + builtins.max(rank - 1, 0)])


def _known(shape):
    return tuple(-1 if size is None else size for size in shape)


def batch_dot(x, y, axes=None):
    """Products of rows with rows along axes; a result without other axes has one of one element."""
    if axes is None:
        axes = (len(x.shape) - 1, len(y.shape) - 1 if len(y.shape) == 2 else len(y.shape) - 2)
    axes = (axes, axes) if isinstance(axes, int) else tuple(axes)
    a, b = axes[0] % len(x.shape), axes[1] % len(y.shape)
    if 0 in (a, b):
        raise ValueError("Cannot perform batch_dot over axis 0. If your inputs are not batched, add a dummy batch dimension to your "
                         "inputs using "
                         "K.expand_dims(x, 0)")
    first = "nabcdefg"[: len(x.shape)]
    second = list("nhijklmo"[: len(y.shape)])
    second[b] = first[a]
    wanted = [c for i, c in enumerate(first) if i != a] + [c for i, c in enumerate(second) if i not in (0, b)]
    found = ops.einsum(f"{first},{''.join(second)}->{''.join(wanted)}", x, y)
    return ops.expand_dims(found, -1) if len(wanted) == 1 else found


def batch_flatten(x):
    """Each row as one axis."""
    return ops.reshape(x, (-1, int(np.prod(x.shape[1:], dtype=np.int64))))


def flatten(x):
    """All as one axis."""
    return ops.reshape(x, (-1,))


def permute_dimensions(x, pattern):
    """Axes in another order."""
    return ops.transpose(x, pattern)


def gather(reference, indices):
    """Rows by their places."""
    return ops.take(reference, indices, axis=0)


def reverse(x, axes):
    """Reversed along axes."""
    return ops.flip(x, axis=axes)


def repeat(x, n):
    """Rows of a matrix so many times, along a new axis."""
    return ops.repeat(ops.expand_dims(x, 1), n, axis=1)


def repeat_elements(x, rep, axis):
    """Each element so many times along an axis."""
    return ops.repeat(x, rep, axis=axis)


def one_hot(indices, num_classes):
    """Classes as rows with a single one."""
    return ops.one_hot(indices, num_classes)


def arange(start, stop=None, step=1, dtype="int32"):
    """Numbers in steps."""
    return ops.arange(start, stop, step, dtype)


def eye(size, dtype=None, name=None):
    """Ones on a diagonal."""
    return Variable(np.eye(*(size if isinstance(size, (tuple, list)) else (size,)), dtype=dtype or "float32"), dtype=dtype or "float32",
                    name=name)


def zeros(shape, dtype=None, name=None):
    """A variable of zeros."""
    return Variable(np.zeros(shape, dtype or "float32"), dtype=dtype or "float32", name=name)


def ones(shape, dtype=None, name=None):
    """A variable of ones."""
    return Variable(np.ones(shape, dtype or "float32"), dtype=dtype or "float32", name=name)


def identity(x, name=None):
    """The same; `name` is of TensorFlow's graphs."""
    return x


def relu(x, alpha=0.0, max_value=None, threshold=0.0):
    """Rectified: a slope below the threshold, a largest value."""
    found = ops.where(x < threshold, alpha * (x - threshold), x)
    return found if max_value is None else ops.minimum(found, max_value)


def elu(x, alpha=1.0):
    """Exponential below zero."""
    return ops.where(x > 0, x, alpha * (ops.exp(ops.minimum(x, 0.0)) - 1.0))


def hard_sigmoid(x):
    """0.2 x + 0.5 within 0 and 1."""
    return ops.clip(0.2 * x + 0.5, 0.0, 1.0)


def l2_normalize(x, axis=None):
    """Of length one along an axis."""
    return x * ops.rsqrt(ops.maximum(ops.sum(ops.square(x), axis=axis, keepdims=True), 1e-12))


def batch_normalization(x, mean, var, beta, gamma, axis=-1, epsilon=1e-3):
    """(x - mean) / sqrt(var + epsilon) times gamma, plus beta; statistics of one axis, or in sizes that fit."""
    def fitted(value):
        if value is None or len(value.shape) != 1:
            return value
        shape = [1] * len(x.shape)
        shape[axis] = -1
        return ops.reshape(value, shape)

    mean, var, beta, gamma = (fitted(value) for value in (mean, var, beta, gamma))
    found = (x - mean) * ops.rsqrt(var + epsilon)
    found = found if gamma is None else found * gamma
    return found if beta is None else found + beta


def switch(condition, then_expression, else_expression):
    """Elements of the one where the condition is true, of the other elsewhere; both are computed."""
    first, second = (value() if callable(value) else value for value in (then_expression, else_expression))
    rank = builtins.max(len(getattr(first, "shape", ())), len(getattr(second, "shape", ())))
    for _ in range(rank - len(getattr(condition, "shape", ()))):
        condition = ops.expand_dims(condition, -1)
    return ops.where(condition, first, second)


def map_fn(fn, elems, name=None, dtype=None):
    """A function of each row."""
    found = ops.stack([fn(elems[i]) for i in range(elems.shape[0])], axis=0)
    return found if dtype is None else ops.cast(found, dtype)


def foldl(fn, elems, initializer=None, name=None):
    """A function of what there is so far and the next row, from the first on."""
    return _folded(fn, [elems[i] for i in range(elems.shape[0])], initializer)


def foldr(fn, elems, initializer=None, name=None):
    """The same from the last row on."""
    return _folded(fn, [elems[i] for i in range(elems.shape[0])][::-1], initializer)


def _folded(fn, rows, initializer):
    found, rows = (rows[0], rows[1:]) if initializer is None else (initializer, rows)
    for row in rows:
        found = fn(found, row)
    return found


def random_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None, std=None):
    """Normal numbers. `std` is `stddev` of old."""
    return random.normal(shape, mean, stddev if std is None else std, dtype=dtype, seed=seed)


def random_uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None, low=None, high=None):
    """Uniform numbers. `low` and `high` are `minval` and `maxval` of old."""
    low, high = minval if low is None else low, maxval if high is None else high
    if dtype is not None and str(dtype).startswith(("int", "uint")):
        return random.randint(shape, low, high, dtype=dtype, seed=seed)
    return random.uniform(shape, low, high, dtype=dtype, seed=seed)


def random_bernoulli(shape, p=0.0, dtype=None, seed=None):
    """Ones with a probability, zeros elsewhere."""
    return ops.cast(random.uniform(shape, seed=seed) <= p, dtype or "float32")


random_binomial = random_bernoulli


def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Normal numbers within two deviations."""
    return random.truncated_normal(shape, mean, stddev, dtype=dtype, seed=seed)


def random_normal_variable(shape, mean, scale, dtype=None, name=None, seed=None):
    """A variable of normal numbers."""
    return Variable(np.asarray(random.normal(shape, mean, scale, seed=seed)), dtype=dtype or "float32", name=name)


def random_uniform_variable(shape, low, high, dtype=None, name=None, seed=None):
    """A variable of uniform numbers."""
    return Variable(np.asarray(random.uniform(shape, low, high, seed=seed)), dtype=dtype or "float32", name=name)
