"""What Normalization learns from data before any training, and the mean and variance that it is given."""

import itertools

import numpy as np

from . import streams
from .eager_array import eager


class Scales:
    """The part of Normalization that is Python's."""

    def build(self, *shapes, **named):
        """Makes its variables; every axis that it keeps must have a size."""
        for shape in (*shapes, *named.values()):
            if shape is not None and not isinstance(shape[0], (list, tuple)):
                self._check_axes(tuple(shape))
        super().build(*shapes, **named)

    def _check_axes(self, shape):
        axes, rank = self._axes(), len(shape)
        if any(not -rank <= axis < rank for axis in axes):
            raise ValueError(
                f"All `axis` values must be in the range [-ndim, ndim). Received inputs with ndim={rank}, while axis={axes}"
            )
        for axis in axes:
            if shape[axis] is None:
                raise ValueError(
                    f"All `axis` values to be kept must have a known shape. Received axis={axes}, inputs.shape={shape}, with unknown axis "
                    f"at index {axis % rank}"
                )

    def _axes(self):
        axis = self._config.get("axis", -1)
        return () if axis is None else tuple(axis) if isinstance(axis, (list, tuple)) else (axis,)

    def _kept(self, rank):
        return sorted(axis % rank for axis in self._axes())

    @property
    def mean(self):
        """The mean as it is taken off, in the rank of the input; None before it is built."""
        return self._broadcast("mean")

    @property
    def variance(self):
        """The variance in the rank of the input; None before the layer is built."""
        return self._broadcast("variance")

    def _broadcast(self, name):
        if not self.built or self._build_shape is None:
            return None
        shape = tuple(self._build_shape)
        kept = self._kept(len(shape))
        wide = [shape[axis] if axis in kept else 1 for axis in range(len(shape))]
        if name in self._variables:
            return eager(np.asarray(self._variables[name]).reshape(wide))
        given = np.asarray(self._config[name], dtype="float32")
        aligned = [1] * len(shape)
        for axis, size in zip(kept[len(kept) - given.ndim :], given.shape):
            aligned[axis] = size
        return eager(np.broadcast_to(given.reshape(aligned), wide))

    def adapt(self, data, batch_size=None, steps=None):
        """Takes mean and variance of the data over all axes but those that the layer keeps; a list of arrays is taken for batches."""
        batches = _batches(data)
        batches = batches if steps is None else itertools.islice(batches, steps)
        shape, count, mean, squares = None, 0, 0.0, 0.0
        for batch in batches:
            if shape is None:
                shape = batch.shape
                self._take_shape_of(shape)
                kept = self._kept(len(shape))
                gone = tuple(axis for axis in range(len(shape)) if axis not in kept)
            if len(batch.shape) != len(shape) or any(batch.shape[axis] != shape[axis] for axis in kept):
                raise ValueError(f"adapt() yielded a batch with incompatible shape. Expected {shape}, got {batch.shape}.")
            rows = int(np.prod([batch.shape[axis] for axis in gone]))
            if not rows:
                continue
            own = batch.mean(axis=gone)
            apart, count = own - mean, count + rows
            mean = mean + apart * (rows / count)
            squares = squares + batch.var(axis=gone) * rows + apart**2 * ((count - rows) * rows / count)
        if not count:
            raise ValueError("adapt() received an empty iterable (no batches), or arrays without rows; it needs one row at least")
        self._variables["mean"].assign(mean)
        self._variables["variance"].assign(squares / count)

    def _take_shape_of(self, shape):
        if not self.built:
            self.build((None, *shape[1:]) if 0 not in self._kept(len(shape)) else shape)
        elif self._build_shape is not None:
            known = tuple(self._build_shape)
            if len(known) != len(shape) or any(known[axis] not in (None, shape[axis]) for axis in self._kept(len(shape))):
                raise ValueError(
                    f"The layer was built with input_shape={known}, but adapt() is being called with data with an incompatible shape, "
                    f"data.shape={shape}"
                )
        if "mean" not in self._variables:
            raise ValueError("adapt: this layer was given mean and variance and learns none")


def _batches(data):
    """Data as arrays of numbers, batch by batch."""
    several = isinstance(data, (list, tuple)) and (not data or hasattr(data[0], "shape") or isinstance(data[0], tuple))
    if several or streams.is_stream(data):
        source = data if hasattr(data, "__iter__") else (data[i] for i in range(len(data)))
        return (_rows(batch[0] if isinstance(batch, (list, tuple)) else batch) for batch in source)
    return [_rows(np.asarray(data))]


def _rows(batch):
    if not hasattr(batch, "shape"):
        raise TypeError(
            "adapt() expects an iterable that yields arrays or tensors with a `.shape` attribute. Got an element of type "
            f"{type(batch).__name__}."
        )
    rows = np.asarray(batch, dtype="float64")
    return rows[:, None] if rows.ndim == 1 else rows
