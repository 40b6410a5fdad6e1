"""Calls of functions of keras.ops as configs have them: options in the config, the rest as arguments of a node."""

import functools
import inspect
import math

import numpy as np

from . import dtypes
from .tensors import KerasTensor

# Options that say how large a result is: what a file asks for is checked before it is made.
_SIZES = ("num_classes", "repeats", "shape", "newshape", "num", "N", "size", "output_size", "output_shape", "num_segments", "block_size",
          "target_height", "target_width", "pad_width", "minlength", "bins")
_MOST = 1 << 28
# Options that are no arguments by name.
_FILLED = {"layer_normalization": {"rms_scaling": False}}


@functools.lru_cache(maxsize=None)
def _signature(function):
    return inspect.signature(function)


def taken_apart(facts, function, args, kwargs):
    """`(args, kwargs, options)` of a call, as Keras divides them."""
    bound = _signature(function).bind(*args, **kwargs)
    bound.apply_defaults()
    left, by_place, by_name = dict(bound.arguments), [], {}
    for each in facts.call:
        value = left.pop(each.strip("*="))
        if each.startswith("**"):
            by_name.update(value)
        elif each.startswith("*"):
            by_place += value
        elif each.endswith("="):
            by_name[each[:-1]] = value
        else:
            by_place.append(value)
    rest = next((p.name for p in _signature(function).parameters.values() if p.kind == p.VAR_KEYWORD), None)
    left.update(left.pop(rest, {}))
    options = {**_FILLED.get(facts.function, {}), **{key: _option(facts, key, value) for key, value in left.items()}}
    return tuple(by_place), by_name, options


def _option(facts, key, value):
    """An option with what Keras fills in before it makes the operation."""
    if key == "data_format" and value is None and facts.module.endswith(".nn"):
        from ..keras import config

        return config.image_data_format()
    if key == "dtype" and value is None and facts.function in ("one_hot", "multi_hot"):
        return "float32"
    if key == "dtype" and value is not None:
        return dtypes.standard(value)
    return value


def joined(facts, function, args, kwargs, options):
    """What the function gives for such a call."""
    options = dict(options)
    if any(each.startswith("*") and not each.startswith("**") for each in facts.call):
        names = [p.name for p in _signature(function).parameters.values() if p.kind == p.POSITIONAL_OR_KEYWORD]
        return function(*(options.pop(name) for name in names), *args, **kwargs, **options)
    names = [each for each in facts.call if not each.startswith("**")]
    return function(**{name.strip("="): value for name, value in zip(names, args)}, **kwargs, **options)


def written(value, layer):
    """Arguments and options as configs have them; symbolic tensors as they are."""
    if value is None or isinstance(value, (bool, int, float, str, KerasTensor)):
        return value
    if isinstance(value, slice):
        parts = {part: written(getattr(value, part), layer) for part in ("start", "stop", "step")}
        return {"class_name": "__slice__", "config": parts}
    if value is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if isinstance(value, (list, tuple)):
        return [written(item, layer) for item in value]
    if isinstance(value, dict):
        return {str(key): written(item, layer) for key, item in value.items()}
    if isinstance(value, np.generic) or isinstance(value, np.ndarray) and value.ndim == 0:
        return value.item()
    if isinstance(value, np.ndarray):
        return {"class_name": "__numpy__", "config": {"value": value.tolist(), "dtype": value.dtype.name}}
    told = getattr(value, "__name__", type(value).__name__)
    raise NotImplementedError(
        f"{layer}: keras.ops between symbolic tensors are written with numbers, texts and arrays; found {told}, which no config of "
        "an operation can hold. Put the call into a registered layer of your own; save_weights() writes the weights"
    )


def plain_arrays(options):
    """Options with arrays as lists, as classes of Keras take them."""
    return {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in options.items()}


def read(value):
    """Arguments out of a config; symbolic tensors are in their places already."""
    if isinstance(value, list):
        return [read(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind, inner = value.get("class_name"), value.get("config")
    if kind == "__slice__":
        return slice(*(read(inner.get(part)) for part in ("start", "stop", "step")))
    if kind == "__ellipsis__":
        return Ellipsis
    if kind in ("__numpy__", "__tensor__"):
        return dtypes.rounded(np.array(inner["value"]), dtypes.standard(inner["dtype"]))
    return {key: read(item) for key, item in value.items()}


def read_options(config, layer):
    """Options out of a config: lists as tuples, which functions of NumPy take. Sizes that no model has are refused."""
    options = {key: _tuples(read(value)) for key, value in config.items() if key != "name"}
    for key in _SIZES:
        if (asked := _count(options.get(key))) > _MOST:
            raise ValueError(f"{layer}: {key} asks for {asked} numbers a row, which is more than an operation of a file may ask for")
    return options


def _tuples(value):
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _count(value):
    if isinstance(value, tuple):
        return math.prod(max(_count(item), 1) for item in value)
    return abs(value) if isinstance(value, int) else 0
