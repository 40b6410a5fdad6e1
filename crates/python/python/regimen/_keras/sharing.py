"""Layers that stand in several models inside of one: configs call them by numbers, so that they are one again.

Keras's own numbers make one layer of them there, too, and leave it unable to open most of such files; ours it passes over.
"""

import contextlib

from .per_thread import Stack

_ID, _OF_KERAS = "shared_layer", "shared_object_id"
# While the config of a model is made: numbers of such layers, by identity.
_written = Stack()
# While a model is made of a config: such layers, by number.
_read = Stack()


@contextlib.contextmanager
def within(model):
    """Inside of a `with` statement the config of a model is made."""
    if _written:
        yield
        return
    _written.append(_numbers(model))
    try:
        yield
    finally:
        _written.pop()


def _numbers(model):
    places, models = {}, [model]
    seen = set()
    while models:
        container = models.pop(0)
        if id(container) in seen:
            continue
        seen.add(id(container))
        for layer in {id(layer): layer for layer in container._layers}.values():
            places[id(layer)] = places.get(id(layer), 0) + 1
            if getattr(layer, "_layers", None):
                models.append(layer)
    several = [layer for layer, count in places.items() if count > 1]
    return {layer: i + 1 for i, layer in enumerate(several)}


def marked(layer, entry):
    """The entry of a layer with its number, where it stands in several models."""
    number = _written[-1].get(id(layer)) if _written else None
    return entry if number is None or entry.get("class_name") == "InputLayer" else {**entry, _ID: number}


@contextlib.contextmanager
def reading():
    """Inside of a `with` statement a model is made of a config."""
    if _read:
        yield
        return
    _read.append({})
    try:
        yield
    finally:
        _read.pop()


def known(entry):
    """The layer that a config has had already; None where it has not."""
    return _read[-1].get(_number(entry)) if _read else None


def note(entry, layer):
    """A layer was made of an entry."""
    if _read and _number(entry) is not None:
        _read[-1][_number(entry)] = layer
    return layer


def _number(entry):
    number = next(((key, entry[key]) for key in (_ID, _OF_KERAS) if entry.get(key) is not None), None)
    return None if entry.get("class_name") == "InputLayer" else number
