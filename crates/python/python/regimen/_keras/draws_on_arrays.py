"""Draws of layers of programs that are called on arrays: each call draws other numbers, as the seeds of Keras move on with each."""

import contextlib

from .per_thread import Stack

# Which call of the layer runs, counted from 0.
_calls = Stack()
_STRIDE, _MOST = 0x9E3779B1, 1 << 31


@contextlib.contextmanager
def next_call(layer):
    """Inside of a `with` statement a layer is called once more; gives how often it was before."""
    count = layer.__dict__.get("_calls_on_arrays", 0)
    layer.__dict__["_calls_on_arrays"] = count + 1
    _calls.append(count)
    try:
        yield count
    finally:
        _calls.pop()


def moved(seed):
    """A seed of a layer that draws in this call."""
    return (seed + _calls[-1] * _STRIDE) % _MOST if _calls and _calls[-1] and seed is not None else seed
