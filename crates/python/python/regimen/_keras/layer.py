"""Layers of every kind: those of the library, those of programs, functions, and inputs."""

from .base_layer import Layer, make_layers, running_mode
from .function_layer import FunctionLayer, Lambda, Operation
from .input_layer import InputLayer
from .written_layer import WrittenLayer

__all__ = ["FunctionLayer", "InputLayer", "Lambda", "Layer", "Operation", "WrittenLayer", "make_layers", "running_mode"]
