"""Activations."""

import numpy as np

from ..._keras.traced import Tensor
from . import reductions
from ._settings import as_type, axes_of, floats, named, op, tensor
from .arithmetic import maximum, minimum
from .conversion import stop_gradient
from .elementwise import absolute, erf, exp, expm1, log, sign, sqrt, square, tanh
from .indexing import where


def _activation(name, eager, whole=False):
    """An activation of the library; `whole` ones leave whole numbers what they are."""

    def function(x):
        x = tensor(x) if whole else floats(x)
        x = as_type(x, "int32") if x.dtype == "bool" else x
        if not isinstance(x, Tensor):
            return eager(x)
        return as_type(Tensor(floats(x).native.activation(name)), x.dtype)

    return op(named(function, name, f"The activation {name}.", __name__))


def _sigmoid(x):
    return (0.5 * (np.tanh(0.5 * x) + 1)).astype(x.dtype) if x.dtype == np.float16 else 1 / (1 + np.exp(-x))


sigmoid = _activation("sigmoid", _sigmoid)
relu = _activation("relu", lambda x: np.maximum(x, np.zeros((), x.dtype)), whole=True)
relu6 = _activation("relu6", lambda x: np.clip(x, 0, 6))
softplus = _activation("softplus", lambda x: np.logaddexp(x, np.zeros((), x.dtype)))
softsign = _activation("softsign", lambda x: x / (1 + np.abs(x)))
silu = _activation("silu", lambda x: x * _sigmoid(x))
swish = silu
selu = _activation("selu", lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0))))
log_sigmoid = _activation("log_sigmoid", lambda x: -np.logaddexp(-x, np.zeros((), x.dtype)))
hard_sigmoid = _activation("hard_sigmoid", lambda x: np.clip(x / 6 + 0.5, 0, 1))
hard_silu = _activation("hard_silu", lambda x: x * np.clip(x / 6 + 0.5, 0, 1))
hard_swish = hard_silu
hard_tanh = _activation("hard_tanh", lambda x: np.clip(x, -1, 1), whole=True)
tanh_shrink = _activation("tanh_shrink", lambda x: x - np.tanh(x))


@op
def elu(x, alpha=1.0):
    """x above zero, alpha * (exp(x) - 1) below."""
    x = floats(x)
    return where(x > 0, x, alpha * expm1(where(x > 0, 0.0, x)))


@op
def celu(x, alpha=1.0):
    """max(x, 0) + min(0, alpha * (exp(x / alpha) - 1))."""
    x = floats(x)
    return maximum(x, 0.0) + alpha * expm1(minimum(x, 0.0) / alpha)


@op
def leaky_relu(x, negative_slope=0.2):
    """x above zero, a share of it below."""
    x = floats(x)
    return where(x >= 0, x, negative_slope * x)


@op
def gelu(x, approximate=True):
    """The Gaussian error linear unit, by tanh or by erf."""
    x = floats(x)
    if approximate:
        return 0.5 * x * (1.0 + tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))
    return 0.5 * x * (1.0 + erf(x * 0.7071067811865475))


@op
def glu(x, axis=-1):
    """One half of an axis times the sigmoid of the other."""
    from .joining import split

    x = floats(x)
    if x.shape[axes_of(x, axis)[0]] % 2:
        raise ValueError(f"axis size must be divisible by 2. Received: x.shape={tuple(x.shape)} with axis={axis}")
    first, second = split(x, 2, axis)
    return first * sigmoid(second)


@op
def hard_shrink(x, threshold=0.5):
    """0 within the threshold, x outside."""
    x = floats(x)
    return where(absolute(x) > threshold, x, 0.0)


@op
def soft_shrink(x, threshold=0.5):
    """0 within the threshold, x nearer to zero by it outside."""
    x = floats(x)
    return where(absolute(x) > threshold, x - sign(x) * threshold, 0.0)


@op
def threshold(x, threshold, default_value):
    """x above a threshold, another number elsewhere."""
    x = floats(x)
    return where(x > threshold, x, default_value)


@op
def squareplus(x, b=4):
    """(x + sqrt(x² + b)) / 2."""
    x = floats(x)
    return (x + sqrt(square(x) + float(b))) * 0.5


@op
def sparse_plus(x):
    """0 below -1, x above 1, a parabola between."""
    x = floats(x)
    return where(x <= -1.0, 0.0, where(x < 1.0, 0.25 * square(x + 1.0), x))


@op
def sparse_sigmoid(x):
    """0 below -1, 1 above 1, a line between."""
    x = floats(x)
    return where(x <= -1.0, 0.0, where(x >= 1.0, 1.0, 0.5 * (x + 1.0)))


@op
def softmax(x, axis=-1):
    """Exponentials that add up to one over an axis, or several."""
    x = floats(x)
    grown = exp(x - stop_gradient(reductions.max(x, axis, keepdims=True)))
    return grown / reductions.sum(grown, axis, keepdims=True)


@op
def log_softmax(x, axis=-1):
    """The logarithm of softmax."""
    x = floats(x)
    moved = x - stop_gradient(reductions.max(x, axis, keepdims=True))
    return moved - log(reductions.sum(exp(moved), axis, keepdims=True))


@op
def sparsemax(x, axis=-1):
    """The nearest point of the simplex: zeros, and what is left above a bound."""
    from .shapes import flip, moveaxis
    from .sorting import sort

    x = moveaxis(floats(x), axis, -1)
    falling = flip(sort(x), -1)
    sums, count = reductions.cumsum(falling, -1), np.arange(1, x.shape[-1] + 1, dtype="float32")
    kept = reductions.sum(as_type(1.0 + count * falling > sums, "float32"), -1, keepdims=True)
    top = reductions.sum(where(count == kept, sums, 0.0), -1, keepdims=True)
    return moveaxis(maximum(x - (top - 1.0) / kept, 0.0), -1, axis)
