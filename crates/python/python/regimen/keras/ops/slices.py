"""Parts of a tensor read and replaced, at places that may be known only when the graph runs."""

import builtins

import numpy as np

from ..._keras import promotion
from ..._keras.traced import Tensor
from . import reductions
from ._settings import alike, as_type, dtype_of, in_graph, op, tensor, traced
from .arithmetic import clip, maximum, minimum
from .indexing import _rows_of, take, where
from .products import matmul
from .shapes import broadcast_to, reshape


@op
def slice(inputs, start_indices, shape):
    """A box of these sizes that begins at these places."""
    x = tensor(inputs)
    sizes = [int(n) for n in shape]
    for axis, (start, count) in enumerate(zip(_starts(start_indices), sizes)):
        if count > x.shape[axis]:
            raise ValueError(f"slice: a box of shape {tuple(sizes)} is larger than the tensor's, {tuple(x.shape)}")
        if isinstance(start, Tensor):
            places = clip(start, 0, x.shape[axis] - count) + np.arange(count, dtype="int32")
            x = take(x, places, axis)
        else:
            start = builtins.max(0, builtins.min(start, x.shape[axis] - count))
            x = x[(*(builtins.slice(None),) * axis, builtins.slice(start, start + count))]
    return x


def _starts(given):
    """A number for each axis, or a scalar of the graph."""
    if isinstance(given, Tensor):
        return [as_type(given[i], "int32") for i in range(given.shape[0])]
    return [as_type(tensor(n), "int32") if traced(n) else int(n) for n in given]


@op
def slice_update(inputs, start_indices, updates):
    """The inputs with a box replaced that begins at these places."""
    x, new = alike(inputs, updates)
    inside = None
    for axis, start in enumerate(_starts(start_indices)):
        count, free = new.shape[axis], x.shape[axis]
        start = clip(start, 0, free - count) if isinstance(start, Tensor) else builtins.max(0, builtins.min(start, free - count))
        places = np.arange(free, dtype="int32") - start
        here = reshape((places >= 0) & (places < count), [-1 if a == axis else 1 for a in range(len(x.shape))])
        inside = here if inside is None else inside & here
        new = take(new, clip(places, 0, count - 1), axis)
    return new if inside is None else where(inside, new, x)


def _flat(indices, sizes):
    """Rows of places along the first axes as places in the flat array of them."""
    ids, found = as_type(tensor(indices), "int32"), 0
    for i, n in enumerate(sizes):
        place = ids[..., i]
        found = found * n + where(place < 0, place + n, place)
    return reshape(found, (-1,))


_AT = {"add": np.add, "max": np.maximum, "min": np.minimum, "mul": np.multiply}


@op
def scatter_update(inputs, indices, updates, reduction=None):
    """The inputs with elements at places replaced, or joined by `reduction`: add, max, min or mul."""
    if reduction not in (None, *_AT):
        raise ValueError(f"Invalid reduction: {reduction}. Expected None, 'add', 'max', 'min' or 'mul'.")
    kept = dtype_of(tensor(inputs))
    x, new, ids = as_type(tensor(inputs), kept), tensor(updates, kept), tensor(indices)
    reach = ids.shape[-1]
    lead, rest = list(x.shape[:reach]), list(x.shape[reach:])
    where_to = _flat(ids, lead)
    if not traced(x, new, where_to):
        found = x.reshape([int(np.prod(lead, dtype=int)), *rest]).copy()
        new = np.broadcast_to(new, (*ids.shape[:-1], *rest)).reshape([len(where_to), *rest])
        if reduction is None:
            found[where_to] = new
        else:
            _AT[reduction].at(found, where_to, new)
        return found.reshape(x.shape)
    x = in_graph(x)
    table = reshape(x, (int(np.prod(lead, dtype=int)), -1))
    new = reshape(broadcast_to(in_graph(new), [*ids.shape[:-1], *rest]), (-1, table.shape[1]))
    return reshape(_scattered(table, where_to, new, reduction), x.shape)


def _scattered(table, ids, new, reduction):
    """`_regimen` has no scatter for graphs from Python: every place asks every update."""
    hit = np.arange(table.shape[0], dtype="int32")[:, None] == ids[None, :]
    if reduction == "add":
        return table + _sums(hit, new)
    if reduction is None:
        last = reductions.max(where(hit, np.arange(new.shape[0], dtype="int32"), -1), axis=1)
        return where((last >= 0)[:, None], _rows_of(new, maximum(last, 0)), table)
    join = {"max": maximum, "min": minimum}.get(reduction)
    if join is None:
        return table * reductions.prod(where(hit[:, :, None], new, 1), axis=1)
    return join(table, getattr(reductions, reduction)(where(hit[:, :, None], new, table[:, None, :]), axis=1))


def _sums(hit, new):
    if promotion.is_float(dtype_of(new)):
        return matmul(as_type(in_graph(hit), "float32"), new)
    return reductions.sum(where(hit[:, :, None], new, 0), axis=1)


@op
def scatter(indices, values, shape):
    """Zeros of these sizes with values added at places."""
    values = tensor(values)
    return scatter_update(np.zeros([int(n) for n in shape], dtype_of(values)), indices, values, "add")


_JOINS = {"segment_sum": "add", "segment_prod": "mul", "segment_max": "max", "segment_min": "min"}


def _segments(name, data, segment_ids, num_segments, empty):
    x, ids = tensor(data), as_type(tensor(segment_ids), "int32")
    if num_segments is None:
        if isinstance(ids, Tensor):
            raise ValueError(f"keras.ops.{name}: give `num_segments`, which does not follow from the ids while a function is traced")
        num_segments = int(ids.max()) + 1 if ids.size else 0
    if not traced(x, ids):
        found = np.full((num_segments, *x.shape[1:]), empty(dtype_of(x)), x.dtype)
        inside = (ids >= 0) & (ids < num_segments)
        _AT[_JOINS[name]].at(found, ids[inside], x[inside])
        return found
    hit = np.arange(num_segments, dtype="int32")[:, None] == ids[None, :]
    if name == "segment_sum":
        flat = in_graph(reshape(x, (x.shape[0], -1)))
        return reshape(_sums(hit, flat), (num_segments, *x.shape[1:]))
    wide = reshape(hit, (*hit.shape, *(1,) * (len(x.shape) - 1)))
    return getattr(reductions, name.removeprefix("segment_"))(where(wide, x, empty(dtype_of(x))), axis=1)


def _least(dtype):
    return -np.inf if promotion.is_float(dtype) else int(np.iinfo(dtype).min) if dtype != "bool" else False


def _most(dtype):
    return np.inf if promotion.is_float(dtype) else int(np.iinfo(dtype).max) if dtype != "bool" else True


@op
def segment_sum(data, segment_ids, num_segments=None, sorted=False):
    """Sums of the rows of one id; whether the ids are sorted does not matter."""
    return _segments("segment_sum", data, segment_ids, num_segments, lambda dtype: 0)


@op
def segment_prod(data, segment_ids, num_segments=None, sorted=False):
    """Products of the rows of one id; whether the ids are sorted does not matter."""
    return _segments("segment_prod", data, segment_ids, num_segments, lambda dtype: 1)


@op
def segment_max(data, segment_ids, num_segments=None, sorted=False):
    """The largest of the rows of one id; whether the ids are sorted does not matter."""
    return _segments("segment_max", data, segment_ids, num_segments, _least)


@op
def segment_min(data, segment_ids, num_segments=None, sorted=False):
    """The smallest of the rows of one id; whether the ids are sorted does not matter."""
    return _segments("segment_min", data, segment_ids, num_segments, _most)
