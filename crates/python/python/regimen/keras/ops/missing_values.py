"""Reductions that leave NaN out."""

import numpy as np

from ._settings import as_type, dtype_of, floats, named, op, tensor
from . import reductions, statistics
from ..._keras import promotion
from .indexing import where


def _filled(x, number):
    x = tensor(x)
    return where(x != x, number, x) if promotion.is_float(dtype_of(x)) else x


def _kept(x):
    """1 for each number, 0 for each NaN."""
    x = floats(x)
    return as_type(where(x != x, 0.0, 1.0), dtype_of(x))


@op
def nansum(x, axis=None, keepdims=False):
    """The sum over axes of what is not NaN."""
    return reductions.sum(_filled(x, 0), axis, keepdims)


@op
def nanprod(x, axis=None, keepdims=False):
    """The product over axes of what is not NaN."""
    return reductions.prod(_filled(x, 1), axis, keepdims)


@op
def nancumsum(x, axis=None, dtype=None):
    """Running sums of what is not NaN."""
    return reductions.cumsum(_filled(x, 0), axis, dtype)


@op
def nancumprod(x, axis=None, dtype=None):
    """Running products of what is not NaN."""
    return reductions.cumprod(_filled(x, 1), axis, dtype)


@op
def nanmean(x, axis=None, keepdims=False):
    """The mean over axes of what is not NaN."""
    return nansum(floats(x), axis, keepdims) / reductions.sum(_kept(x), axis, keepdims)


@op
def nanvar(x, axis=None, keepdims=False):
    """The variance over axes of what is not NaN."""
    x = floats(x)
    return nanmean((x - nanmean(x, axis, keepdims=True)) ** 2, axis, keepdims)


@op
def nanstd(x, axis=None, keepdims=False):
    """The standard deviation over axes of what is not NaN."""
    from .elementwise import sqrt

    return sqrt(nanvar(x, axis, keepdims))


def _extreme(name, worst):
    def function(x, axis=None, keepdims=False):
        x = tensor(x)
        if not promotion.is_float(dtype_of(x)):
            return getattr(reductions, name)(x, axis, keepdims)
        found = getattr(reductions, name)(where(x != x, worst, x), axis, keepdims)
        return where(reductions.all(x != x, axis, keepdims), np.nan, found)

    return op(named(function, f"nan{name}", f"The {name} over axes of what is not NaN.", __name__))


nanmax, nanmin = _extreme("max", -np.inf), _extreme("min", np.inf)


def _argument(name, worst):
    def function(x, axis=None, keepdims=False):
        x = tensor(x)
        found = getattr(reductions, name)(_filled(x, worst), axis, keepdims)
        return where(reductions.all(x != x, axis, keepdims), -1, found)

    return op(named(function, f"nan{name}", f"The place of the {name[3:]} along an axis of what is not NaN.", __name__))


nanargmax, nanargmin = _argument("argmax", -np.inf), _argument("argmin", np.inf)


@op
def nanquantile(x, q, axis=None, method="linear", keepdims=False):
    """Quantiles over axes of what is not NaN."""
    return statistics._quantile_of(floats(x), q, axis, method, keepdims, skip=True)


@op
def nanpercentile(x, q, axis=None, method="linear", keepdims=False):
    """Percentiles over axes of what is not NaN."""
    return nanquantile(x, floats(q) / 100.0, axis, method, keepdims)


@op
def nanmedian(x, axis=None, keepdims=False):
    """The median over axes of what is not NaN."""
    return nanquantile(x, 0.5, axis, keepdims=keepdims)
