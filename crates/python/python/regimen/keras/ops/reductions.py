"""Reductions over axes, and running sums."""

import numpy as np

from ..._keras import promotion
from ..._keras.traced import Tensor
from ._settings import as_type, axes_of, dtype_of, floats, hashable, named, op, tensor


def _reduced(name, x, axis, keepdims):
    return Tensor(x.native.reduce(name, axes_of(x, axis), keepdims))


def _summed(x):
    """In the type that sums of it have."""
    x = tensor(x)
    return as_type(x, promotion.sum_type(dtype_of(x)))


@op
def sum(x, axis=None, keepdims=False):
    """The sum over axes."""
    x = _summed(x)
    return _reduced("sum", x, axis, keepdims) if isinstance(x, Tensor) else np.sum(x, hashable(axis), keepdims=keepdims, dtype=x.dtype)


@op
def prod(x, axis=None, keepdims=False, dtype=None):
    """The product over axes."""
    x = _summed(x) if dtype is None else tensor(x, dtype)
    return _reduced("prod", x, axis, keepdims) if isinstance(x, Tensor) else np.prod(x, hashable(axis), keepdims=keepdims, dtype=x.dtype)


@op
def mean(x, axis=None, keepdims=False):
    """The mean over axes."""
    x = floats(x)
    if isinstance(x, Tensor):
        return _reduced("mean", x, axis, keepdims)
    return np.mean(x, hashable(axis), keepdims=keepdims, dtype="float64").astype(x.dtype)


def _extreme(name, eager):
    def function(x, axis=None, keepdims=False, initial=None):
        x = tensor(x)
        if not isinstance(x, Tensor):
            more = {} if initial is None else {"initial": np.asarray(initial, x.dtype)}
            return eager(x, hashable(axis), keepdims=keepdims, **more)
        found = _reduced(name, x, axis, keepdims)
        return found if initial is None else _larger(name)(found, initial)

    return op(named(function, name, f"The {name} over axes.", __name__))


def _larger(name):
    from .arithmetic import maximum, minimum

    return maximum if name == "max" else minimum


max, min = _extreme("max", np.max), _extreme("min", np.min)


@op
def amax(x, axis=None, keepdims=False):
    """The max over axes."""
    return max(x, axis, keepdims)


@op
def amin(x, axis=None, keepdims=False):
    """The min over axes."""
    return min(x, axis, keepdims)


@op
def any(x, axis=None, keepdims=False):
    """Whether any element is true."""
    x = as_type(tensor(x), "bool")
    if not isinstance(x, Tensor):
        return np.any(x, hashable(axis), keepdims=keepdims)
    return _reduced("max", as_type(x, "int32"), axis, keepdims) > 0


@op
def all(x, axis=None, keepdims=False):
    """Whether all elements are true."""
    x = as_type(tensor(x), "bool")
    if not isinstance(x, Tensor):
        return np.all(x, hashable(axis), keepdims=keepdims)
    return _reduced("min", as_type(x, "int32"), axis, keepdims) > 0


@op
def count_nonzero(x, axis=None):
    """How many elements are not zero."""
    return sum(as_type(tensor(x) != 0, "int32"), axis)


@op
def var(x, axis=None, keepdims=False):
    """The variance over axes."""
    x = floats(x)
    if not isinstance(x, Tensor):
        return np.var(x, hashable(axis), keepdims=keepdims, dtype="float64").astype(x.dtype)
    centred = x - mean(x, axis, keepdims=True)
    return mean(centred * centred, axis, keepdims)


@op
def std(x, axis=None, keepdims=False):
    """The standard deviation over axes."""
    from .elementwise import sqrt

    return sqrt(var(x, axis, keepdims))


@op
def ptp(x, axis=None, keepdims=False):
    """The difference of the largest and the smallest over axes."""
    return max(x, axis, keepdims) - min(x, axis, keepdims)


@op
def average(x, axis=None, weights=None):
    """The mean over axes, weighted."""
    from .shapes import broadcast_to, reshape

    x = floats(x)
    if weights is None:
        return mean(x, axis)
    weights = floats(weights)
    if tuple(weights.shape) != tuple(x.shape):
        if axis is None or len(axes_of(x, axis)) != 1 or len(weights.shape) != 1:
            raise ValueError("average: weights have another shape than x; give one axis, and weights of its length")
        weights = broadcast_to(reshape(weights, [-1 if a in axes_of(x, axis) else 1 for a in range(len(x.shape))]), x.shape)
    return sum(x * weights, axis) / sum(weights, axis)


@op
def logsumexp(x, axis=None, keepdims=False):
    """The logarithm of the sum of exponentials, without overflow."""
    from .conversion import stop_gradient
    from .elementwise import exp, isfinite, log
    from .indexing import where
    from .shapes import squeeze

    x = floats(x)
    top = max(x, axis, keepdims=True)
    top = stop_gradient(where(isfinite(top), top, 0.0))
    found = log(sum(exp(x - top), axis, keepdims=True)) + top
    return found if keepdims else squeeze(found, tuple(axes_of(x, axis)))


@op
def moments(x, axes, keepdims=False, synchronized=False):
    """Mean and variance over axes; there is one device, so they are synchronized anyway."""
    return mean(x, axes, keepdims), var(x, axes, keepdims)


def _argument(name, eager):
    def function(x, axis=None, keepdims=False):
        from .shapes import expand_dims, reshape

        x = tensor(x)
        if not isinstance(x, Tensor):
            return eager(x, axis, keepdims=keepdims).astype("int32")
        rank = len(x.shape)
        at = 0 if axis is None else axes_of(x, axis)[0]
        found = Tensor(getattr((reshape(x, (-1,)) if axis is None else x).native, name)(at))
        if not keepdims:
            return found
        return reshape(found, (1,) * rank) if axis is None else expand_dims(found, at)

    return op(named(function, name, f"The place of the {name[3:]} along an axis.", __name__))


argmax, argmin = _argument("argmax", np.argmax), _argument("argmin", np.argmin)


def _running(x, axis, dtype):
    from .shapes import reshape

    x = tensor(x, dtype)
    x = as_type(x, "int32") if dtype_of(x) == "bool" else x
    if isinstance(axis, (list, tuple)):
        raise TypeError(f"cumsum and cumprod run along one axis. Received: axis={axis}")
    return (x, axes_of(x, axis)[0]) if axis is not None else (reshape(x, (-1,)), 0)


@op
def cumsum(x, axis=None, dtype=None):
    """Running sums along an axis."""
    x, axis = _running(x, axis, dtype)
    return Tensor(x.native.cumsum(axis)) if isinstance(x, Tensor) else np.cumsum(x, axis, dtype=x.dtype)


@op
def cumprod(x, axis=None, dtype=None):
    """Running products along an axis."""
    from .joining import concatenate

    x, axis = _running(x, axis, dtype)
    if not isinstance(x, Tensor):
        return np.cumprod(x, axis, dtype=x.dtype)
    lead, reach = (slice(None),) * axis, 1
    while reach < x.shape[axis]:  # Twice as many factors in each round.
        first, rest = x[(*lead, slice(None, reach))], x[(*lead, slice(reach, None))] * x[(*lead, slice(None, -reach))]
        x, reach = concatenate([first, rest], axis), 2 * reach
    return x


@op
def trapezoid(y, x=None, dx=1.0, axis=-1):
    """The integral along an axis by trapezoids."""
    from .arithmetic import diff
    from .shapes import moveaxis

    y = moveaxis(floats(y), axis, -1)
    if x is not None:
        x = floats(x)
        dx = diff(x if len(x.shape) == 1 else moveaxis(x, axis, -1))
    return sum((y[..., 1:] + y[..., :-1]) * dx, -1) * 0.5
