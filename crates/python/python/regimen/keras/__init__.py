"""The API of Keras on Regimen's engine."""

import typing as _typing
from importlib import import_module as _import_module

from . import (
    activations,
    callbacks,
    constraints,
    dtype_policies,
    initializers,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    regularizers,
    saving,
)
from .dtype_policies import DTypePolicy, FloatDTypePolicy
from .layers import Input, InputLayer, InputSpec, Layer
from .models import Model, Sequential
from .losses import Loss
from .metrics import Metric
from .optimizers import Optimizer
from .regularizers import Regularizer
from .initializers import Initializer
from .._keras.absent import absent as _absent
from .._keras.name_scopes import name_scope
from .._keras.tensors import KerasTensor
from .._keras.variable import Variable
from .._keras.where_computed import RematScope, device, remat

if _typing.TYPE_CHECKING:  # editors and checkers of types know these so
    from . import config, ops, random, utils

__version__ = "3.15.1"


def version():
    """The version of Keras whose API this is."""
    return __version__


# Modules that not every program needs, imported when they are asked for.
_LATER = ("applications", "backend", "config", "datasets", "distillation", "distribution", "export", "mixed_precision", "ops",
          "preprocessing", "quantizers", "random", "tree", "utils", "visualization", "wrappers")
_missing = _absent("keras", {
    "Function": "keras.Model(inputs, outputs) computes outputs from inputs", "Operation": "write a Layer, or a function with keras.ops",
    "Quantizer": "nothing is quantized", "StatelessScope": "metrics and optimizers have stateless_update_state and stateless_apply",
    "SymbolicScope": "functions of layers, losses and metrics are traced by themselves",
})


def __getattr__(name):
    if name == "objectives":  # of old
        return losses
    if name in _LATER:
        return _import_module(f"{__name__}.{name}")
    return _missing(name)


def __dir__():
    return sorted({*(name for name in globals() if not name.startswith("_import")), *_LATER})


# What `from keras import *` gives: the modules that come with the package, and those of these that programs use most.
__all__ = sorted({*(name for name in globals() if not name.startswith("_")), "backend", "config", "ops", "random", "utils"})
