"""Constraints, by Keras's names."""

from .._keras.described import Described, getter, make


class Constraint(Described):
    """What every class of this module is."""

    _kind = "constraints"

    def __init__(self, *args, **kwargs):
        if not self._class_name:
            raise NotImplementedError(f"{type(self).__name__}: classes of your own are not supported here yet")
        super().__init__(*args, **kwargs)


make("constraints", Constraint, globals(), __name__)
get = getter("constraints", Constraint, globals())


def serialize(instance):
    """`{class_name, config}`."""
    return instance._object()


def deserialize(config, custom_objects=None):
    """An object from `{class_name, config}` or a name."""
    return get(config)


max_norm = maxnorm = MaxNorm
non_neg = nonneg = NonNeg
unit_norm = unitnorm = UnitNorm
min_max_norm = MinMaxNorm
