"""Configs: Python objects as JSON that the library reads, and back."""

import contextlib
import json
import math
import sys

import numpy as np

from .. import _regimen
from . import dialect, foreign
from .per_thread import Stack
from .user_line import warn


def serialize(value):
    """A value of a config: objects as `{class_name, config}`, functions of Keras by name, arrays as lists."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [serialize(item) for item in value]
    if isinstance(value, dict):
        return {str(key): serialize(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (np.dtype, type)) and value in _DTYPES:
        return _DTYPES[value]
    name = getattr(value, "_keras_name", None)
    if isinstance(name, str):
        return name
    if isinstance(value, type) and hasattr(value, "_object"):
        value = value()
    if hasattr(value, "_object"):
        return value._object()
    if callable(value):
        return foreign.of_function(value)
    raise TypeError(f"{value!r}: no value that a config can hold")


# As often as it is open, configs are made for the engine.
_engine_forms = Stack()


def for_engine():
    """Whether a config is made for the engine, and not for a file or a program."""
    return bool(_engine_forms)


@contextlib.contextmanager
def engine_form():
    """Configs are made for the engine inside of a `with` statement."""
    _engine_forms.append(True)
    try:
        yield
    finally:
        _engine_forms.pop()


# As often as it is open, options are made for the library to check.
_checked_forms = Stack()


@contextlib.contextmanager
def _by_number():
    _checked_forms.append(True)
    try:
        yield
    finally:
        _checked_forms.pop()


def by_number():
    """Whether a config has objects of a program by their numbers, and not as files have them."""
    return bool(_engine_forms) or bool(_checked_forms)


def engine_text(model):
    """A model's config as the engine reads it."""
    with engine_form():
        return dumps(model._object())


_DTYPES = {
    np.float32: "float32", np.float64: "float64", np.float16: "float16", np.int32: "int32", np.int64: "int64", np.uint8: "uint8",
    np.bool_: "bool", float: "float32", int: "int32", bool: "bool",
}


def dumps(value):
    """JSON of a serialized value; infinite numbers become the largest one, as where files are read. NaN is refused: no config holds it."""
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:
        pass
    try:
        return json.dumps(_finite(value), allow_nan=False)
    except ValueError:
        raise ValueError(f"NaN is among the options, which no config holds: {str(value)[:200]}") from None


def _finite(value):
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(inner) for inner in value]
    largest = sys.float_info.max
    return math.copysign(largest, value) if isinstance(value, float) and math.isinf(value) else value


def checked(kind, class_name, config):
    """The class and config in today's names with every option filled in; wrong ones raise ValueError."""
    with _by_number():
        text = dumps({"class_name": class_name, "config": serialize(config)})
    object_, notes = _regimen.checked(kind, text, dialect.version())
    for note in notes:
        tell(note)
    known = json.loads(object_)
    return known["class_name"], known["config"]


_told = set()


def tell(note):
    """A note on old names and behaviour, once."""
    if note not in _told:
        _told.add(note)
        warn(note)


def bound(class_name, options, args, kwargs):
    """Positional and keyword arguments of a class by name. `options` are in the order of arguments by place."""
    names = [option[0] for option in options]
    if len(args) > len(names):
        raise TypeError(f"{class_name}() takes {len(names)} positional arguments but {len(args)} were given")
    given = dict(zip(names, args))
    for name, value in kwargs.items():
        if name in given:
            raise TypeError(f"{class_name}() got multiple values for argument {name!r}")
        given[name] = value
    return given
