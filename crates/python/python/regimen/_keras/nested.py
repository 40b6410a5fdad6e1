"""Arguments of calls are nested lists, tuples and dicts; these functions go through them in order."""

from .tensors import KerasTensor

# Where an output of a layer belongs in the form that its call gives.
HOLE = object()


def found(value, kind):
    """Objects of a kind, in order."""
    if isinstance(value, kind):
        return [value]
    if isinstance(value, (list, tuple)):
        return [item for part in value for item in found(part, kind)]
    if isinstance(value, dict):
        return [item for part in value.values() for item in found(part, kind)]
    return []


def mapped(value, function, kind):
    """The same with objects of a kind replaced."""
    if isinstance(value, kind):
        return function(value)
    if isinstance(value, (list, tuple)):
        return _as(value, [mapped(part, function, kind) for part in value])
    if isinstance(value, dict):
        return {key: mapped(part, function, kind) for key, part in value.items()}
    return value


def filled(value, waiting):
    """The same with symbolic tensors and holes replaced by those that wait, in order."""
    if isinstance(value, KerasTensor) or value is HOLE:
        return waiting.pop(0)
    if isinstance(value, (list, tuple)):
        return _as(value, [filled(part, waiting) for part in value])
    if isinstance(value, dict):
        return {key: filled(part, waiting) for key, part in value.items()}
    return value


def _as(value, items):
    """Items in the form of a list or (named) tuple."""
    return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
