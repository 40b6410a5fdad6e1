"""Random numbers as arrays."""

import numpy as np

from .. import _regimen
from .._keras import naming
from .._keras.traced import Tensor, running


def _generator(seed):
    return np.random.default_rng(naming.draw() if seed is None else int(seed))


class SeedGenerator:
    """Where draws come from: inside of a layer each is another one at each step, as the model's seed says."""

    def __init__(self, seed=None, name=None, **kwargs):
        self.seed, self._count = naming.draw() >> 33 if seed is None else int(seed), 0

    def __int__(self):
        self._count += 1
        return self.seed + self._count

    def next(self, ordered=True):
        """A number that no draw before had."""
        return int(self)


def _traced(kind, shape, probability=0.5):
    return Tensor(_regimen.traced_random(kind, [int(n) for n in shape], probability))


def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Normal numbers."""
    if running:
        return _traced("normal", shape) * stddev + mean
    return _generator(seed).normal(mean, stddev, shape).astype(dtype or "float32")


def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    """Uniform numbers."""
    if running:
        return _traced("uniform", shape) * (maxval - minval) + minval
    return _generator(seed).uniform(minval, maxval, shape).astype(dtype or "float32")


def randint(shape, minval, maxval, dtype="int32", seed=None):
    """Whole numbers."""
    return _generator(seed).integers(minval, maxval, shape).astype(dtype)


def dropout(inputs, rate, noise_shape=None, seed=None):
    """Some elements made zero, the others larger by as much."""
    if not running:
        kept = _generator(seed).random(noise_shape or np.shape(inputs)) >= rate
        return np.where(kept, np.asarray(inputs) / (1 - rate), 0).astype("float32")
    kept = _traced("bernoulli", noise_shape or inputs.shape, 1 - rate)
    return inputs * kept * (1.0 / (1.0 - rate))


def shuffle(x, axis=0, seed=None):
    """The same in another order."""
    return _generator(seed).permutation(np.asarray(x), axis=axis)
