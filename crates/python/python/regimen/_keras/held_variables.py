"""Variables of an object: those that it keeps as attributes, in lists and dicts, and in objects inside of it."""

from .variable import Variable


def of(held, inner):
    """Its variables, each once, in the order in which they came; then those of attributes of the class `inner`."""
    own, nested, seen = [], [], set()
    for value in list(vars(held).values()):
        _gather(value, inner, own, nested, seen)
    for other in nested:
        own.extend(v for v in other.variables if id(v) not in seen and not seen.add(id(v)))
    return own


def _gather(value, inner, own, nested, seen):
    if isinstance(value, (list, tuple)):
        for item in value:
            _gather(item, inner, own, nested, seen)
    elif isinstance(value, dict):
        for item in value.values():
            _gather(item, inner, own, nested, seen)
    elif isinstance(value, (Variable, inner)) and id(value) not in seen:
        seen.add(id(value))
        (own if isinstance(value, Variable) else nested).append(value)
