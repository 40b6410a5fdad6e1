"""Functions of tensors that layers are made of."""

from . import activations, neural, reductions, windows
from ._namespaces import missing as _missing, public as _public

globals().update(_public(activations, neural, windows), moments=reductions.moments)
__getattr__ = _missing("keras.ops.nn", ("polar",))
