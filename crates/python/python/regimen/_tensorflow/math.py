"""tf.math: functions of each element, and reductions."""

from ._functions import argmax, argmin, reduce_all, reduce_any, reduce_max, reduce_mean, reduce_min, reduce_prod, reduce_sum
from ._giving import of_ops as _of_ops
from ._missing import missing as _missing
from .nn import sigmoid, softplus, tanh

abs, add, subtract, multiply, divide = _of_ops("abs", "add", "subtract", "multiply", "divide")
maximum, minimum, pow, square, sqrt, rsqrt = _of_ops("maximum", "minimum", "power", "square", "sqrt", "rsqrt")
exp, expm1, log, log1p, sin, cos, erf = _of_ops("exp", "expm1", "log", "log1p", "sin", "cos", "erf")
sign, round, floor, ceil = _of_ops("sign", "round", "floor", "ceil")
equal, not_equal, greater, greater_equal, less, less_equal = _of_ops("equal", "not_equal", "greater", "greater_equal", "less", "less_equal")
logical_and, logical_or, logical_not, cumsum = _of_ops("logical_and", "logical_or", "logical_not", "cumsum")

__getattr__ = _missing(__name__)
