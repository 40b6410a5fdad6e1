"""Data that come batch by batch: generators, PyDataset and Sequence, DataLoader, anything with batches."""

import numpy as np

from .user_line import warn

RAN_OUT = (
    "Your input ran out of data; interrupting training. Make sure that your dataset or generator can generate at least "
    "`steps_per_epoch * epochs` batches."
)
# Batches that are gathered of a generator that does not say when it ends.
_MOST = 100_000


class Ended(Exception):
    """A generator has no more batches."""


def is_stream(x):
    """Whether a value gives batches, and is no array, list or table."""
    if x is None or hasattr(x, "shape") or isinstance(x, (list, tuple, dict, str)) or hasattr(x, "to_numpy"):
        return False
    return hasattr(x, "__next__") or hasattr(x, "__getitem__") or hasattr(x, "__iter__")


class Batches:
    """Batches, one after the other, pass after pass; `steps` of them are an epoch, None where a generator alone knows.

    `on_epoch_begin` and `on_epoch_end` of the source are called around the batches of each epoch.
    """

    def __init__(self, source, steps=None, what="x"):
        self.source, self.what = source, what
        by_place = hasattr(source, "__getitem__") and hasattr(source, "__len__") and not hasattr(source, "__iter__")
        self.indexed = by_place or _is_dataset(source)
        self.endless = hasattr(source, "__next__") and not self.indexed
        length = None if self.endless else _length(source)
        if steps is None and length is None and not self.endless:
            raise ValueError(
                f"{what}: it does not say how many batches make an epoch; give steps_per_epoch (validation_steps, steps)"
            )
        known = steps if steps is not None else length
        self.steps = None if known is None else int(known)
        if self.steps is not None and self.steps < 1:
            raise ValueError(f"{what}: there are no batches")
        self.length, self._iterator, self._seen, self._given = length, None, 0, 0

    def look(self, builds):
        """Before training: Keras looks at the first batch of a dataset where it has to build the model. Gives it then."""
        found = None
        if self.indexed and builds:
            self._tell("on_epoch_begin")
            found = _parts(self.source[0])
        self._tell("on_epoch_end")
        return found

    def next(self):
        """The next batch: (x, y) or (x, y, weights)."""
        if self._given == 0:
            self._tell("on_epoch_begin")
        if self.indexed:
            if self._seen == self.length:
                self._seen = 0
            batch = self.source[self._seen]
        else:
            batch = self._from_iterator()
        self._seen += 1
        self._given += 1
        if self._given == self.steps:
            self._given = 0
            self._tell("on_epoch_end")
        return _parts(batch)

    def _from_iterator(self):
        if self._iterator is None:
            self._iterator = iter(self.source)
        try:
            return next(self._iterator)
        except StopIteration:
            if self.endless and self._seen == 0:
                raise ValueError(
                    f"{self.what}: When passing a Python generator to a Keras model, the generator must yield at least one batch. Received "
                    "an empty generator."
                ) from None
            if self.endless:
                raise Ended from None
        self._seen = 0
        self._iterator = iter(self.source)
        try:
            return next(self._iterator)
        except StopIteration:
            raise ValueError(f"{self.what}: there are no batches") from None

    def _tell(self, hook):
        if hasattr(self.source, hook):
            getattr(self.source, hook)()


def _parts(batch):
    if not isinstance(batch, (list, tuple)) or not 1 <= len(batch) <= 3:
        batch = (batch,)
    return tuple(batch)


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


def together(source, steps, what, looks=None):
    """All rows of so many batches, as one: (x, y, weights). `looks`: whether a model is built, as `Batches.look` has it."""
    batches = Batches(source, steps, what)
    if looks is not None:
        batches.look(looks)
    return _joined(_all(batches))


def apart(source, steps, what):
    """Inputs of so many batches as they are, where the sizes of their rows differ; else `None` and all rows as `together` has them."""
    parts = _all(Batches(source, steps, what))
    sizes = {repr(_row_sizes(part[0])) for part in parts}
    return ([part[0] for part in parts], None) if len(sizes) > 1 else (None, _joined(parts))


def _row_sizes(value):
    if isinstance(value, dict):
        return {key: _row_sizes(each) for key, each in value.items()}
    return [_row_sizes(each) for each in value] if isinstance(value, (list, tuple)) else tuple(np.shape(value))[1:]


def common_shape(batches):
    """The shape of batches with None for the sizes in which they differ; None where they are not arrays of as many axes."""
    if any(isinstance(batch, (dict, list, tuple)) for batch in batches) or len({np.ndim(batch) for batch in batches}) > 1:
        return None
    return (None, *(sizes[0] if len(set(sizes)) == 1 else None for sizes in zip(*(np.shape(batch)[1:] for batch in batches))))


def beside(outputs):
    """Outputs of batches below each other."""
    first = outputs[0]
    if isinstance(first, dict):
        return {key: beside([each[key] for each in outputs]) for key in first}
    return [beside(list(each)) for each in zip(*outputs)] if isinstance(first, (list, tuple)) else np.concatenate(outputs)


def _joined(parts):
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


def _all(batches):
    """The batches of one epoch; those that there are where a generator ends before."""
    parts = []
    try:
        while batches.steps is None or len(parts) < batches.steps:
            parts.append(batches.next())
            if batches.steps is None and len(parts) > _MOST:
                raise ValueError(
                    f"{batches.what}: the generator has not ended after {_MOST} batches; say how many to take (steps, validation_steps)"
                )
    except Ended:
        warn(RAN_OUT)
    return parts
