"""Optimizers, by Keras's names."""

from ..._keras.absent import absent as _absent
from ..._keras.described import deserializer, getter, make, serialize_entry
from ..._keras.loss_scale import LossScaleOptimizer
from ..._keras.multi_optimizer import MultiOptimizer, OptimizerMap
from ..._keras.muon import Muon
from ..._keras.optimizer import Optimizer
from . import schedules

make("optimizers", Optimizer, globals(), __name__)
get = getter("optimizers", Optimizer, globals())


def serialize(optimizer):
    """`{module, class_name, config, registered_name}`; None of None."""
    return serialize_entry(optimizer)


deserialize = deserializer(get)


# Names of old.
sgd, rmsprop, adagrad, adadelta, adam, adamax, nadam = SGD, RMSprop, Adagrad, Adadelta, Adam, Adamax, Nadam

__getattr__ = _absent("keras.optimizers", {"TFOptimizer": "there are no optimizers of TensorFlow here; use those of keras.optimizers"})
