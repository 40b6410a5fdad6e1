"""Validation on a dataset: read anew for each validation, its hooks called around that as Keras calls them.

The engine is given the rows before training and reads them where they lie, so what is read later is written into the same arrays.
A dataset is read once ahead, without its hooks, for types and sizes; one without hooks of its own is validated on that the first time.
"""

import numpy as np

from . import data, streams


class ValidationDataset:
    """A dataset, and the rows that it gave last."""

    def __init__(self, model, source, steps):
        self._model, self._source, self._steps, self._rows = model, source, steps, None
        self._waits = not _has_hooks(source)

    def read(self):
        """Inputs, targets and weights of all its batches, and how many rows the first of them has."""
        *parts, size = streams.read(self._source, self._steps, "validation_data")
        return self._model._rows(*parts, "validation "), size

    def keep(self, rows):
        """The arrays that the engine is given: those that lie elsewhere are copied first."""
        inputs, targets, weights = rows
        own = lambda arrays: [np.require(array, requirements=["C", "A", "W"]) for array in arrays]
        weights = own(weights) if isinstance(weights, list) else None if weights is None else own([weights])[0]
        self._rows = own(inputs), own(targets), weights
        return self._rows

    def around(self, asks):
        """What the loop asks, with the dataset before the callbacks and behind them."""
        return [_Before(self._source), *asks, _Behind(self)]

    def begin(self):
        """A validation begins: its rows are read."""
        _tell(self._source, "on_epoch_begin")
        if self._waits:
            self._waits = False
            return
        (inputs, targets, weights), _ = self.read()
        known = self._rows
        inputs, targets = data.alike(inputs, known[0], "validation x"), data.alike(targets, known[1], "validation y")
        for old, new in zip(_flat(known), _flat((inputs, targets, weights)), strict=True):
            if (old is None) != (new is None) or (old is not None and old.shape != new.shape):
                sizes = [None if each is None else each.shape for each in (old, new)]
                raise NotImplementedError(
                    f"validation_data: the dataset gave arrays of {sizes[0]} before training and gives {sizes[1]} now; it has to give as "
                    "many rows of the same sizes each time here (call evaluate() in a callback where it does not)"
                )
            if old is not None:
                np.copyto(old, new)


class _Before:
    """Tells the dataset first: that it begins anew, and that a validation has ended."""

    _batches = False

    def __init__(self, source):
        self._source = source

    def _on(self, moment, index, logs):
        if moment in ("test_begin", "test_end"):
            _tell(self._source, "on_epoch_end")


class _Behind:
    """Has the dataset read once callbacks know that a validation begins."""

    _batches = False

    def __init__(self, dataset):
        self._dataset = dataset

    def _on(self, moment, index, logs):
        if moment == "test_begin":
            self._dataset.begin()


def _flat(rows):
    inputs, targets, weights = rows
    return [*inputs, *targets, *(weights if isinstance(weights, list) else [weights])]


def _has_hooks(source):
    from ..keras.utils import PyDataset

    hooks = [getattr(type(source), hook, None) for hook in ("on_epoch_begin", "on_epoch_end")]
    return any(hook not in (None, PyDataset.on_epoch_begin, PyDataset.on_epoch_end) for hook in hooks)


def _tell(source, hook):
    if hasattr(source, hook):
        getattr(source, hook)()
