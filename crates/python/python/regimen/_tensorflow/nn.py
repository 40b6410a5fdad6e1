"""tf.nn: activations."""

from ..keras import ops as _ops
from ._missing import missing as _missing

relu, relu6, elu, gelu, leaky_relu, silu, swish = (getattr(_ops, n) for n in ("relu", "relu6", "elu", "gelu", "leaky_relu", "silu", "silu"))
softmax, log_softmax, softplus, softsign, sigmoid, tanh = (
    getattr(_ops, n) for n in ("softmax", "log_softmax", "softplus", "softsign", "sigmoid", "tanh"))

__getattr__ = _missing(__name__)
