"""Activations: functions that layers take by name."""

import inspect

from .._keras import eager, eager_array
from .._keras.described import entries
from .._keras.naming import snake_case
from .._keras.registered import custom_object_scope, get_registered_object
from .._keras.tensors import tensors_in
from .._keras.traced import Tensor, any_traced, native
from . import layers

# Options of activations, in their order.
_OPTIONS = {
    "relu": {"negative_slope": 0.0, "max_value": None, "threshold": 0.0}, "leaky_relu": {"negative_slope": 0.2}, "softmax": {"axis": -1},
    "log_softmax": {"axis": -1}, "elu": {"alpha": 1.0}, "soft_shrink": {"threshold": 0.5}, "hard_shrink": {"threshold": 0.5},
    "gelu": {"approximate": False}, "squareplus": {"b": 4},
}
# Those that leave whole numbers whole.
_WHOLE = ("relu", "linear", "hard_tanh")
# Those that are functions of keras.ops, imported when they are asked for.
_LATER = ("celu", "glu", "sparsemax", "threshold")


def _signature(name):
    kind, options = inspect.Parameter.POSITIONAL_OR_KEYWORD, _OPTIONS.get(name, {})
    return inspect.Signature([inspect.Parameter("x", kind), *(inspect.Parameter(n, kind, default=v) for n, v in options.items())])


def _make(name, about):
    def function(x, *args, **kwargs):
        if args or kwargs:
            return eager_array.eager(_with_options(name, x, args, kwargs))
        if tensors_in(x):
            return layers.Activation(name)(x)
        if any_traced(x):
            return Tensor(native(x).activation(name))
        if name in _WHOLE and getattr(getattr(x, "dtype", None), "kind", "") in "iu":
            return eager_array.eager(x if name == "linear" else getattr(_ops(), name)(x))
        return eager_array.eager(eager.applied("activations", function, x))

    function.__signature__ = _signature(name)
    function.__name__ = function.__qualname__ = function._keras_name = name
    function.__module__ = __name__
    function.__doc__ = f"{about[:1].upper()}{about[1:]}."
    return function


for _name, _aliases, _about, _ in entries("activations"):
    if snake_case(_name) not in _LATER:
        globals()[snake_case(_name)] = _make(_name, _about)


swish, hard_swish = silu, hard_silu


def _with_options(name, x, args, kwargs):
    try:
        given = _signature(name).bind(x, *args, **kwargs).arguments
    except TypeError as error:
        raise TypeError(f"{name}(): {error}") from None
    del given["x"]
    return _relu(x, **given) if name == "relu" else getattr(_ops(), name)(x, **given)


def _relu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    """A slope below a threshold, a bound above."""
    ops = _ops()
    if isinstance(x, list):
        x = ops.convert_to_tensor(x)
    above = ops.where(x > threshold, x, negative_slope * (x - threshold))
    return above if max_value is None else ops.minimum(above, float(max_value))


def _ops():
    from . import ops

    return ops


def __getattr__(name):
    if name in _LATER:
        return getattr(_ops(), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *_LATER])


def _known(name):
    """The function of this module of a name; None where there is none."""
    return getattr(_ops(), name) if name in _LATER else globals().get(name)


def get(identifier):
    """An activation by name; none is linear."""
    if identifier is None:
        return globals()["linear"]
    if callable(identifier):
        return identifier
    name = identifier
    if isinstance(identifier, dict):
        name = identifier.get("config") if identifier.get("class_name") == "function" else identifier.get("class_name")
    found = None
    if isinstance(name, str):
        found = get_registered_object(name) or _known(name)
        if found is None and isinstance(identifier, dict) and isinstance(identifier.get("config"), dict):
            found = getattr(layers, name, None)  # a layer serves as one
    if not callable(found):
        raise ValueError(f"Could not interpret activation function identifier: {identifier}")
    return found.from_config(identifier["config"]) if isinstance(found, type) and isinstance(identifier, dict) else found


def serialize(activation):
    """Its name; of one that a program wrote `{module, class_name, config, registered_name}`."""
    from . import saving

    name = getattr(activation, "_keras_name", None) or getattr(activation, "__name__", None)
    return name if _known(name) is activation else saving.serialize_keras_object(activation)


def deserialize(config, custom_objects=None):
    """An activation by its name or config."""
    with custom_object_scope(custom_objects):
        return get(config)


__all__ = [name for name in __dir__() if not name.startswith("_")]
