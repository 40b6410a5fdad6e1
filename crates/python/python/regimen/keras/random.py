"""Random numbers as arrays."""

import numpy as np

from .._keras import naming


def _generator(seed):
    return np.random.default_rng(naming.draw() if seed is None else int(seed))


def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Normal numbers."""
    return _generator(seed).normal(mean, stddev, shape).astype(dtype or "float32")


def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    """Uniform numbers."""
    return _generator(seed).uniform(minval, maxval, shape).astype(dtype or "float32")


def randint(shape, minval, maxval, dtype="int32", seed=None):
    """Whole numbers."""
    return _generator(seed).integers(minval, maxval, shape).astype(dtype)


def shuffle(x, axis=0, seed=None):
    """The same in another order."""
    return _generator(seed).permutation(np.asarray(x), axis=axis)
