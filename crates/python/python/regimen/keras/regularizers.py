"""Regularizers, by Keras's names."""

from .._keras import eager, foreign
from .._keras.described import Described, getter, make


class Regularizer(Described):
    """What every class of this module is."""

    _kind = "regularizers"

    def __init__(self, *args, **kwargs):
        if self._class_name:
            super().__init__(*args, **kwargs)

    def __call__(self, x):
        """Its value for an array; inside of a layer that is traced, for a tensor."""
        return eager.applied(self._kind, self, x)

    def _object(self):
        return super()._object() if self._class_name else foreign.of_function(self)


make("regularizers", Regularizer, globals(), __name__)
get = getter("regularizers", Regularizer, globals())


def serialize(instance):
    """`{class_name, config}`."""
    return instance._object()


def deserialize(config, custom_objects=None):
    """An object from `{class_name, config}` or a name."""
    return get(config)


l1, l2 = L1, L2


def l1_l2(l1=0.01, l2=0.01):
    """Both penalties; 0.01 each, as of old."""
    return L1L2(l1=l1, l2=l2)




activity_l1, activity_l2, WeightRegularizer = L1, L2, L1L2
