"""Activations, initializers, regularizers and constraints of a program in the configs of layers.

The engine knows them by number (`python>12`), files and programs as Keras writes them. What cannot be written keeps its number, which holds
in this process alone; `check` refuses it where a config leaves the process.
"""

import contextlib
import re

import numpy as np

from . import foreign
from .per_thread import Stack
from .registered import get_registered_name

_PREFIX = "python>"
_NUMBER = re.compile(f"{_PREFIX}[0-9]+")
_KINDS = ("activation", "initializer", "regularizer", "constraint")
# Where texts are that name layers or outputs, and words that a layer knows.
_NAMES = ("name", "keras_history", "input_layers", "output_layers", "output_names", "inbound_nodes")
_TEXTS = ("vocabulary", "oov_token", "mask_token", "monitor")


# As often as it is open, configs are for this process alone.
_inside = Stack()


@contextlib.contextmanager
def in_process():
    """Objects that are not registered keep their numbers inside of a `with` statement: a copy has the objects themselves."""
    _inside.append(True)
    try:
        yield
    finally:
        _inside.pop()


def is_numbered(key, value):
    """Whether an option of a layer is an object by its number."""
    if isinstance(value, dict):
        return str(value.get("class_name")).startswith(_PREFIX)
    return isinstance(value, str) and value.startswith(_PREFIX) and str(key).endswith("activation")


def found(value):
    """The object of a number."""
    name = value["class_name"] if isinstance(value, dict) else value
    try:
        held = foreign.find(int(name[len(_PREFIX):]))
    except (KeyError, ValueError):
        raise ValueError(f"{name}: an object of another program or process, which the config does not have; give the object "
                         "itself") from None
    return held.original if isinstance(held, foreign.Function) else held


def any_in(value, key=None):
    """Whether objects by number are in a config."""
    if is_numbered(key, value):
        return True
    if isinstance(value, dict):
        return any(any_in(item, name) for name, item in value.items())
    return isinstance(value, (list, tuple)) and any(any_in(item) for item in value)


def named(value, key=None):
    """A config with its objects as Keras writes them."""
    if is_numbered(key, value):
        return entry(found(value), value)
    if isinstance(value, dict):
        return {name: named(item, name) for name, item in value.items()}
    return [named(item) for item in value] if isinstance(value, list) else value


def entry(target, otherwise=None):
    """`{module, class_name, config, registered_name}` of an object; what stands for it otherwise where it cannot be written."""
    from ..keras import initializers, ops, saving

    name = getattr(target, "__name__", None)
    if name is not None and getattr(ops, name, None) is target:
        return {"module": "keras.ops", "class_name": "function", "config": name, "registered_name": name}
    if isinstance(target, (initializers._Given, initializers.Constant)):
        return {"module": "keras.initializers", "class_name": "Constant", "config": target.get_config(), "registered_name": None}
    own = target if hasattr(target, "__name__") else type(target)
    if not says_config(target) or _inside and ">" not in get_registered_name(own):
        return otherwise if otherwise is not None else foreign.of_function(target)
    try:
        return saving.serialize_keras_object(target)
    except (TypeError, NotImplementedError):
        return otherwise if otherwise is not None else foreign.of_function(target)


def says_config(target):
    """Whether an object says how it is made: a regularizer of a program has to, by a `get_config` of its own."""
    from ..keras.regularizers import Regularizer

    return not isinstance(target, Regularizer) or type(target).get_config is not Regularizer.get_config


def check(value, layer="the model", key=None):
    """Refuses a config with objects that cannot be written, by the layer and the object."""
    if is_numbered(key, value):
        target = found(value)
        what = getattr(target, "__name__", type(target).__name__)
        way = "define it with `def`, and register it" if hasattr(target, "__name__") else "give its class a get_config(), and register it"
        raise NotImplementedError(
            f"{layer}: {key or 'an option'} is {what}, an object of the program that no config can hold; {way} "
            "(@keras.saving.register_keras_serializable()). save_weights() writes the weights"
        )
    if isinstance(value, dict):
        inner = value.get("config")
        name = inner.get("name") if "class_name" in value and isinstance(inner, dict) else None
        for own, item in value.items():
            check(item, name or layer, own)
    elif isinstance(value, (list, tuple)):
        for item in value:
            check(item, layer)


def is_in_text(value):
    """Whether what goes into a file has a number somewhere."""
    return _PREFIX in str(value)


def refuse(value, source, way="Build the model in the program, and load the weights: load_weights()"):
    """Refuses what was read, where it has numbers of the process that wrote it."""
    if (number := _number_in(value)) is not None:
        raise ValueError(
            f"{source}: an object of the program (an activation, initializer, regularizer, constraint, loss, metric or schedule) was not "
            f"written into it, only its number in the process that wrote it ({number}), which says nothing here. {way}"
        )


def _number_in(value, key=None):
    """The first number in what was read, wherever the library would take it for an object; names of layers are none."""
    if isinstance(value, dict):
        items = ((name, item) for name, item in value.items() if name not in _NAMES)
        return next((found for name, item in items if (found := _number_in(item, name)) is not None), None)
    if isinstance(value, (list, tuple)):
        return next((found for item in value if (found := _number_in(item, key)) is not None), None)
    return value if isinstance(value, str) and key not in _TEXTS and _NUMBER.fullmatch(value) else None


def array_in(value):
    """The array of a Constant, as we write it or as Keras does; None where it is a number."""
    inner = value.get("config")
    held = inner.get("value") if value.get("class_name") == "Constant" and isinstance(inner, dict) else None
    if isinstance(held, dict) and held.get("class_name") in ("__numpy__", "__tensor__"):
        return np.array(held["config"]["value"], held["config"]["dtype"])
    return np.array(held) if isinstance(held, list) else None


def revived(options):
    """Options of a layer with the objects of a program in the place of what configs have of them."""
    return {key: _object(key, value) if key.endswith(_KINDS) else value for key, value in options.items()}


def _object(key, value):
    from .. import keras
    from . import of_program

    if is_numbered(key, value):
        return found(value)
    if not isinstance(value, dict) or "class_name" not in value:
        return value
    inner = value.get("config")
    if (values := array_in(value)) is not None:
        return keras.initializers.Constant(values)
    target = of_program.found_of(value) if of_program.is_of_program(value) else None
    if target is None:
        return value
    return target.from_config(inner) if isinstance(target, type) and value["class_name"] != "function" else target
