"""Quantiles, correlations."""

import math

import numpy as np

from ..._keras.traced import Tensor
from . import reductions
from ._settings import alike, as_type, axes_of, dtype_of, floats, op
from .elementwise import ceil, floor, round, sqrt
from .indexing import take_along_axis, where
from .shapes import broadcast_to, expand_dims, moveaxis, reshape
from .sorting import sort

_METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def _quantile_of(x, q, axis, method, keepdims, skip=False):
    """Quantiles over axes; NaN gives NaN, or is left out by `skip`."""
    if method not in _METHODS:
        raise ValueError(f"method is one of {', '.join(_METHODS)}; found {method!r}")
    x, q = floats(x), floats(q)
    axes, asked = axes_of(x, axis), tuple(q.shape)
    kept = [n for a, n in enumerate(x.shape) if a not in axes]
    line = reshape(moveaxis(x, axes, list(range(len(kept), len(x.shape)))), [*kept, math.prod(x.shape[a] for a in axes)])
    missing = as_type(line != line, "int32")
    count = line.shape[-1] - reductions.sum(missing, -1, keepdims=True) if skip else line.shape[-1]
    found = _at(sort(line), reshape(q, (-1,)), count, method)
    if skip:
        found = where(reductions.all(missing == 1, -1, keepdims=True), math.nan, found)
    else:
        found = where(reductions.any(missing, -1, keepdims=True), math.nan, found)
    found = as_type(reshape(moveaxis(found, -1, 0), (*asked, *kept)), dtype_of(x))
    return expand_dims(found, [a + len(asked) for a in sorted(axes)]) if keepdims else found


def _at(line, q, count, method):
    """The elements of sorted rows at shares of the way, one for each share."""
    place = q * as_type(count - 1, "float32") if not isinstance(count, int) else q * float(count - 1)
    last = as_type(count, "float32") - 1.0 if not isinstance(count, int) else float(count - 1)
    place = where(place < 0, 0.0, where(place > last, last, place))
    low, high = floor(place), ceil(place)

    def element(which):
        ids = as_type(which, "int32")
        ids = ids if len(ids.shape) == len(line.shape) else broadcast_to(ids, [*line.shape[:-1], ids.shape[-1]])
        return take_along_axis(line, where(ids < 0, 0, ids), -1)

    if method in ("lower", "higher", "nearest"):
        return element({"lower": low, "higher": high, "nearest": round(place)}[method])
    first, second = element(low), element(high)
    if method == "midpoint":
        return 0.5 * (first + second)
    share = place - low
    return first * (1.0 - share) + second * share


@op
def quantile(x, q, axis=None, method="linear", keepdims=False):
    """Quantiles over axes; several of them come first in the result."""
    return _quantile_of(x, q, axis, method, keepdims)


@op
def percentile(x, q, axis=None, method="linear", keepdims=False):
    """Percentiles over axes; several of them come first in the result."""
    return _quantile_of(x, floats(q) / 100.0, axis, method, keepdims)


@op
def median(x, axis=None, keepdims=False):
    """The median over axes."""
    return _quantile_of(x, 0.5, axis, "linear", keepdims)


@op
def corrcoef(x):
    """The correlations of the rows of a matrix."""
    from .products import matmul
    from .shapes import transpose

    x = floats(x)
    if len(x.shape) == 1:
        x = reshape(x, (1, -1))
        return reshape(corrcoef(x), ())
    centred = x - reductions.mean(x, 1, keepdims=True)
    together = matmul(centred, transpose(centred))
    spread = sqrt(reductions.sum(centred * centred, 1))
    found = together / (spread[:, None] * spread[None, :])
    return where(found > 1.0, 1.0, where(found < -1.0, -1.0, found))


@op
def correlate(x1, x2, mode="valid"):
    """The products of one vector with the other, moved along it."""
    from .shapes import flip, pad

    a, b = alike(x1, x2)
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"Invalid mode: {mode}. Mode must be one of 'full', 'same', 'valid'.")
    if not isinstance(a, Tensor):
        return np.correlate(a, b, mode)
    turned = a.shape[0] < b.shape[0]
    a, b = (b, a) if turned else (a, b)
    n, m = a.shape[0], b.shape[0]
    wide = pad(a, [[m - 1, m - 1]])
    found = _sum_of_moved(wide, b, n + m - 1)
    found = flip(found, 0) if turned else found
    if mode == "full":
        return found
    first, count = ((m - 1) // 2, n) if mode == "same" else (m - 1, n - m + 1)
    first = n + m - 1 - count - first if turned and mode == "same" else first
    return found[first : first + count]


def _sum_of_moved(wide, b, count):
    """The products of a vector with parts of a wider one."""
    from .joining import stack

    parts = stack([wide[i : i + count] for i in range(b.shape[0])], 0)
    return reductions.sum(parts * b[:, None], axis=0)
