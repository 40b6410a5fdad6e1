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


def ordered(value):
    """The same with dicts in the order of their keys, in which Keras has their values."""
    if isinstance(value, dict):
        return {key: ordered(value[key]) for key in sorted(value)}
    if isinstance(value, (list, tuple)):
        return _as(value, [ordered(part) for part in value])
    return value


def laid_out(form, value, what):
    """The parts of a value in the order of the symbolic tensors of a form; what is of another form raises ValueError."""
    if isinstance(form, KerasTensor):
        return [value]
    if isinstance(form, dict):
        parts = [(part, value[key]) for key, part in form.items() if key in value] if isinstance(value, dict) else []
    else:
        parts = list(zip(form, value)) if isinstance(value, (list, tuple)) and len(value) == len(form) else []
    if len(parts) != len(form):
        told = f"a dict with the keys {list(form)}" if isinstance(form, dict) else f"a list of {len(form)}"
        raise ValueError(f"{what}: the structure of `inputs` doesn't match the expected structure: expected {told}, found {_told(value)}")
    return [each for part, item in parts for each in laid_out(part, item, what)]


def is_single(form):
    """Whether what has a form is a single value: a list of one is given without the list, as in Keras."""
    return form is None or isinstance(form, KerasTensor) or isinstance(form, (list, tuple)) and len(form) == 1 and is_single(form[0])


def _told(value):
    if isinstance(value, dict):
        return f"a dict with the keys {list(value)}"
    return f"a {type(value).__name__} of {len(value)}" if isinstance(value, (list, tuple)) else f"{type(value).__name__}"


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
