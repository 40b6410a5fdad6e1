"""Activations: functions that layers take by name."""

from .._keras import eager
from .._keras.described import entries
from .._keras.naming import snake_case
from .._keras.tensors import tensors_in
from .._keras.traced import Tensor, any_traced, native
from . import layers, ops


def _make(name, about):
    def function(x, **kwargs):
        if tensors_in(x):
            return layers.Activation(name)(x)
        if kwargs and name == "relu":
            return _relu(x, **kwargs)
        if kwargs:
            return getattr(ops, name)(x, **kwargs)
        if any_traced(x):
            return Tensor(native(x).activation(name))
        return eager.applied("activations", function, x)

    function.__name__ = function._keras_name = name
    function.__doc__ = f"{about[:1].upper()}{about[1:]}."
    return function


for _name, _aliases, _about, _ in entries("activations"):
    globals()[snake_case(_name)] = _make(_name, _about)


def _relu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    """A slope below a threshold, a bound above."""
    above = ops.where(x > threshold, x, negative_slope * (x - threshold)) if not isinstance(x, list) else _relu(ops.convert_to_tensor(x), negative_slope, max_value, threshold)
    return above if max_value is None else ops.minimum(above, float(max_value))


def get(identifier):
    """An activation by name; none is linear."""
    if identifier is None:
        return globals()["linear"]
    if callable(identifier):
        return identifier
    if isinstance(identifier, dict):
        identifier = identifier.get("config") if identifier.get("class_name") == "function" else identifier["class_name"]
    found = globals().get(identifier)
    if not callable(found):
        raise ValueError(f"Could not interpret activation function identifier: {identifier}")
    return found


def serialize(activation):
    """Its name."""
    return activation._keras_name


def deserialize(config, custom_objects=None):
    """An activation by name."""
    return get(config)
