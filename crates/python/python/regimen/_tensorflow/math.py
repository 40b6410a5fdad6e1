"""tf.math: functions of each element, and reductions."""

from ..keras import ops as _ops
from ._functions import argmax, argmin, reduce_all, reduce_any, reduce_max, reduce_mean, reduce_min, reduce_prod, reduce_sum
from ._missing import missing as _missing

abs, add, subtract, multiply, divide = (getattr(_ops, n) for n in ("abs", "add", "subtract", "multiply", "divide"))
maximum, minimum, pow, square, sqrt, rsqrt = (getattr(_ops, n) for n in ("maximum", "minimum", "power", "square", "sqrt", "rsqrt"))
exp, expm1, log, log1p, sin, cos, tanh, erf = (getattr(_ops, n) for n in ("exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "erf"))
sigmoid, softplus, sign, round, floor, ceil = (getattr(_ops, n) for n in ("sigmoid", "softplus", "sign", "round", "floor", "ceil"))
equal, not_equal, greater, greater_equal, less, less_equal = (
    getattr(_ops, n) for n in ("equal", "not_equal", "greater", "greater_equal", "less", "less_equal"))
logical_and, logical_or, logical_not, cumsum = (getattr(_ops, n) for n in ("logical_and", "logical_or", "logical_not", "cumsum"))

__getattr__ = _missing(__name__)
