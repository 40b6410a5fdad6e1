"""tf.nn: activations."""

from ..keras.activations import elu, gelu, leaky_relu, log_softmax, relu, relu6, selu, sigmoid, silu, softmax, softplus, softsign, swish, tanh
from ._missing import missing as _missing

__getattr__ = _missing(__name__)
