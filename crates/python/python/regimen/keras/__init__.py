"""The API of Keras on Regimen's engine."""

from . import (
    activations,
    applications,
    backend,
    callbacks,
    config,
    constraints,
    datasets,
    dtype_policies,
    initializers,
    layers,
    losses,
    metrics,
    mixed_precision,
    models,
    ops,
    optimizers,
    preprocessing,
    random,
    regularizers,
    saving,
    utils,
    wrappers,
)
from .dtype_policies import DTypePolicy, FloatDTypePolicy
from .layers import Input, InputLayer, Layer
from .models import Model, Sequential
from .losses import Loss
from .metrics import Metric
from .optimizers import Optimizer
from .regularizers import Regularizer
from .initializers import Initializer
from .._keras.tensors import KerasTensor
from .._keras.variable import Variable

__version__ = "3.15.1"


def version():
    """The version of Keras whose API this is."""
    return __version__
