"""Functions of two values, element by element."""

import functools
import math

import numpy as np

from ..._keras import promotion
from ..._keras.tensors import KerasTensor, operation
from ..._keras.traced import Tensor
from ._settings import alike, as_type, axes_of, dtype_of, named, op, tensor
from .elementwise import absolute, exp, floor, log1p, sign, sqrt, trunc

# What truth values make of arithmetic.
_OF_TRUTH = {"add": "logical_or", "maximum": "logical_or", "multiply": "logical_and", "minimum": "logical_and"}


def _pair(name, a, b):
    """A function of the library of two tensors of one type."""
    if a.dtype == "bool" and name in _OF_TRUTH:
        name = _OF_TRUTH[name]
    elif a.dtype == "bool" and name in ("power", "mod", "subtract"):
        a, b = as_type(a, "int32"), as_type(b, "int32")
    return Tensor(a.native.binary(name, b.native))


def _function(name, eager, kind=None, native=None):
    """A function that the library has, under its own name or as `native`; `kind` takes part in the type of the result."""

    def function(x1, x2):
        a, b = alike(x1, x2, kind=kind)
        return _pair(native or name, a, b) if isinstance(a, Tensor) else eager(a, b)

    return op(named(function, name, f"{name} of two values, element by element.", __name__))


def _operation(class_name, function):
    """Arithmetic between symbolic tensors and numbers is an operation that files of models have."""

    @functools.wraps(function)
    def outer(x1, x2):
        plain = [x for x in (x1, x2) if isinstance(x, (KerasTensor, int, float, np.number))]
        if len(plain) == 2 and [x for x in plain if isinstance(x, KerasTensor)]:
            return operation(class_name, x1, x2)
        return function(x1, x2)

    return outer


add = _operation("Add", _function("add", np.add))
subtract = _operation("Subtract", _function("subtract", np.subtract))
multiply = _operation("Multiply", _function("multiply", np.multiply))
divide = _operation("Divide", _function("divide", np.divide, "float"))
true_divide = _operation("TrueDivide", _function("true_divide", np.divide, "float", "divide"))
maximum, minimum = (_function(n, getattr(np, n)) for n in ("maximum", "minimum"))
mod = _function("mod", np.mod, "int")
_power = _function("power", np.power)


@op
def power(x1, x2):
    """The one to the power of the other, element by element."""
    a, b = alike(x1, x2)
    if isinstance(a, Tensor) or promotion.is_float(dtype_of(a)):
        return _power(a, b)
    a, b = (as_type(x, "int32") if x.dtype == "bool" else x for x in (a, b))
    # NumPy refuses whole numbers to negative powers: of 1 and -1 they are whole, of others 0.
    inverse = np.where(a == 1, 1, np.where(a == -1, 1 - 2 * (b & 1), 0)).astype(a.dtype)
    return np.where(b < 0, inverse, np.power(a, np.maximum(b, 0)))


@op
def floor_divide(x1, x2):
    """The quotient, rounded down."""
    a, b = alike(x1, x2, kind="int")
    if not isinstance(a, Tensor):
        return np.floor_divide(a, b)
    if promotion.is_float(a.dtype):
        return floor(_pair("divide", a, b))
    return _pair("divide", a - _pair("mod", a, b), b)


@op
def fmod(x1, x2):
    """What division leaves, with the sign of the first."""
    a, b = alike(x1, x2, kind="int")
    if not isinstance(a, Tensor):
        return np.fmod(a, b)
    if promotion.is_float(a.dtype):
        return a - trunc(_pair("divide", a, b)) * b
    return sign(a) * _pair("mod", absolute(a), absolute(b))


@op
def divide_no_nan(x1, x2):
    """The quotient, 0 where the second is 0."""
    from .indexing import where

    a, b = alike(x1, x2, kind="float")
    return where(b == 0, 0.0, a / where(b == 0, 1.0, b))


@op
def fmax(x1, x2):
    """The larger, element by element; of a number and NaN the number."""
    from .indexing import where

    a, b = alike(x1, x2)
    return np.fmax(a, b) if not isinstance(a, Tensor) else where(a != a, b, where(b != b, a, maximum(a, b)))


@op
def fmin(x1, x2):
    """The smaller, element by element; of a number and NaN the number."""
    from .indexing import where

    a, b = alike(x1, x2)
    return np.fmin(a, b) if not isinstance(a, Tensor) else where(a != a, b, where(b != b, a, minimum(a, b)))


@op
def hypot(x1, x2):
    """The length of the side across from a right angle."""
    from .indexing import where

    a, b = alike(x1, x2, kind="float")
    if not isinstance(a, Tensor):
        return np.hypot(a, b)
    a, b = absolute(a), absolute(b)
    longer = maximum(a, b)
    share = minimum(a, b) / where(longer > 0, longer, 1.0)
    return longer * sqrt(1.0 + share * share)


@op
def heaviside(x1, x2):
    """0 below zero, 1 above, the second at zero."""
    from .indexing import where

    a, b = alike(x1, x2, kind="float")
    return np.heaviside(a, b) if not isinstance(a, Tensor) else where(a < 0, 0.0, where(a > 0, 1.0, where(a == 0, b, a)))


@op
def logaddexp(x1, x2):
    """The logarithm of the sum of two exponentials."""
    a, b = alike(x1, x2, kind="float")
    return np.logaddexp(a, b) if not isinstance(a, Tensor) else maximum(a, b) + log1p(exp(-absolute(a - b)))


@op
def logaddexp2(x1, x2):
    """The logarithm to the base 2 of the sum of two powers of 2."""
    a, b = alike(x1, x2, kind="float")
    if not isinstance(a, Tensor):
        return np.logaddexp2(a, b)
    return maximum(a, b) + log1p(exp(-absolute(a - b) * math.log(2.0))) * (1.0 / math.log(2.0))


@op
def ldexp(x1, x2):
    """The first times 2 to the power of the second."""
    a, n = tensor(x1), tensor(x2)
    if promotion.is_float(dtype_of(n)):
        raise TypeError(f"ldexp exponent must be an integer type. Received: x2 dtype={dtype_of(n)}")
    return multiply(as_type(a, promotion.result_type(dtype_of(a), "float")), power(2.0, n))


@op
def clip(x, x_min, x_max):
    """Within bounds."""
    x = tensor(x)
    if dtype_of(x) == "bool":
        x = as_type(x, "int32")
    for bound, side in ((x_min, maximum), (x_max, minimum)):
        x = x if bound is None else side(x, bound)
    return x


@op
def gcd(x1, x2):
    """The greatest common divisor of whole numbers."""
    from .indexing import where

    a, b = _whole("gcd", x1, x2)
    if not isinstance(a, Tensor):
        return np.gcd(a, b)
    a, b = absolute(a) + b * 0, absolute(b) + a * 0
    for _ in range(46):  # Fibonacci numbers of 32 bits take the most steps.
        a, b = where(b == 0, a, b), where(b == 0, 0, _pair("mod", a, where(b == 0, 1, b)))
    return a


@op
def lcm(x1, x2):
    """The least common multiple of whole numbers."""
    from .indexing import where

    a, b = _whole("lcm", x1, x2)
    if not isinstance(a, Tensor):
        return np.lcm(a, b)
    shared = gcd(a, b)
    return absolute(a * floor_divide(b, where(shared == 0, 1, shared)))


def _whole(name, x1, x2):
    a, b = alike(x1, x2)
    if promotion.is_float(dtype_of(a)):
        raise TypeError(f"{name} is of whole numbers, found {dtype_of(a)}")
    return a, b


@op
def diff(a, n=1, axis=-1):
    """Differences of neighbours along an axis, n times over."""
    x = tensor(a)
    at = axes_of(x, axis)[0]
    lead = (slice(None),) * at
    for _ in range(n):
        after, before = x[(*lead, slice(1, None))], x[(*lead, slice(None, -1))]
        x = after != before if dtype_of(x) == "bool" else after - before
    return x


@op
def cdist(x, y):
    """Distances between the rows of two arrays."""
    a, b = alike(x, y, kind="float")
    apart = a[..., :, None, :] - b[..., None, :, :]
    if not isinstance(a, Tensor):
        return np.sqrt(np.sum(apart * apart, axis=-1))
    from .indexing import where
    from .reductions import sum as total

    squared = total(apart * apart, axis=-1)
    return where(squared > 0, sqrt(where(squared > 0, squared, 1.0)), 0.0)
