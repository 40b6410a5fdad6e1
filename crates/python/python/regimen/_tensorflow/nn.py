"""tf.nn: activations."""

from ..keras.activations import elu, gelu, leaky_relu, relu, relu6, selu, sigmoid, silu, softplus, softsign, swish, tanh
from ..keras.activations import log_softmax, softmax
from ._missing import missing as _missing

__getattr__ = _missing(__name__)
