"""Images read at other places."""

import itertools
import math

import numpy as np

from ._settings import as_type, dtype_of, floats, in_graph, op, tensor, traced
from .arithmetic import clip, mod
from .elementwise import absolute, floor, sign
from .indexing import _rows_of, where
from .images import _back, _last, _ranked, gaussian_blur
from .joining import concatenate
from .matrices import solve
from .shapes import expand_dims, reshape

_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")
_ORDERS = {"nearest": 0, "bilinear": 1}


def _inside(places, size, mode):
    """Places within an axis, as the mode has those outside."""
    if mode == "wrap":
        return mod(places, size)
    if mode == "mirror":
        turn = max(2 * (size - 1), 1)
        back = mod(places, turn)
        return where(back >= size, turn - back, back) if size > 1 else places * 0
    if mode == "reflect":
        back = mod(places, 2 * size)
        return where(back >= size, 2 * size - 1 - back, back)
    return clip(places, 0, size - 1)


def _neighbours(place, size, order, mode):
    """The cells next to a place of an axis: where, how much, and whether they are in the axis."""
    if order == 0:
        near = [(sign(place) * floor(absolute(place) + 0.5), 1.0)]
    else:
        low = floor(place)
        near = [(low, 1.0 - (place - low)), (low + 1.0, place - low)]
    found = []
    for at, weight in near:
        at = as_type(at, "int32")
        found.append((_inside(at, size, mode), weight, (at >= 0) & (at < size)))
    return found


def _sampled(x, places, order, mode, fill_value):
    """Elements of the first axes of a tensor at places that need not be whole. Whole ones are taken as they are."""
    sizes = x.shape[: len(places)]
    flat = reshape(x, (math.prod(sizes), *x.shape[len(places) :]))
    near = [[(at, 1.0, True)] if not _is_float(at) else _neighbours(at, n, order, mode) for at, n in zip(places, sizes)]
    total = None
    for corner in itertools.product(*near):
        ids, weight, there = 0, 1.0, True
        for (at, share, ok), n in zip(corner, sizes):
            ids, weight, there = ids * n + at, share * weight, ok if there is True else there if ok is True else there & ok
        values = _rows_of(in_graph(flat), ids) if traced(flat, ids) else flat[np.asarray(ids)]
        rest = (1,) * (len(values.shape) - len(ids.shape))
        if mode == "constant" and there is not True:
            values = where(reshape(there, (*ids.shape, *rest)), values, fill_value)
        part = values * (reshape(weight, (*ids.shape, *rest)) if not isinstance(weight, float) else weight)
        total = part if total is None else total + part
    return total


def _is_float(x):
    return dtype_of(x).startswith("float")


def _mode(fill_mode, modes=_MODES):
    if fill_mode not in modes:
        raise ValueError(f"Invalid value for argument `fill_mode`. Expected one of {set(modes)}. Received: fill_mode={fill_mode}")
    return fill_mode


def _order(interpolation):
    if interpolation not in _ORDERS:
        raise ValueError(f"Invalid value for argument `interpolation`. Expected of one {set(_ORDERS)}. "
                         f"Received: interpolation={interpolation}")
    return _ORDERS[interpolation]


@op
def map_coordinates(inputs, coordinates, order, fill_mode="constant", fill_value=0):
    """Elements at places along all axes, between the cells by order 1."""
    x, places = tensor(inputs), floats(coordinates)
    if places.shape[0] != len(x.shape):
        raise ValueError("First dim of `coordinates` must be the same as the rank of `inputs`. "
                         f"Received inputs with shape: {tuple(x.shape)} and coordinate leading dim of {places.shape[0]}")
    if order not in (0, 1):
        raise ValueError(f"Invalid value for argument `order`. Expected one of [0, 1]. Received: order={order}")
    found = _sampled(floats(x), [places[i] for i in range(places.shape[0])], order, _mode(fill_mode), fill_value)
    return found if _is_float(x) else as_type(_rounded(found), dtype_of(x))


def _rounded(x):
    from .elementwise import round

    return round(x)


def _batch(images, data_format):
    x = _ranked(images)
    alone = len(x.shape) == 3
    return _last(x[None] if alone else x, data_format), alone


def _grid(x):
    """The rows, heights and widths of all cells."""
    return np.meshgrid(*(np.arange(n, dtype="int32") for n in x.shape[:3]), indexing="ij")


def _warped(images, x, alone, y, z, order, mode, fill_value, data_format):
    row = _grid(x)[0]
    found = _back(_sampled(floats(x), [row, y, z], order, mode, fill_value), data_format)
    found = found if _is_float(tensor(images)) else as_type(_rounded(found), dtype_of(tensor(images)))
    return found[0] if alone else found


@op
def affine_transform(images, transform, interpolation="bilinear", fill_mode="constant", fill_value=0, data_format=None):
    """Images turned, moved and sheared: (x, y) comes from (a0 x + a1 y + a2, b0 x + b1 y + b2)."""
    order, mode = _order(interpolation), _mode(fill_mode)
    x, alone = _batch(images, data_format)
    numbers = floats(transform)
    numbers = numbers if len(numbers.shape) == 2 else expand_dims(numbers, 0)
    if numbers.shape[-1] != 8:
        raise ValueError(f"transform: 8 numbers for each image, found shape {tuple(numbers.shape)}")
    _, down, across = (each.astype("float32") for each in _grid(x))
    if not traced(numbers) and np.any(numbers[:, 6:]):
        raise NotImplementedError("keras.ops.image.affine_transform: its last two numbers have to be 0; perspective_transform takes others")
    a0, a1, a2, b0, b1, b2 = (numbers[:, i][:, None, None] for i in range(6))
    y, z = b1 * down + b0 * across + b2, a0 * across + a1 * down + a2
    return _warped(images, x, alone, y, z, order, mode, fill_value, data_format)


@op
def perspective_transform(images, start_points, end_points, interpolation="bilinear", fill_value=0, data_format=None):
    """Images seen from elsewhere: four points go to four others."""
    order = _order(interpolation)
    x, alone = _batch(images, data_format)
    start, end = floats(start_points), floats(end_points)
    if tuple(start.shape[-2:]) != (4, 2) or tuple(start.shape) != tuple(end.shape):
        raise ValueError(f"perspective_transform: points of shape (4, 2) or (N, 4, 2), found {tuple(start.shape)} and {tuple(end.shape)}")
    start, end = (p if len(p.shape) == 3 else expand_dims(p, 0) for p in (start, end))
    h = _homography(start, end)
    _, down, across = (each.astype("float32") for each in _grid(x))
    a, b, c, d, e, f, g, i = (h[:, k][:, None, None] for k in range(8))
    under = g * across + i * down + 1.0
    y, z = (d * across + e * down + f) / under, (a * across + b * down + c) / under
    return _warped(images, x, alone, y, z, order, "constant", fill_value, data_format)


@op
def elastic_transform(images, alpha=20.0, sigma=5.0, interpolation="bilinear", fill_mode="reflect", fill_value=0.0, seed=None,
                      data_format=None):
    """Images whose cells come from elsewhere by smooth random ways."""
    from .. import random

    order, mode = _order(interpolation), _mode(fill_mode)
    x, alone = _batch(images, data_format)
    size, shape = int(6 * sigma) | 1, (*x.shape[:3], 2)
    noise = random._drawn("normal", shape, seed, x) * sigma
    ways = gaussian_blur(noise, (size, size), (sigma, sigma), "channels_last") * alpha
    _, down, across = (each.astype("float32") for each in _grid(x))
    return _warped(images, x, alone, down + ways[..., 0], across + ways[..., 1], order, mode, fill_value, data_format)


def _homography(start, end):
    """The eight numbers of the projection that takes each end to its start."""
    sx, sy, ex, ey = (expand_dims(v, -1) for v in (start[..., 0], start[..., 1], end[..., 0], end[..., 1]))
    one, none = ex * 0.0 + 1.0, ex * 0.0
    first = concatenate([ex, ey, one, none, none, none, -sx * ex, -sx * ey], -1)
    second = concatenate([none, none, none, ex, ey, one, -sy * ex, -sy * ey], -1)
    found = solve(concatenate([first, second], 1), concatenate([sx, sy], 1))
    return reshape(found, (found.shape[0], 8))
