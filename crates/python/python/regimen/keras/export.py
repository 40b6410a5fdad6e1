"""Archives of functions for TensorFlow and others: nothing of it is there."""

from .._keras.absent import absent

__getattr__ = absent("keras.export", {"ExportArchive": 'model.export(path, format="onnx") writes a model as ONNX'})
