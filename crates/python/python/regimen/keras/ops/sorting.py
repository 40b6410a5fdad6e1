"""Orders: sorted values, their places, and places in sorted values."""

import numpy as np

from ..._keras import promotion
from ..._keras.traced import Tensor
from . import reductions
from ._settings import alike, as_type, axes_of, dtype_of, in_graph, of_values, op, tensor
from .shapes import moveaxis, reshape


def _sorted(x, axis):
    """Values and places of a tensor of a graph."""
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    axis = axes_of(x, axis)[0]
    kept = x.dtype
    values, places = moveaxis(as_type(x, "int32") if kept == "bool" else x, axis, -1).native.sort(False)
    return as_type(moveaxis(Tensor(values), -1, axis), kept), moveaxis(Tensor(places), -1, axis)


@op
def sort(x, axis=-1):
    """In rising order, NaN last."""
    x = tensor(x)
    return _sorted(x, axis)[0] if isinstance(x, Tensor) else np.sort(x, axis)


@op
def argsort(x, axis=-1):
    """The places in rising order; equal elements keep theirs."""
    x = tensor(x)
    return _sorted(x, axis)[1] if isinstance(x, Tensor) else np.argsort(x, axis, kind="stable").astype("int32")


@op
def argpartition(x, kth, axis=-1):
    """Places such that what is before the kth is not larger, and what is behind it not smaller."""
    x = tensor(x)
    return _sorted(x, axis)[1] if isinstance(x, Tensor) else np.argpartition(x, kth, axis).astype("int32")


@op
def top_k(x, k, sorted=True):
    """The k largest of the last axis in falling order, and their places; sorted in any case."""
    x = tensor(x)
    if k > x.shape[-1]:
        raise ValueError(f"top_k: k={k}, but the last axis has {x.shape[-1]} elements")
    if isinstance(x, Tensor):
        values, places = x.native.top_k(k)
        return Tensor(values), Tensor(places)
    places = x.shape[-1] - 1 - np.argsort(x[..., ::-1], axis=-1, kind="stable")[..., ::-1][..., :k]
    return np.take_along_axis(x, places, -1), places.astype("int32")


@op
def searchsorted(sorted_sequence, values, side="left"):
    """Where values belong in a sorted vector."""
    if side not in ("left", "right"):
        raise ValueError(f"searchsorted: `side` is 'left' or 'right', found {side!r}")
    line, wanted = alike(sorted_sequence, values)
    if len(line.shape) != 1:
        raise ValueError(f"`searchsorted` only supports 1-D sorted sequences. Received: sorted_sequence.shape={tuple(line.shape)}")
    if not isinstance(line, Tensor):
        return np.searchsorted(line, wanted, side).astype("int32")
    below = line < wanted[..., None] if side == "left" else line <= wanted[..., None]
    return reductions.sum(as_type(below, "int32"), axis=-1)


@op
def digitize(x, bins):
    """The number of the bin of each element."""
    values, edges = alike(x, bins)
    if not isinstance(values, Tensor):
        return np.digitize(values, edges).astype("int32")
    return reductions.sum(as_type(edges <= values[..., None], "int32"), axis=-1)


@op
def unique(x, sorted=True, return_index=False, return_inverse=False, return_counts=False, axis=None, size=None, fill_value=None):
    """The different elements; sorted in any case."""
    x = tensor(x)
    if isinstance(x, Tensor):
        raise of_values("unique")
    found = np.unique(x, return_index=return_index, return_inverse=return_inverse, return_counts=return_counts, axis=axis)
    whole = return_index or return_inverse or return_counts
    parts = list(found) if whole else [found]
    if return_inverse:
        at = 1 + int(return_index)
        parts[at] = parts[at].reshape(x.shape) if axis is None else parts[at].reshape(-1)
    if size is not None:
        parts = _of_size(parts, size, 0 if axis is None else axis, fill_value, return_index, return_inverse)
    return tuple(parts) if whole else parts[0]


def _of_size(parts, size, axis, fill_value, return_index, return_inverse):
    """Cut or filled up to a size, as Keras gives them under `size`."""
    kept = [1 + int(return_index)] if return_inverse else []
    for i, part in enumerate(parts):
        if i in kept:
            continue
        at = axis if i == 0 else 0
        part = np.take(part, np.arange(min(size, part.shape[at])), at)
        more = size - part.shape[at]
        if more:
            first = np.take(part, [0], at)
            filler = first if i else np.full_like(first, fill_value) if fill_value is not None else first
            if i and i == len(parts) - 1 and not (return_index and i == 1):
                filler = np.zeros_like(first)
            part = np.concatenate([part, np.repeat(filler, more, at)], at)
        parts[i] = part
    return parts


@op
def bincount(x, weights=None, minlength=0, sparse=False):
    """How often each whole number is there, of vectors or rows of them."""
    if sparse:
        raise NotImplementedError("keras.ops.bincount(sparse=True): there are no sparse tensors here")
    x = as_type(tensor(x), "int32")
    if isinstance(x, Tensor):
        raise of_values("bincount")
    weights = tensor(weights) if weights is not None else None
    length = max(int(x.max()) + 1 if x.size else 0, minlength)
    if x.ndim == 1:
        found = np.bincount(x, weights, length)
    else:
        found = np.stack([np.bincount(row, None if weights is None else weights[i], length) for i, row in enumerate(x)])
    return found.astype("int32" if weights is None else weights.dtype)


@op
def histogram(x, bins=10, range=None):
    """How many elements each of equal bins has, and the edges of these."""
    from .creation import linspace

    x = tensor(x)
    if len(x.shape) != 1:
        raise ValueError(f"Input tensor must be 1-dimensional. Received: input.shape={tuple(x.shape)}")
    if not isinstance(bins, int) or bins < 0:
        raise ValueError(f"Argument `bins` should be a non-negative integer. Received: bins={bins}")
    if range is not None and not (len(range) == 2 and range[0] <= range[1]):
        raise ValueError(f"Argument `range` must be a tuple of two values, rising. Received: range={range}")
    if not isinstance(x, Tensor):
        counts, edges = np.histogram(x, bins, range)
        return counts.astype("float32"), edges.astype(dtype_of(x) if promotion.is_float(dtype_of(x)) else "float32")
    x = as_type(x, "float32")
    low, high = (reductions.min(x), reductions.max(x)) if range is None else (in_graph(float(range[0])), in_graph(float(range[1])))
    edges = linspace(low, high, bins + 1)
    inside = (x[:, None] >= edges[:-1]) & ((x[:, None] < edges[1:]) | (x[:, None] == edges[-1]) & (np.arange(bins) == bins - 1))
    return reductions.sum(as_type(inside, "float32"), axis=0), edges
