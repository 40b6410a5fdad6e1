"""What layers learn from data before any training."""

import numpy as np


def adapt_normalization(self, data, batch_size=None, steps=None):
    """Takes mean and variance of the data over all axes but those that the layer keeps."""
    from . import streams

    if streams.is_stream(data):
        data = streams.together(data, steps, "data")[0]
    rows = np.asarray(data, dtype="float64")
    if not rows.size:
        raise ValueError("adapt: there are no rows")
    if rows.ndim == 1:
        rows = rows[:, None]
    axis = self._config.get("axis", -1)
    kept = [] if axis is None else [a % rows.ndim for a in (axis if isinstance(axis, (list, tuple)) else [axis])]
    gone = tuple(a for a in range(rows.ndim) if a not in kept)
    if not self.built:
        self.build((None, *rows.shape[1:]))
    if "mean" not in self._variables:
        raise ValueError("adapt: this layer was given mean and variance and learns none")
    self._variables["mean"].assign(rows.mean(axis=gone))
    self._variables["variance"].assign(rows.var(axis=gone))
