"""Activations: functions that layers take by name."""

from .._keras import eager
from .._keras.described import entries
from .._keras.naming import snake_case
from .._keras.tensors import tensors_in
from .._keras.traced import Tensor, any_traced, native
from . import layers, ops

# Options of activations, in their order.
_OPTIONS = {
    "relu": ("negative_slope", "max_value", "threshold"), "leaky_relu": ("negative_slope",), "softmax": ("axis",), "log_softmax": ("axis",),
    "elu": ("alpha",), "soft_shrink": ("threshold",), "hard_shrink": ("threshold",), "gelu": ("approximate",), "squareplus": ("b",),
}


def _make(name, about):
    def function(x, *args, **kwargs):
        if args:
            names = _OPTIONS.get(name, ())
            if len(args) > len(names):
                raise TypeError(f"{name}() takes {1 + len(names)} positional arguments, found {1 + len(args)}")
            kwargs = {**dict(zip(names, args)), **kwargs}
        if tensors_in(x) and not kwargs:
            return layers.Activation(name)(x)
        if kwargs and name == "relu":
            return _relu(x, **kwargs)
        if kwargs:
            return getattr(ops, name)(x, **kwargs)
        if any_traced(x):
            return Tensor(native(x).activation(name))
        return eager.applied("activations", function, x)

    function.__name__ = function.__qualname__ = function._keras_name = name
    function.__module__ = __name__
    function.__doc__ = f"{about[:1].upper()}{about[1:]}."
    return function


for _name, _aliases, _about, _ in entries("activations"):
    globals()[snake_case(_name)] = _make(_name, _about)


swish, hard_swish = silu, hard_silu


def _relu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    """A slope below a threshold, a bound above."""
    if isinstance(x, list):
        x = ops.convert_to_tensor(x)
    above = ops.where(x > threshold, x, negative_slope * (x - threshold))
    return above if max_value is None else ops.minimum(above, float(max_value))


def celu(x, alpha=1.0):
    """x above zero, alpha (exp(x / alpha) - 1) below."""
    return ops.maximum(x, 0.0) + alpha * ops.expm1(ops.minimum(x, 0.0) / alpha)


def glu(x, axis=-1):
    """One half, times the sigmoid of the other half."""
    size = x.shape[axis]
    if size % 2:
        raise ValueError(f"glu: axis {axis} has {size} elements, expected an even number of them")
    first, second = ops.split(x, 2, axis=axis)
    return first * ops.sigmoid(second)


def threshold(x, threshold, default_value):
    """x above a threshold, another value elsewhere."""
    return ops.where(x > threshold, x, float(default_value))


def sparsemax(x, axis=-1):
    """What is left of x above the number for which that adds up to one."""
    falling = ops.flip(ops.sort(x, axis=axis), axis=axis)
    shape = [1] * len(x.shape)
    shape[axis] = x.shape[axis]
    places = ops.reshape(ops.arange(1, x.shape[axis] + 1, dtype="float32"), shape)
    sums = ops.cumsum(falling, axis=axis)
    above = ops.cast(falling - (sums - 1.0) / places > 0, "float32")
    cut = (ops.sum(falling * above, axis=axis, keepdims=True) - 1.0) / ops.sum(above, axis=axis, keepdims=True)
    return ops.maximum(x - cut, 0.0)


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
    name = getattr(activation, "_keras_name", None) or getattr(activation, "__name__", None)
    if globals().get(name) is not activation:
        raise ValueError(f"Unknown activation function '{activation}' cannot be serialized: it is none of keras.activations")
    return name


def deserialize(config, custom_objects=None):
    """An activation by name."""
    from .._keras.registered import get_registered_object

    written = get_registered_object(config, custom_objects) if isinstance(config, str) else None
    return get(config) if written is None else written
