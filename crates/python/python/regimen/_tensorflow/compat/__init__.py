"""tf.compat: names of TensorFlow 1."""

from .._missing import missing as _missing
from . import v1

__getattr__ = _missing(__name__)
