"""Numbers that count: epochs, rows of a batch."""

import operator

from . import dialect


def whole(value, name, least=1):
    """A whole number that is not below `least`."""
    if dialect.before(3) and isinstance(value, float) and value.is_integer():
        value = int(value)  # programs of Python 2 divide, and Keras 2 took it
    try:
        found = operator.index(value)
    except TypeError:
        raise TypeError(f"{name}: expected a whole number, found {value!r} (of type {type(value).__name__})") from None
    if found < least:
        raise ValueError(f"{name}: has to be {least} or more, found {found}")
    return found


def batch_size(value):
    """Rows of a batch; 32 where nothing is said."""
    return 32 if value is None else whole(value, "batch_size")
