"""Helpers of programs."""

import random as _random
import sys as _sys

import numpy as np

from .._keras import naming
from .._keras.registered import (
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)


def set_random_seed(seed):
    """Sets the seeds of Python, NumPy and this package."""
    if not isinstance(seed, int):
        raise ValueError(f"Expected `seed` argument to be an integer. Received: seed={seed} (of type {type(seed)})")
    _random.seed(seed)
    np.random.seed(seed)
    naming.set_seed(seed)


def to_categorical(x, num_classes=None):
    """Classes as rows with a single one."""
    x = np.array(x, dtype="int64")
    shape = x.shape
    if shape and shape[-1] == 1 and len(shape) > 1:
        shape = tuple(shape[:-1])
    x = x.reshape(-1)
    num_classes = num_classes or int(np.max(x)) + 1
    found = np.zeros((x.shape[0], num_classes), dtype="float32")
    found[np.arange(x.shape[0]), x] = 1
    return found.reshape(*shape, num_classes)


def normalize(x, axis=-1, order=2):
    """Rows of length one."""
    x = np.asarray(x, dtype="float32")
    norm = np.atleast_1d(np.linalg.norm(x, order, axis))
    norm[norm == 0] = 1
    return x / np.expand_dims(norm, axis)


def pad_sequences(sequences, maxlen=None, dtype="int32", padding="pre", truncating="pre", value=0.0):
    """Sequences as rows of one length."""
    if not hasattr(sequences, "__len__"):
        raise ValueError("`sequences` must be iterable.")
    for row in sequences:
        if not hasattr(row, "__len__"):
            raise ValueError(f"`sequences` must be a list of iterables. Found non-iterable: {row!s}")
    if truncating not in ("pre", "post"):
        raise ValueError(f'Truncating type "{truncating}" not understood')
    if padding not in ("pre", "post"):
        raise ValueError(f'Padding type "{padding}" not understood')
    lengths = [len(row) for row in sequences]
    maxlen = max(lengths, default=0) if maxlen is None else maxlen
    inner = next((np.asarray(row).shape[1:] for row in sequences if len(row)), ())
    found = np.full((len(lengths), maxlen, *inner), value, dtype=dtype)
    for i, row in enumerate(sequences):
        if not len(row):
            continue
        kept = row[-maxlen:] if truncating == "pre" else row[:maxlen]
        kept = np.asarray(kept, dtype=dtype)
        if padding == "post":
            found[i, : len(kept)] = kept
        else:
            found[i, maxlen - len(kept) :] = kept
    return found


def clear_session(free_memory=True):
    """Counts the names of layers anew."""
    naming.clear()


def plot_model(model, *args, **kwargs):
    """Not there: `model.summary()` shows the layers."""
    raise NotImplementedError("plot_model is not supported here; model.summary() shows the layers and their shapes")


class PyDataset:
    """Batches by number: override `__getitem__` and `__len__`, and `on_epoch_end` where something is to happen then."""

    def __init__(self, workers=1, use_multiprocessing=False, max_queue_size=10):
        self.workers, self.use_multiprocessing, self.max_queue_size = workers, use_multiprocessing, max_queue_size

    def __getitem__(self, index):
        """The batch of a number."""
        raise NotImplementedError

    @property
    def num_batches(self):
        """How many there are."""
        return len(self)

    def on_epoch_end(self):
        """After the last batch of an epoch."""


Sequence = PyDataset


np_utils = _sys.modules[__name__]
