"""What `tensorflow` means where Regimen stands for Keras: tensorflow.keras, and the functions of TensorFlow that keras.ops has."""

import contextlib as _contextlib

from .. import keras
from .._keras import configs as _configs
from . import compat, config, data, math, nn, random, test
from ._functions import (
    Variable,
    argmax,
    argmin,
    cast,
    clip_by_value,
    concat,
    constant,
    convert_to_tensor,
    expand_dims,
    gather,
    one_hot,
    ones,
    range,
    reduce_all,
    reduce_any,
    reduce_max,
    reduce_mean,
    reduce_min,
    reduce_prod,
    reduce_sum,
    reshape,
    shape,
    squeeze,
    stack,
    tile,
    transpose,
    where,
    zeros,
)
from ._giving import of_ops as _of_ops
from ._missing import missing as _missing
from ._sessions import ConfigProto, GPUOptions, Session, get_logger, logging, reset_default_graph, set_random_seed

__version__ = VERSION = "2.21.0"

float16, float32, float64, int8, int16, int32, int64, uint8, bool, string = (
    "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool", "string")

abs, add, subtract, multiply, divide = _of_ops("abs", "add", "subtract", "multiply", "divide")
maximum, minimum, pow, square, sqrt, exp = _of_ops("maximum", "minimum", "power", "square", "sqrt", "exp")
equal, not_equal, greater, greater_equal, less, less_equal = _of_ops(
    "equal", "not_equal", "greater", "greater_equal", "less", "less_equal")
matmul, sign, round, linspace, norm = _of_ops("matmul", "sign", "round", "linspace", "norm")
tanh, sigmoid = nn.tanh, nn.sigmoid
zeros_like, ones_like, stop_gradient, eye = _of_ops("zeros_like", "ones_like", "stop_gradient", "eye")
logical_and, logical_or, logical_not, cumsum = _of_ops("logical_and", "logical_or", "logical_not", "cumsum")


def function(func=None, **kwargs):
    """The function itself: what layers and losses compute is made a graph without being asked."""
    return func if func is not None else lambda given: given


@_contextlib.contextmanager
def device(name):
    """The engine chooses where it computes; a note says so."""
    _configs.tell(f"tf.device({name!r}): the engine chooses where it computes here")
    yield name


@_contextlib.contextmanager
def name_scope(name):
    """Names of TensorFlow's graphs: layers have their own names."""
    yield name


def executing_eagerly():
    """Values of arrays are known at once here."""
    return True


def is_tensor(x):
    """Whether a value is an array or a tensor."""
    return keras.backend.is_tensor(x) or keras.backend.is_keras_tensor(x)


_not_there = _missing(__name__)


def __getattr__(name):
    if name in ("initializers", "losses", "metrics", "optimizers"):  # those of Keras, by TensorFlow's own names
        return getattr(keras, name)
    return _not_there(name)
