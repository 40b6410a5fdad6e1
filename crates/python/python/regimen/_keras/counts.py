"""Numbers that count: epochs, steps, rows of a batch."""

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


def steps(value, name, of_stream=False):
    """How many batches; None where nothing, or 0, is said: as in Keras that means all of them.

    Of a stream 0 is refused: all may be without end. There a division may give the number.
    """
    if value is None:
        return None
    if of_stream:
        return whole(int(value) if isinstance(value, float) else value, name)
    return whole(value, name, 0) or None


def frequency(value):
    """Every how many epochs it is validated, or a list of the epochs."""
    if isinstance(value, (list, tuple, set)):
        return sorted(whole(epoch, "validation_freq") for epoch in value)
    return whole(value, "validation_freq")


def shuffling(value):
    """Whether rows are shuffled: True, False, or "batch"."""
    if isinstance(value, str) and value != "batch":
        raise ValueError(f'shuffle: found {value!r}, expected True, False or "batch"')
    return value if isinstance(value, str) else bool(value)


def batch_size(value, steps=None, rows=None):
    """Rows of a batch; where nothing is said, so many that all `rows` are in that many steps, or 32."""
    if value is not None:
        return whole(value, "batch_size")
    if not steps or not rows:
        return 32
    return rows if steps_are_whole() else -(-rows // steps)


def steps_are_whole():
    """Whether each step of a given number of them takes all rows of arrays anew: so it was in Keras 2 until 2.3."""
    return dialect.before(2, 4) and not dialect.before(2)
