"""What `keras.engine` and its modules had."""

from .layers import Input, InputLayer, InputSpec, Layer, Merge, merge
from .models import Functional, Model, Sequential
from .utils import get_source_inputs
from .._keras.absent import absent
from .._keras.tensors import Node

Container = Network = Functional

__getattr__ = absent("keras.engine", {"Operation": "write a Layer, or a function with keras.ops"})
