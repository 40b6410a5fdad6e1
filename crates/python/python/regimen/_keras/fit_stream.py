"""Batches of a stream as training takes them, and what ends a training whose batches end."""

import numpy as np

from .. import _regimen
from . import data, dialect, streams
from .user_line import warn

# Steps of an epoch whose number only the generator knows.
_UNKNOWN = 1 << 31


class FitStream:
    """Batches as the library takes them, the first of them known."""

    def __init__(self, model, source, steps, class_weight, shuffle=False):
        self._model, self._class_weight, self._like = model, class_weight, None
        self.batches = streams.Batches(source, steps, shuffle=shuffle)
        self.steps = steps if self.batches.short else self.batches.steps
        self.ends = self.batches.endless or (self.batches.short and dialect.before(3))
        if self.batches.short and not self.ends:
            warn(streams.RAN_OUT)
        looked = self.batches.look(model._runner is None)
        if looked is None:
            self.first = self.waiting = self._made()
        else:
            self.first, self.waiting = self._taken(looked), None

    @property
    def steps_for_engine(self):
        """Steps of an epoch; a number that no epoch reaches where it is not known."""
        return self.batches.steps if self.steps is not None else _UNKNOWN

    def _made(self):
        return self._taken(self.batches.next())

    def _taken(self, batch):
        x, y, weights = (*batch, None, None)[:3]
        arrays, wanted, weights = self._model._rows(x, y, weights)
        if self._like is None:
            if _reads_floats(self._model._held_by_compile):
                wanted = [target.astype(np.float32, copy=False) for target in wanted]
            self._like = arrays, wanted
        arrays = data.alike(arrays, self._like[0], "a batch's x")
        wanted = data.alike(wanted, self._like[1], "a batch's y")
        if self._class_weight is not None:
            if weights is not None:
                raise ValueError("give class_weight, or weights with the batches, not both")
            weights = data.weights_of_classes(wanted[0], self._class_weight)
        return arrays, wanted, weights

    def begin_with(self, rows):
        """Takes the first batch in other types, and so all that follow."""
        self.first, self._like = rows, rows[:2]
        self.waiting = rows if self.waiting is not None else None

    def give(self, epoch, batch):
        """The batch of a step."""
        found, self.waiting = self.waiting, None
        return found if found is not None else self._made()

    def more(self):
        """Whether there is another batch, which waits then."""
        if self.waiting is None:
            try:
                self.waiting = self._made()
            except streams.Ended:
                return False
        return True


def _reads_floats(given):
    """Whether losses and metrics are all the library's, which read classes of any type; a program's own may count on whole numbers."""
    if isinstance(given, dict):
        given = list(given.values())
    if given is None or isinstance(given, (str, list, tuple)):
        return isinstance(given, str) or all(map(_reads_floats, given or []))
    owner = given if hasattr(given, "__name__") else type(given)
    return owner.__module__.startswith("regimen.keras.") and "Wrapper" not in owner.__name__


class End:
    """Sees a training on a generator: ends it, with Keras's warning, after the last batch that there is."""

    _batches = True

    def __init__(self, stream, observer, epochs):
        self._stream, self._observer, self._epochs, self._ended = stream, observer, epochs, False

    def _on(self, moment, index, logs):
        steps = self._stream.steps
        if moment == "batch_end" and (steps is None or index + 1 < steps):
            self._look(index + 1)
        elif moment == "epoch_end" and steps is not None and index + 1 < self._epochs:
            self._look(None)

    def _look(self, done):
        if self._ended or self._stream.more():
            return
        self._ended = True
        if done is not None:
            self._observer.steps = done
        warn(streams.RAN_OUT)
        _regimen.ask("stop", ())
