"""Inverse functions of angles. In graphs arctan is made of what there is: halved twice, then its series.

They are odd without a magnitude, whose derivative at 0 is 0; the sign of a value stands only where it is constant.
"""

import math

import numpy as np

from ..._keras.traced import Tensor
from ._settings import alike, composed, op
from .elementwise import absolute, log, log1p, sign, signbit, sqrt
from .indexing import where


def _within_one(z):
    """arctan of values from -1 to 1."""
    for _ in range(2):
        z = z / (1.0 + sqrt(1.0 + z * z))
    squared, found = z * z, 0.0
    for power in (11, 9, 7, 5, 3, 1):
        found = found * squared + (1.0 if power % 4 == 1 else -1.0) / power
    return 4.0 * found * z


@composed(np.arctan)
def arctan(x):
    """The angle with this tangent."""
    steep = absolute(x) > 1.0
    found = _within_one(where(steep, 1.0 / where(steep, x, 1.0), x))
    return where(steep, sign(x) * (math.pi / 2) - found, found)


@op
def arctan2(x1, x2):
    """The angle of the point (x2, x1)."""
    y, x = alike(x1, x2, kind="float")
    if not isinstance(y, Tensor):
        return np.arctan2(y, x)
    steep = absolute(y) > absolute(x)
    longer, shorter = where(steep, y, where(x == 0, 1.0, x)), where(steep, x, y)
    found, half = _within_one(shorter / longer), where(signbit(y), -math.pi / 2, math.pi / 2)
    return where(steep, half - found, where(x < 0, 2.0 * half, 0.0) + found)


@composed(np.arcsin)
def arcsin(x):
    """The angle with this sine."""
    return 2.0 * arctan(x / (1.0 + sqrt(1.0 - x * x)))


@composed(np.arccos)
def arccos(x):
    """The angle with this cosine."""
    return math.pi / 2 - arcsin(x)


@composed(np.arcsinh)
def arcsinh(x):
    """The number with this hyperbolic sine."""
    size = where(x < 0, -x, x)
    far = size > 1e8
    near = where(far, 1.0, size)
    found = log1p(near + near * near / (1.0 + sqrt(near * near + 1.0)))
    found = where(far, log(where(far, size, 1.0)) + math.log(2.0), found)
    return where(x < 0, -found, found)


@composed(np.arccosh)
def arccosh(x):
    """The number with this hyperbolic cosine."""
    above = x - 1.0
    return log1p(above + sqrt(above * (above + 2.0)))


@composed(np.arctanh)
def arctanh(x):
    """The number with this hyperbolic tangent."""
    return 0.5 * log1p(2.0 * x / (1.0 - x))
