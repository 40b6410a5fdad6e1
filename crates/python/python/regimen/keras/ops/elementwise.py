"""Functions of one value, element by element."""

import math

import numpy as np

from ..._keras import promotion
from ..._keras.traced import Tensor
from ._settings import as_type, composed, dtype_of, floats, named, op, tensor


def _function(name, eager):
    """A function that the library has."""

    def function(x):
        x = floats(x)
        return Tensor(x.native.unary(name)) if isinstance(x, Tensor) else eager(x)

    return op(named(function, name, f"{name} of each element.", __name__))


exp, log, log1p, expm1 = (_function(n, getattr(np, n)) for n in ("exp", "log", "log1p", "expm1"))
sqrt, sin, cos, tanh = (_function(n, getattr(np, n)) for n in ("sqrt", "sin", "cos", "tanh"))
floor, ceil = (_function(n, getattr(np, n)) for n in ("floor", "ceil"))
reciprocal = _function("reciprocal", np.reciprocal)
rsqrt = _function("rsqrt", lambda x: 1 / np.sqrt(x))
isfinite = _function("isfinite", np.isfinite)
erf = _function("erf", lambda x: np.vectorize(math.erf, otypes=["float64"])(x).astype(x.dtype))


def _of_numbers(name, eager):
    """A function that truth values have to become whole numbers for."""

    def function(x):
        x = tensor(x)
        if not isinstance(x, Tensor):
            return eager(x)
        return Tensor(x.native.unary(name)) if x.dtype != "bool" else as_type(x, "int32")

    return op(named(function, name, f"{name} of each element.", __name__))


negative = _of_numbers("negative", np.negative)
sign = _of_numbers("sign", np.sign)


@op
def absolute(x):
    """The magnitude of each element."""
    x = tensor(x)
    if not isinstance(x, Tensor):
        return np.abs(x)
    return x if x.dtype in ("bool", "uint8") else Tensor(x.native.unary("abs"))


abs = absolute


@op
def fabs(x):
    """The magnitude of each element, a float."""
    return absolute(floats(x))


@op
def square(x):
    """Each element times itself."""
    x = tensor(x)
    x = as_type(x, "int32") if dtype_of(x) == "bool" else x
    return Tensor(x.native.unary("square")) if isinstance(x, Tensor) else np.square(x)


@op
def round(x, decimals=0):
    """The nearest whole number, or of so many decimals; ties to even."""
    x = tensor(x)
    whole = not promotion.is_float(dtype_of(x))
    if whole and decimals >= 0:
        return as_type(x, "int32") if dtype_of(x) == "bool" else x
    kept, x, factor = dtype_of(x), floats(x), float(10.0 ** decimals)
    found = _nearest(x * factor) / factor if decimals else _nearest(x)
    return as_type(found, kept)


def _nearest(x):
    return Tensor(x.native.unary("round")) if isinstance(x, Tensor) else np.round(x)


@op
def trunc(x):
    """Without what is behind the point."""
    x = tensor(x)
    if not promotion.is_float(dtype_of(x)):
        return as_type(x, "int32") if dtype_of(x) == "bool" else x
    return np.trunc(x) if not isinstance(x, Tensor) else sign(x) * floor(absolute(x))


@composed(np.tan)
def tan(x):
    """The tangent of each element."""
    return sin(x) / cos(x)


@composed(np.sinh)
def sinh(x):
    """The hyperbolic sine of each element."""
    return 0.5 * (expm1(x) - expm1(-x))


@composed(np.cosh)
def cosh(x):
    """The hyperbolic cosine of each element."""
    return 0.5 * (exp(x) + exp(-x))


@composed(np.exp2)
def exp2(x):
    """Two to the power of each element."""
    return exp(x * math.log(2.0))


@composed(np.log2)
def log2(x):
    """The logarithm of each element to the base 2."""
    return log(x) * (1.0 / math.log(2.0))


@composed(np.log10)
def log10(x):
    """The logarithm of each element to the base 10."""
    return log(x) * (1.0 / math.log(10.0))


@composed(np.cbrt)
def cbrt(x):
    """The cube root of each element; at 0 a square root, as steep there."""
    from .indexing import where

    size = where(x < 0, -x, x)
    away = size > 0
    root = where(away, exp(log(where(away, size, 1.0)) * (1.0 / 3.0)), sqrt(where(away, 1.0, size)))
    return where(x < 0, -root, root)


@composed(np.deg2rad)
def deg2rad(x):
    """Degrees as radians."""
    return x * (math.pi / 180.0)


@composed(np.rad2deg)
def rad2deg(x):
    """Radians as degrees."""
    return x * (180.0 / math.pi)


@composed(np.sinc)
def sinc(x):
    """sin(πx) / (πx), 1 at 0."""
    from .indexing import where

    safe = where(x == 0, 1.0, x) * math.pi
    return where(x == 0, 1.0, sin(safe) / safe)


@composed(np.i0)
def i0(x):
    """The modified Bessel function of order 0: Abramowitz and Stegun 9.8.1 and 9.8.2."""
    from .indexing import where

    size = absolute(x)
    near, far = square(where(size < 3.75, size, 1.0) / 3.75), 3.75 / where(size < 3.75, 3.75, size)
    small = _polynomial(near, (1.0, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813))
    large = _polynomial(far, (0.39894228, 0.01328592, 0.00225319, -0.00157565, 0.00916281, -0.02057706, 0.02635537, -0.01647633,
                              0.00392377))
    grown = where(size < 3.75, 3.75, size)
    return where(size < 3.75, small, exp(grown) * rsqrt(grown) * large)


def _polynomial(x, coefficients):
    """Of rising powers."""
    found = coefficients[-1]
    for c in coefficients[-2::-1]:
        found = found * x + c
    return found


@composed(lambda x: np.vectorize(math.erfc, otypes=["float64"])(x).astype(x.dtype))
def erfc(x):
    """1 - erf(x)."""
    return 1.0 - erf(x)


@op
def erfinv(x):
    """The inverse of erf: the two polynomials of Giles for single precision."""
    from .indexing import where

    x = floats(x)
    w = -log1p(-x * x)
    near, far = where(w < 5.0, w, 0.0) - 2.5, sqrt(where(w < 5.0, 9.0, w)) - 3.0
    small = _polynomial(near, (1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-06,
                               -3.5233877e-06, 3.43273939e-07, 2.81022636e-08))
    large = _polynomial(far, (2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844,
                              0.00134934322, 0.000100950558, -0.000200214257))
    return where(absolute(x) == 1.0, x * math.inf, where(w < 5.0, small, large) * x)


@op
def isnan(x):
    """Whether each element is no number."""
    x = floats(x)
    return x != x


@op
def isinf(x):
    """Whether each element is infinite."""
    return absolute(floats(x)) == math.inf


@op
def isposinf(x):
    """Whether each element is infinite and above zero."""
    return floats(x) == math.inf


@op
def isneginf(x):
    """Whether each element is infinite and below zero."""
    return floats(x) == -math.inf


@op
def isreal(x):
    """Whether each element has no imaginary part."""
    return imag(x) == 0


@op
def signbit(x):
    """Whether the sign of each element is set, that of -0.0 too."""
    x = tensor(x)
    if not isinstance(x, Tensor):
        return np.signbit(x) if x.dtype.kind != "b" else np.zeros(x.shape, "bool")
    return (x < 0) | (reciprocal(x) < 0) if promotion.is_float(x.dtype) else as_type(x, "int32") < 0


@op
def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    """Other numbers for NaN and the infinite ones."""
    from .indexing import where

    x = tensor(x)
    if not promotion.is_float(dtype_of(x)):
        return x
    most = float(np.finfo(np.float16 if dtype_of(x) == "float16" else np.float32).max)
    found = where(x != x, float(nan), x)
    found = where(x == math.inf, most if posinf is None else float(posinf), found)
    return where(x == -math.inf, -most if neginf is None else float(neginf), found)


@op
def real(x):
    """The real part."""
    x = tensor(x)
    return x if isinstance(x, Tensor) else np.real(x)


@op
def imag(x):
    """The imaginary part."""
    x = tensor(x)
    return as_type(x != x, x.dtype) * 0 if isinstance(x, Tensor) else np.imag(x)


@op
def conj(x):
    """The conjugate, which real numbers are themselves."""
    x = tensor(x)
    return x if isinstance(x, Tensor) else np.conj(x) if x.dtype.kind != "b" else x


conjugate = conj


@op
def angle(x):
    """The angle of numbers: 0, and π for those below zero."""
    from .indexing import where

    x = tensor(x)
    if not isinstance(x, Tensor):
        return np.angle(x if x.dtype.kind == "c" else floats(x))
    x = floats(x)
    return where(x < 0, math.pi, where(x != x, x, x * 0.0))


@op
def copy(x):
    """The same as a new array."""
    x = tensor(x)
    return x if isinstance(x, Tensor) else x.copy()


@op
def nextafter(x1, x2):
    """The next number from the one towards the other."""
    from ._settings import alike

    a, b = alike(x1, x2, kind="float")
    if isinstance(a, Tensor):
        raise NotImplementedError("keras.ops.nextafter inside of what is traced: graphs have no function of the bits of floats")
    return np.nextafter(a, b)
