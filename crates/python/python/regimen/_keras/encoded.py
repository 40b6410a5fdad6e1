"""Places in a table as rows: one row of zeros and a one for each, one for each sample, or counts."""

import numpy as np


def encoded(places, mode, depth, weights=None, dtype="float32"):
    """Whole numbers as `mode` says (int, one_hot, multi_hot, count); places outside of the table count nowhere."""
    places = np.asarray(places)
    if mode == "int":
        return places.astype("int32")
    if places.ndim == 0:
        places = places[None]
    if mode == "one_hot" and places.ndim > 1 and places.shape[-1] == 1:
        places = places[..., 0]
    ones = (places[..., None] == np.arange(depth)).astype(dtype)
    if mode == "one_hot":
        return ones
    # A sample is a row.
    axis = 1 if places.ndim > 1 else 0
    if mode == "multi_hot":
        return ones.max(axis=axis, initial=0)
    if weights is not None:
        ones = ones * np.asarray(weights, dtype=dtype)[..., None]
    return ones.sum(axis=axis, dtype=dtype)


def of_rows(rows, mode, depth):
    """The same for rows of different lengths: multi_hot or count."""
    found = np.zeros((len(rows), depth), dtype="float32")
    for i, row in enumerate(rows):
        inside = [place for place in row if 0 <= place < depth]
        np.add.at(found[i], inside, 1)
    return np.minimum(found, 1) if mode == "multi_hot" else found
