"""Regularizers, by Keras's names."""

import math

from .._keras import dialect, eager, eager_array, foreign
from .._keras.described import Described, deserializer, getter, make, serialize_entry


class Regularizer(Described):
    """What every class of this module is. One of your own overrides `__call__`."""

    _kind = "regularizers"

    def __init__(self, *args, **kwargs):
        self._config = {}
        if self._class_name:
            super().__init__(*args, **kwargs)

    def __call__(self, x):
        """Its value for an array; inside of a layer that is traced, for a tensor."""
        if not self._class_name:
            return 0.0
        if self._class_name == "OrthogonalRegularizer" and len(x.shape) != 2:
            raise ValueError(f"Inputs to OrthogonalRegularizer must have rank 2. Received: inputs.shape={tuple(x.shape)}")
        return eager_array.eager(eager.applied(self._kind, self, x))

    def _checks(self, given):
        for name, usual in (("l1", 0.0), ("l2", 0.0), ("factor", 0.01)):
            if name in given:
                given[name] = _factor(name, given[name], 0.01 if self._class_name in ("L1", "L2") else usual)
        mode = given.get("mode", "rows")
        if mode not in ("rows", "columns"):
            raise ValueError(f'Invalid value for argument `mode`. Expected one of {{"rows", "columns"}}. Received: mode={mode}')

    def _object(self):
        return super()._object() if self._class_name else foreign.of_function(self)


def _factor(name, value, usual):
    value = usual if value is None else value
    if not isinstance(value, (int, float)) or math.isinf(value) or math.isnan(value) or value < 0:
        raise ValueError(f"Invalid value for argument {name}: expected a non-negative float. Received: {name}={value}")
    return float(value)


make("regularizers", Regularizer, globals(), __name__)
_get = getter("regularizers", Regularizer, globals())


def get(identifier):
    """A regularizer by name, config, or as it is."""
    if isinstance(identifier, str) and identifier in ("l1l2", "l1_l2", "L1L2"):
        return L1L2() if identifier == "L1L2" else l1_l2()
    return _get(identifier)


def serialize(regularizer):
    """`{module, class_name, config, registered_name}`; None of None."""
    return serialize_entry(regularizer)


deserialize = deserializer(get)


l1, l2, orthogonal_regularizer = L1, L2, OrthogonalRegularizer


def l1_l2(l1=None, l2=None):
    """Both penalties. One that is not given is 0, and 0.01 in programs of Keras 1 and 2."""
    usual = 0.01 if dialect.before(3) else 0.0
    return L1L2(l1=usual if l1 is None else l1, l2=usual if l2 is None else l2)


activity_l1, activity_l2, WeightRegularizer = L1, L2, L1L2
l1l2 = activity_l1l2 = l1_l2
