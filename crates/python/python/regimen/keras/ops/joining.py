"""Several tensors as one, and one as several."""

import numpy as np

from ... import _regimen
from ..._keras.traced import Tensor
from ._settings import alike, axes_of, op, tensor, traced
from .shapes import broadcast_to, expand_dims, ravel, reshape


@op
def concatenate(xs, axis=0):
    """Side by side along an axis."""
    found = alike(*xs)
    axis = axes_of(found[0], axis)[0]
    if not traced(found):
        return np.concatenate(found, axis)
    return Tensor(_regimen.concatenate([x.native for x in found], axis)) if len(found) > 1 else found[0]


@op
def stack(x, axis=0):
    """Side by side along a new axis."""
    if isinstance(x, (list, tuple)) and not x:
        raise ValueError("Need at least one array to stack.")
    return concatenate([expand_dims(item, axis) for item in alike(*x)], axis)


@op
def append(x1, x2, axis=None):
    """The one after the other."""
    return concatenate([ravel(x1), ravel(x2)] if axis is None else [x1, x2], 0 if axis is None else axis)


def _of_rank(x, rank):
    x = tensor(x)
    return reshape(x, (1,) * (rank - len(x.shape)) + tuple(x.shape)) if len(x.shape) < rank else x


@op
def hstack(xs):
    """Side by side along the second axis, vectors along their only one."""
    found = [_of_rank(x, 1) for x in xs]
    return concatenate(found, 0 if len(found[0].shape) == 1 else 1)


@op
def vstack(xs):
    """Below each other along the first axis, vectors as rows."""
    return concatenate([_of_rank(x, 2) for x in xs], 0)


@op
def dstack(xs):
    """Side by side along the third axis."""
    found = [tensor(x) for x in xs]
    return concatenate([expand_dims(_of_rank(x, 2), -1) if len(x.shape) < 3 else x for x in found], 2)


def _cut(x, cuts, axis):
    x = tensor(x)
    axis = axes_of(x, axis)[0]
    ends = [0, *cuts, x.shape[axis]]
    return [x[(*(slice(None),) * axis, slice(a, b if b >= a else a))] for a, b in zip(ends, ends[1:])]


@op
def split(x, indices_or_sections, axis=0):
    """Cut along an axis, into so many parts or at these places."""
    x = tensor(x)
    if not isinstance(indices_or_sections, (int, np.integer)):
        return _cut(x, [int(i) for i in indices_or_sections], axis)
    length, parts = x.shape[axes_of(x, axis)[0]], int(indices_or_sections)
    if length % parts:
        raise ValueError(f"array split does not result in an equal division: {length} into {parts}")
    return _cut(x, [length // parts * i for i in range(1, parts)], axis)


@op
def array_split(x, indices_or_sections, axis=0):
    """Cut along an axis, into parts that may differ by one."""
    x = tensor(x)
    if not isinstance(indices_or_sections, (int, np.integer)):
        return split(x, indices_or_sections, axis)
    each, more = divmod(x.shape[axes_of(x, axis)[0]], int(indices_or_sections))
    return _cut(x, [each * i + (i if i < more else more) for i in range(1, int(indices_or_sections))], axis)


@op
def hsplit(x, indices_or_sections):
    """Cut along the second axis, vectors along their only one."""
    x = tensor(x)
    return split(x, indices_or_sections, 0 if len(x.shape) == 1 else 1)


@op
def vsplit(x, indices_or_sections):
    """Cut along the first axis."""
    return split(x, indices_or_sections, 0)


@op
def dsplit(x, indices_or_sections):
    """Cut along the third axis."""
    return split(x, indices_or_sections, 2)


@op
def unstack(x, num=None, axis=0):
    """The slices along an axis, which goes."""
    x = tensor(x)
    axis = axes_of(x, axis)[0]
    if num is not None and num != x.shape[axis]:
        raise ValueError(f"unstack: num={num}, but axis {axis} has {x.shape[axis]} elements")
    return [x[(*(slice(None),) * axis, i)] for i in range(x.shape[axis])]


@op
def meshgrid(*x, indexing="xy"):
    """The coordinates of all points of a grid."""
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: `indexing` is 'xy' or 'ij', found {indexing!r}")
    lines = [ravel(tensor(line)) for line in x]
    order = list(range(len(lines)))
    if indexing == "xy" and len(lines) > 1:
        order[:2] = [1, 0]
    sizes = [lines[i].shape[0] for i in order]
    return [broadcast_to(reshape(line, [-1 if i == at else 1 for i in order]), sizes) for at, line in enumerate(lines)]


@op
def repeat(x, repeats, axis=None):
    """Each element so many times."""
    from .indexing import take

    x = tensor(x)
    if not isinstance(x, Tensor):
        return np.repeat(x, repeats, axis)
    x, axis = (ravel(x), 0) if axis is None else (x, axes_of(x, axis)[0])
    count = np.asarray(repeats)
    if count.ndim and count.size > 1:
        return take(x, np.repeat(np.arange(x.shape[axis]), count), axis)
    before, after, count = x.shape[: axis + 1], x.shape[axis + 1 :], int(count.reshape(()) if count.size == 1 else count)
    wide = broadcast_to(expand_dims(x, axis + 1), [*before, count, *after])
    return reshape(wide, [*before[:-1], before[-1] * count, *after])


@op
def tile(x, repeats):
    """The whole so many times along each axis."""
    x = tensor(x)
    times = [int(n) for n in np.atleast_1d(repeats)]
    if not isinstance(x, Tensor):
        return np.tile(x, times)
    rank = len(x.shape) if len(x.shape) > len(times) else len(times)
    x, times = _of_rank(x, rank), [1] * (rank - len(times)) + times
    wide = [n for pair in zip([1] * rank, x.shape) for n in pair]
    full = [n for pair in zip(times, x.shape) for n in pair]
    return reshape(broadcast_to(reshape(x, wide), full), [a * b for a, b in zip(times, x.shape)])
