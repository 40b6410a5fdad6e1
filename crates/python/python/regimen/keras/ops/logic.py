"""Comparisons and truth values, element by element."""

import numpy as np

from ..._keras import promotion
from ..._keras.traced import Tensor
from ._settings import alike, as_type, dtype_of, floats, named, op, tensor, traced
from .arithmetic import _pair
from .elementwise import absolute, isinf


def _comparison(name, eager):
    def function(x1, x2):
        a, b = alike(x1, x2)
        return _pair(name, a, b) if isinstance(a, Tensor) else eager(a, b)

    return op(named(function, name, f"{name} of two values, element by element.", __name__))


equal, not_equal, less, less_equal = (_comparison(n, getattr(np, n)) for n in ("equal", "not_equal", "less", "less_equal"))
greater, greater_equal = (_comparison(n, getattr(np, n)) for n in ("greater", "greater_equal"))


def _logical(name, eager):
    def function(x1, x2):
        a, b = alike(x1, x2)
        a, b = as_type(a, "bool"), as_type(b, "bool")
        return _pair(name, a, b) if isinstance(a, Tensor) else eager(a, b)

    return op(named(function, name, f"{name} of two truth values, element by element.", __name__))


logical_and, logical_or = _logical("logical_and", np.logical_and), _logical("logical_or", np.logical_or)


@op
def logical_xor(x1, x2):
    """Whether exactly one is true."""
    return as_type(tensor(x1), "bool") != as_type(tensor(x2), "bool")


@op
def logical_not(x):
    """Whether each element is false."""
    x = as_type(tensor(x), "bool")
    return Tensor(x.native.unary("logical_not")) if isinstance(x, Tensor) else np.logical_not(x)


@op
def isclose(x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Whether two values are near each other, element by element."""
    a, b = alike(x1, x2, kind="float")
    near = (absolute(a - b) <= atol + rtol * absolute(b)) & ~isinf(a) & ~isinf(b)
    found = near | (a == b)
    return found | ((a != a) & (b != b)) if equal_nan else found


@op
def allclose(x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False):
    """Whether two values are near each other everywhere."""
    from .reductions import all as every

    return every(isclose(x1, x2, rtol, atol, equal_nan))


@op
def isin(x1, x2, assume_unique=False, invert=False):
    """Whether each element is among those of another array; whether these are unique does not matter."""
    from .reductions import any as some

    a, b = alike(x1, x2)
    if not isinstance(a, Tensor):
        return np.isin(a, b, invert=invert)
    found = some(a[..., None] == b.reshape((-1,)), axis=-1)
    return ~found if invert else found


def _bits(x):
    """The bits of whole numbers along a new axis, lowest first."""
    from .arithmetic import floor_divide, mod

    low = mod(floor_divide(x[..., None], 2 ** np.arange(31, dtype="int32")), 2)
    from .joining import concatenate

    return concatenate([low, as_type(x < 0, "int32")[..., None]], axis=-1)


_PLACES = np.array([2**k for k in range(31)] + [-(2**31)], "int32")


def _bitwise(name, of_truth, of_bits, eager):
    def function(x, y):
        a, b = alike(x, y)
        if promotion.is_float(dtype_of(a)):
            raise TypeError(f"{name} is of whole numbers and truth values, found {dtype_of(a)}")
        if not isinstance(a, Tensor):
            return eager(a, b)
        if a.dtype == "bool":
            return of_truth(a, b)
        from .reductions import sum as total

        found = total(of_bits(_bits(as_type(a, "int32")), _bits(as_type(b, "int32"))) * _PLACES, axis=-1)
        return as_type(found, a.dtype)

    return op(named(function, name, f"{name} of two values, element by element.", __name__))


bitwise_and = _bitwise("bitwise_and", logical_and, lambda a, b: a * b, np.bitwise_and)
bitwise_or = _bitwise("bitwise_or", logical_or, lambda a, b: a + b - a * b, np.bitwise_or)
bitwise_xor = _bitwise("bitwise_xor", logical_xor, lambda a, b: a + b - 2 * a * b, np.bitwise_xor)


@op
def bitwise_not(x):
    """All bits of each element turned."""
    x = tensor(x)
    if dtype_of(x) == "bool":
        return logical_not(x)
    return -1 - x if isinstance(x, Tensor) and x.dtype == "int32" else 255 - x if isinstance(x, Tensor) else np.invert(x)


bitwise_invert = bitwise_not


@op
def bitwise_left_shift(x, y):
    """Bits moved up by so many places."""
    a, b = alike(x, y, kind="int")
    if not isinstance(a, Tensor):
        return np.left_shift(a, b)
    from .arithmetic import power

    return a * power(2, b)


@op
def bitwise_right_shift(x, y):
    """Bits moved down by so many places."""
    a, b = alike(x, y, kind="int")
    if not isinstance(a, Tensor):
        return np.right_shift(a, b)
    from .arithmetic import floor_divide, power

    return floor_divide(a, power(2, b))


left_shift, right_shift = bitwise_left_shift, bitwise_right_shift


@op
def in_top_k(targets, predictions, k):
    """Whether the prediction for each target is among the k largest of its row."""
    from .indexing import take_along_axis
    from .reductions import all as every
    from .reductions import sum as total

    targets, predictions = as_type(tensor(targets), "int32"), floats(predictions)
    if traced(targets, predictions):
        from ._settings import in_graph

        targets, predictions = in_graph(targets), in_graph(predictions)
    mine = take_along_axis(predictions, targets[..., None], axis=-1)
    larger = total(as_type(predictions > mine, "int32"), axis=-1)
    finite = every(absolute(mine) < np.inf, axis=-1)
    return (larger < k) & finite
