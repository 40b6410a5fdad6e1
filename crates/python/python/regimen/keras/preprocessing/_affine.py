"""Rotations, shifts, shears and zooms of pictures: affine maps, interpolated as scipy.ndimage does it."""

import numpy as np

FILL_MODES = ("constant", "nearest", "reflect", "wrap")


def matrix(theta=0, tx=0, ty=0, shear=0, zx=1, zy=1):
    """Angles in degrees, shifts in pixels and zooms as one map of places; None where it moves nothing."""
    parts = []
    if theta != 0:
        theta = np.deg2rad(theta)
        parts.append([[np.cos(theta), -np.sin(theta), 0], [np.sin(theta), np.cos(theta), 0], [0, 0, 1]])
    if tx != 0 or ty != 0:
        parts.append([[1, 0, tx], [0, 1, ty], [0, 0, 1]])
    if shear != 0:
        shear = np.deg2rad(shear)
        parts.append([[1, -np.sin(shear), 0], [0, np.cos(shear), 0], [0, 0, 1]])
    if zx != 1 or zy != 1:
        parts.append([[zx, 0, 0], [0, zy, 0], [0, 0, 1]])
    found = None
    for part in parts:
        found = np.array(part, dtype=float) if found is None else found @ np.array(part, dtype=float)
    return found


def about_centre(found, height, width):
    """The map with the middle of the picture as its origin."""
    y, x = height / 2 - 0.5, width / 2 - 0.5
    return np.array([[1, 0, y], [0, 1, x], [0, 0, 1]]) @ found @ np.array([[1, 0, -y], [0, 1, -x], [0, 0, 1]])


def check(fill_mode, order):
    """Refuses what is not known here."""
    if fill_mode not in FILL_MODES:
        raise ValueError(f"fill_mode={fill_mode!r}: expected one of {', '.join(FILL_MODES)}")
    if order not in (0, 1):
        raise NotImplementedError(f"interpolation_order={order}: 0 (the nearest pixel) and 1 (linear) are supported here")


def mapped(channels, found, fill_mode, cval, order):
    """Pictures (channels, rows, columns) whose pixel at p is what lies at the map of p."""
    check(fill_mode, order)
    sizes = channels.shape[1:]
    grid = np.indices(sizes, dtype=float)
    places = [found[i, 2] + found[i, 0] * grid[0] + found[i, 1] * grid[1] for i in (0, 1)]
    places = [_inside(place, size, fill_mode) for place, size in zip(places, sizes)]
    values = (_nearest if order == 0 else _linear)(channels.astype(float), places, sizes, fill_mode)
    outside = (places[0] <= -1) | (places[1] <= -1)
    return _as(channels.dtype, np.where(outside, float(cval), values) if fill_mode == "constant" else values)


def _inside(place, size, fill_mode):
    """Places beyond the border brought back to the picture; -1 for those that `constant` fills."""
    last = size - 1
    if fill_mode == "constant":
        return np.where((place < 0) | (place > last), -1.0, place)
    if fill_mode == "nearest" or size == 1:
        return np.clip(place, 0, last)
    if fill_mode == "wrap":
        below = place + last * (np.floor(-place / last) + 1)
        return np.where(place < 0, below, np.where(place > last, place - last * np.floor(place / last), place))
    # The border pixel counts twice: d c b a | a b c d | d c b a.
    period = 2 * size
    place = np.where(place < -period, place + period * np.floor(-place / period), place)
    place = np.where(place > last, place - period * np.floor(place / period), place)
    below = np.where(place < -size, place + period, -place - 1)
    return np.where(place < 0, below, np.where(place >= size, period - place - 1, place))


def _border(index, size, fill_mode):
    """Numbers of pixels beside the border, brought back."""
    if fill_mode == "reflect" or size == 1:
        return np.clip(index, 0, size - 1)
    return np.where(index < 0, -index, np.where(index > size - 1, 2 * (size - 1) - index, index))


def _nearest(channels, places, sizes, fill_mode):
    rows, columns = (np.clip(np.floor(place + 0.5).astype(int), 0, size - 1) for place, size in zip(places, sizes))
    return channels[:, rows, columns]


def _linear(channels, places, sizes, fill_mode):
    low = [np.floor(place).astype(int) for place in places]
    part = [place - first for place, first in zip(places, low)]
    rows, columns = ([np.clip(_border(first + i, size, fill_mode), 0, size - 1) for i in (0, 1)] for first, size in zip(low, sizes))
    above = channels[:, rows[0], columns[0]] * (1 - part[1]) + channels[:, rows[0], columns[1]] * part[1]
    below = channels[:, rows[1], columns[0]] * (1 - part[1]) + channels[:, rows[1], columns[1]] * part[1]
    return above * (1 - part[0]) + below * part[0]


def _as(dtype, values):
    """Values in a type; whole numbers are rounded."""
    if dtype.kind == "u":
        return np.clip(np.floor(values + 0.5), 0, np.iinfo(dtype).max).astype(dtype)
    if dtype.kind == "i":
        return np.where(values > 0, np.floor(values + 0.5), np.ceil(values - 0.5)).astype(dtype)
    return values.astype(dtype)
