"""Functions of tensors that layers are made of."""

from . import activations, neural, reductions, windows
from ._namespaces import missing, public

globals().update(public(activations, neural, windows), moments=reductions.moments)
__getattr__ = missing("keras.ops.nn", ("polar",))
