"""Elements by their places, and by conditions."""

import numpy as np

from ..._keras.traced import Tensor
from ._settings import alike, as_type, axes_of, dtype_of, in_graph, of_values, op, tensor, traced
from .shapes import broadcast_to, moveaxis, reshape


@op
def where(condition, x1=None, x2=None):
    """Elements of the one where it is true, of the other elsewhere; the places of what is true where only it is given."""
    chosen = as_type(tensor(condition), "bool")
    if (x1 is None) != (x2 is None):
        raise ValueError("`x1` and `x2` either both should be `None` or both should have non-None value.")
    if x1 is None:
        return nonzero(chosen)
    if not traced(chosen, x1, x2):
        return np.where(chosen, *alike(x1, x2))
    first, second = (in_graph(x) for x in alike(x1, x2))
    sizes = list(np.broadcast_shapes(tuple(chosen.shape), tuple(first.shape), tuple(second.shape)))
    chosen, first, second = (in_graph(x).native.broadcast_to(sizes) for x in (chosen, first, second))
    return Tensor(chosen.select(first, second))


@op
def nonzero(x):
    """The places of what is not zero, an array for each axis."""
    x = tensor(x)
    if isinstance(x, Tensor):
        raise of_values("nonzero")
    return tuple(np.nonzero(x))


def _rows_of(x, ids):
    """Elements of the first axis of a tensor of a graph. Negative places count from the end."""
    count = x.shape[0]
    if not isinstance(ids, Tensor):
        ids = np.asarray(ids)
        if ids.size and (ids.min() < -count or ids.max() >= count):
            raise IndexError(f"index {int(ids.min() if ids.min() < -count else ids.max())} is out of bounds for axis with size {count}")
        return Tensor(x.native.binary("gather", in_graph(np.where(ids < 0, ids + count, ids).astype("int32")).native))
    ids = as_type(ids, "int32")
    return Tensor(x.native.binary("gather", where(ids < 0, ids + count, ids).native))


@op
def take(x, indices, axis=None):
    """Elements by their places along an axis, of all elements where none is given."""
    x, ids = tensor(x), tensor(indices)
    if axis is None:
        x, axis = reshape(x, (-1,)), 0
    axis = axes_of(x, axis)[0]
    if not traced(x, ids):
        return np.take(x, ids.astype("int64"), axis)
    found = _rows_of(moveaxis(in_graph(x), axis, 0), ids)
    count = len(ids.shape)
    return moveaxis(found, list(range(count)), list(range(axis, axis + count))) if axis and count else found


@op
def take_along_axis(x, indices, axis=None):
    """Elements by their places along an axis, other places for each row."""
    x, ids = tensor(x), as_type(tensor(indices), "int32")
    if axis is None:
        return take(x, reshape(ids, (-1,)))
    axis = axes_of(x, axis)[0]
    x, ids = moveaxis(x, axis, -1), moveaxis(ids, axis, -1)
    lead = list(np.broadcast_shapes(tuple(x.shape[:-1]), tuple(ids.shape[:-1])))
    x, ids = broadcast_to(x, [*lead, x.shape[-1]]), broadcast_to(ids, [*lead, ids.shape[-1]])
    if not traced(x, ids):
        return np.moveaxis(np.take_along_axis(x, ids, -1), -1, axis)
    count = x.shape[-1]
    first = (np.arange(int(np.prod(lead, dtype=int)), dtype="int32") * count).reshape([*lead, 1])
    ids = where(ids < 0, ids + count, ids) + first
    return moveaxis(_rows_of(reshape(in_graph(x), (-1,)), ids), -1, axis)


@op
def get_item(x, key):
    """`x[key]`."""
    return tensor(x)[key]


@op
def select(condlist, choicelist, default=0):
    """Elements of the first choice whose condition is true."""
    if len(condlist) != len(choicelist):
        raise ValueError(f"select: {len(condlist)} conditions and {len(choicelist)} choices")
    *choices, found = alike(*choicelist, default)
    for condition, choice in list(zip(condlist, choices))[::-1]:
        found = where(condition, choice, found)
    return found


@op
def unravel_index(indices, shape):
    """Places in a flat array as places along axes."""
    from .arithmetic import floor_divide, mod

    ids, found = as_type(tensor(indices), "int32"), []
    total = int(np.prod(shape, dtype=int))
    ids = where(ids < 0, ids + total, ids)
    for n in list(shape)[::-1]:
        found.append(mod(ids, int(n)))
        ids = floor_divide(ids, int(n))
    return tuple(found[::-1])


@op
def saturate_cast(x, dtype):
    """In another type, within the numbers that it has."""
    from .arithmetic import clip

    x = tensor(x)
    kind = np.dtype(dtype).kind if dtype != "bfloat16" else "f"
    if kind in "iu":
        bounds = np.iinfo(np.dtype(dtype))
        own = np.iinfo(np.dtype(dtype_of(x))) if np.dtype(dtype_of(x)).kind in "iu" else bounds
        low, high = max(int(bounds.min), int(own.min)), min(int(bounds.max), int(own.max))
        # In float64, which has the bounds of int32.
        x = clip(x, low, high) if isinstance(x, Tensor) else np.clip(x.astype("float64"), low, high)
    return as_type(x, dtype)
