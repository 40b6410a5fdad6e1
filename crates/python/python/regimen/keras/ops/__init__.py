"""Functions of tensors: on arrays at once, inside of layers, losses and models as a part of their graph."""

from . import _namespaces, control, conversion, image, linalg, nn, numpy, slices

globals().update(_namespaces.functions(numpy, nn, linalg), **_namespaces.public(control, conversion, slices))
__getattr__ = _namespaces.missing("keras.ops", _namespaces.MISSING)
