"""Constraints, by Keras's names."""

from .._keras import eager, eager_array, foreign
from .._keras.described import Described, deserializer, getter, make, serialize_entry


class Constraint(Described):
    """What every class of this module is. One of your own overrides `__call__`."""

    _kind = "constraints"

    def __init__(self, *args, **kwargs):
        self._config = {}
        if self._class_name:
            super().__init__(*args, **kwargs)

    def __call__(self, w):
        """What it makes of an array; inside of a layer that is traced, of a tensor."""
        return eager_array.eager(eager.applied(self._kind, self, w)) if self._class_name else w

    def _object(self):
        return super()._object() if self._class_name else foreign.of_function(self)


make("constraints", Constraint, globals(), __name__)
get = getter("constraints", Constraint, globals())


def serialize(constraint):
    """`{module, class_name, config, registered_name}`; None of None."""
    return serialize_entry(constraint)


deserialize = deserializer(get)


max_norm = maxnorm = MaxNorm
non_neg = nonneg = NonNeg
unit_norm = unitnorm = UnitNorm
min_max_norm = MinMaxNorm
