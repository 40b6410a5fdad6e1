"""Masks of arrays and tensors: which of their values count. NumPy's arrays hold no attributes, so theirs are kept beside them."""

import weakref

_of_arrays = {}


def set_mask(value, mask):
    """Says which values of an array or tensor count; None takes that back."""
    try:
        value._keras_mask = mask
        return
    except AttributeError:
        key = id(value)
    if mask is None:
        _of_arrays.pop(key, None)
    else:
        _of_arrays[key] = (weakref.ref(value, lambda _: _of_arrays.pop(key, None)), mask)


def get_mask(value):
    """The mask of an array or tensor; None where it has none."""
    found = getattr(value, "_keras_mask", None)
    if found is not None or not _of_arrays:
        return found
    return _of_arrays.get(id(value), (None, None))[1]
