"""Optimizers, by Keras's names."""

from ..._keras.described import getter, make
from ..._keras.loss_scale import LossScaleOptimizer
from ..._keras.multi_optimizer import MultiOptimizer, OptimizerMap
from ..._keras.muon import Muon
from ..._keras.optimizer import Optimizer
from . import schedules

make("optimizers", Optimizer, globals(), __name__)
get = getter("optimizers", Optimizer, globals())


def serialize(instance):
    """`{class_name, config}`."""
    return instance._object()


def deserialize(config, custom_objects=None):
    """An optimizer from `{class_name, config}` or a name."""
    return get(config)


# Names of old.
sgd, rmsprop, adagrad, adadelta, adam, adamax, nadam = SGD, RMSprop, Adagrad, Adadelta, Adam, Adamax, Nadam
