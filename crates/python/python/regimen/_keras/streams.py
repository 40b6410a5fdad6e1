"""Data that come batch by batch: generators, PyDataset and Sequence, DataLoader, anything with batches."""

import numpy as np


def is_stream(x):
    """Whether a value gives batches, and is no array, list or table."""
    if x is None or hasattr(x, "shape") or isinstance(x, (list, tuple, dict, str)) or hasattr(x, "to_numpy"):
        return False
    return hasattr(x, "__next__") or hasattr(x, "__getitem__") or hasattr(x, "__iter__")


class Batches:
    """Batches of an epoch, one after the other, pass after pass."""

    def __init__(self, source, steps=None, what="x"):
        self.source, self.what = source, what
        self.indexed = hasattr(source, "__getitem__") and hasattr(source, "__len__") and not hasattr(source, "__iter__") or _is_dataset(source)
        self.endless = hasattr(source, "__next__") and not self.indexed
        length = None if self.endless else _length(source)
        if steps is None and length is None:
            raise ValueError(
                f"{what}: a generator does not say how many batches make an epoch; give steps_per_epoch (validation_steps, steps)"
            )
        self.steps = int(steps if steps is not None else length)
        if self.steps < 1:
            raise ValueError(f"{what}: there are no batches")
        self.length, self._iterator, self._seen = length, None, 0

    def next(self):
        """The next batch: (x, y) or (x, y, weights)."""
        if self.indexed:
            if self._seen == self.length:
                self._end()
            batch = self.source[self._seen]
        else:
            batch = self._from_iterator()
        self._seen += 1
        if not isinstance(batch, (list, tuple)) or not 1 <= len(batch) <= 3:
            batch = (batch,)
        return tuple(batch)

    def _from_iterator(self):
        if self._iterator is None:
            self._iterator = iter(self.source)
        try:
            return next(self._iterator)
        except StopIteration:
            if self.endless:
                raise ValueError(
                    f"{self.what}: the generator ran out after {self._seen} batches; it has to go on for as many as training asks for"
                ) from None
        self._end()
        self._iterator = iter(self.source)
        try:
            return next(self._iterator)
        except StopIteration:
            raise ValueError(f"{self.what}: there are no batches") from None

    def _end(self):
        self._seen = 0
        if hasattr(self.source, "on_epoch_end"):
            self.source.on_epoch_end()


def _is_dataset(source):
    from ..keras.utils import PyDataset

    return isinstance(source, PyDataset)


def _length(source):
    for name in ("num_batches", "__len__"):
        if hasattr(source, name):
            found = getattr(source, name)
            try:
                found = found() if callable(found) else found
            except TypeError:
                continue
            if found is not None:
                return int(found)
    return None


def together(source, steps, what):
    """All rows of so many batches, as one: (x, y, weights)."""
    batches = Batches(source, steps, what)
    parts = [batches.next() for _ in range(batches.steps)]
    columns = list(zip(*parts))

    def joined(values):
        first = values[0]
        if first is None:
            return None
        if isinstance(first, dict):
            return {key: joined([value[key] for value in values]) for key in first}
        if isinstance(first, (list, tuple)):
            return [joined(list(each)) for each in zip(*values)]
        return np.concatenate([np.asarray(value) for value in values])

    found = [joined(column) for column in columns] + [None] * (3 - len(columns))
    rows = parts[0][0]
    while isinstance(rows, (dict, list, tuple)):
        rows = next(iter(rows.values())) if isinstance(rows, dict) else rows[0]
    return (*found, len(rows))
