"""Regularizers, by Keras's names."""

import math

from .._keras import eager, foreign
from .._keras.described import Described, deserializer, getter, make


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
        return eager.applied(self._kind, self, x)

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
    return L1L2() if identifier in ("l1l2", "L1L2") else _get(identifier)


def serialize(regularizer):
    """`{class_name, config}`."""
    return regularizer._object()


deserialize = deserializer(get)


l1, l2, orthogonal_regularizer = L1, L2, OrthogonalRegularizer


def l1_l2(l1=0.01, l2=0.01):
    """Both penalties; 0.01 each, as of old."""
    return L1L2(l1=l1, l2=l2)


activity_l1, activity_l2, WeightRegularizer = L1, L2, L1L2
l1l2 = activity_l1l2 = l1_l2
