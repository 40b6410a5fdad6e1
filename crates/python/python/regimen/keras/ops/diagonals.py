"""Diagonals and triangles."""

import numpy as np

from ..._keras.traced import Tensor
from . import reductions
from ._settings import axes_of, dtype_of, op, tensor
from .indexing import _rows_of, where
from .shapes import moveaxis, ravel, reshape


@op
def diagonal(x, offset=0, axis1=0, axis2=1):
    """The elements of a diagonal, along a new last axis."""
    x = tensor(x)
    if not isinstance(x, Tensor):
        return np.diagonal(x, offset, axis1, axis2)
    x = moveaxis(x, axes_of(x, [axis1, axis2]), [0, 1])
    height, width, rest = x.shape[0], x.shape[1], x.shape[2:]
    places = np.diagonal(np.arange(height * width).reshape(height, width), offset)
    found = _rows_of(reshape(x, (height * width, *rest)), places)
    return moveaxis(found, 0, -1)


@op
def diag(x, k=0):
    """A vector as the diagonal of a matrix, or the diagonal of a matrix."""
    x = tensor(x)
    if len(x.shape) not in (1, 2):
        raise ValueError(f"`x` must be 1-D or 2-D. Received: x.shape={tuple(x.shape)}")
    if len(x.shape) == 2:
        return diagonal(x, k)
    if not isinstance(x, Tensor):
        return np.diag(x, k)
    n = x.shape[0] + abs(k)
    places = np.full((n, n), 0)
    row = np.arange(x.shape[0])
    places[row + max(-k, 0), row + max(k, 0)] = row
    return where(np.eye(n, k=k, dtype="bool"), _rows_of(x, places), np.zeros((), x.dtype))


@op
def diagflat(x, k=0):
    """All elements as the diagonal of a matrix."""
    return diag(ravel(x), k)


@op
def trace(x, offset=0, axis1=0, axis2=1):
    """The sum of a diagonal."""
    return reductions.sum(diagonal(x, offset, axis1, axis2), axis=-1)


def _triangle(x, k, lower):
    x = tensor(x)
    if len(x.shape) < 2:
        raise ValueError(f"tril and triu are of tensors with at least two axes. Received: x.shape={tuple(x.shape)}")
    kept = np.tri(x.shape[-2], x.shape[-1], k if lower else k - 1, dtype="bool")
    return where(kept if lower else ~kept, x, np.zeros((), dtype_of(x)))


@op
def tril(x, k=0):
    """What is on and below a diagonal, zeros above."""
    return _triangle(x, k, True)


@op
def triu(x, k=0):
    """What is on and above a diagonal, zeros below."""
    return _triangle(x, k, False)
