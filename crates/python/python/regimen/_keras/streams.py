"""Data that come batch by batch: generators, PyDataset and Sequence, DataLoader, anything with batches."""

import random

import numpy as np

from . import dialect
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


def is_by_number(source):
    """Whether a value gives its batches by number: a PyDataset, or what is written like one."""
    by_place = hasattr(source, "__getitem__") and hasattr(source, "__len__") and not hasattr(source, "__iter__")
    return is_stream(source) and (by_place or _is_dataset(source))


class Batches:
    """Batches, one after the other, pass after pass; `steps` of them are an epoch, None where a generator alone knows.

    `on_epoch_begin` and `on_epoch_end` of the source are called around the batches of each epoch. `shuffle`: a dataset's batches come
    in another order in each pass, drawn by `random`, as Keras draws it.
    """

    def __init__(self, source, steps=None, what="x", shuffle=False):
        self.source, self.what = source, what
        self.indexed = is_by_number(source)
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
        self.quiet = False
        # Of fewer batches than an epoch is to have Keras takes those that there are, and ends training until Keras 3.
        self.short = self.indexed and bool(length) and self.steps > length and not dialect.before(2, 4)
        if self.short:
            self.steps = length
        self._order = None if shuffle and self.indexed and length else range(length or 0)
        # Batches of a pass, at whose end an epoch ends, too; none where one goes on in the next.
        self.of_pass = length if self.indexed and length and not dialect.before(3) else None

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
        if self.short and self._seen == self.length and dialect.before(3):
            raise Ended
        if self._given == 0:
            self._tell("on_epoch_begin")
        if self.indexed:
            if self._seen == self.length:
                self._seen = 0
            batch = self.source[self._place()]
        else:
            batch = self._from_iterator()
        self._seen += 1
        self._given += 1
        if self._given == self.steps or self._seen == self.of_pass:
            self._given = 0
            if self.indexed and dialect.before(3) and not dialect.before(2, 4) and not self.short:
                self._seen = 0  # then each epoch began anew
            self._tell("on_epoch_end")
        return _parts(batch)

    def _place(self):
        """The number of the batch whose turn it is."""
        if isinstance(self._order, range):
            return self._seen
        if self._seen == 0:
            self._order = list(range(self.length))
            random.shuffle(self._order)
        return self._order[self._seen]

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
        if not self.quiet and hasattr(self.source, hook):
            getattr(self.source, hook)()


def _parts(batch):
    if not isinstance(batch, (list, tuple)):
        return (batch,)
    if not 1 <= len(batch) <= 3:
        if isinstance(batch, tuple) or (not dialect.before(3) and all(hasattr(part, "shape") for part in batch)):
            raise ValueError(f"a batch has to be x, (x,), (x, y) or (x, y, sample_weight), found a {type(batch).__name__} of {len(batch)}")
        return (batch,)
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


def read(source, steps, what):
    """The same of what is read by number, without its hooks."""
    batches = Batches(source, steps, what)
    batches.quiet = True
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
    if batches.short:
        warn(RAN_OUT)
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
