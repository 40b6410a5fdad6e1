"""Random numbers: as arrays, and inside of what is traced as draws that are others at each step."""

import math

import numpy as np

from .. import _regimen
from .._keras import naming, promotion
from .._keras.traced import Tensor, running
from . import ops
from .ops._settings import as_type, dtype_of, floats, op, tensor, traced

# Tries for a draw from a gamma distribution; of 10^10 draws one finds none good, and takes the last.
_TRIES = 8


class SeedGenerator:
    """Where draws come from: inside of a layer each is another one at each step, as the model's seed says."""

    def __init__(self, seed=None, name=None, **kwargs):
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments: {kwargs}")
        if seed is not None and not isinstance(seed, (int, np.integer)):
            raise ValueError(f"Argument `seed` must be an integer. Received: seed={seed}")
        self.seed, self._count = naming.draw() >> 33 if seed is None else int(seed), 0
        self.name = name or naming.unique("seed_generator")

    def __int__(self):
        self._count += 1
        return self.seed + self._count

    def next(self, ordered=True):
        """A seed that no draw before had; they are in order in any case. Inside of what is traced, where they come from."""
        return self if running else int(self)

    def get_config(self):
        """The seed."""
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config):
        """A generator with this seed."""
        return cls(**config)


def _generator(seed):
    known = seed is None or isinstance(seed, (int, np.integer, SeedGenerator))
    if not known and (np.ndim(seed) or np.asarray(seed).dtype.kind not in "iu"):
        told = f"Received: seed={seed} (of type {type(seed)})"
        raise ValueError(f"Argument `seed` must be either an integer or an instance of `SeedGenerator`. {told}")
    return np.random.default_rng(naming.draw() if seed is None else int(seed) % (1 << 64))


def _of_floats(name, dtype):
    """Refuses a type that is not one of floats."""
    if dtype is not None and not promotion.is_float(promotion.name_of(dtype)):
        raise ValueError(f"`keras.random.{name}` requires a floating point `dtype`. Received: dtype={dtype}")


def _in_graph(seed, *values):
    """Whether a draw belongs to a graph. One with a seed of its own is a constant there: the same at each step, as in Keras."""
    return (bool(running) or traced(values)) and not isinstance(seed, (int, np.integer))


def _sizes(shape):
    return [int(n) for n in shape]


def _drawn(kind, shape, seed, *values):
    """Numbers from 0 to 1 or normal ones."""
    if _in_graph(seed, *values):
        return Tensor(_regimen.traced_random(kind, _sizes(shape), 0.5))
    source = _generator(seed)
    return (source.random(_sizes(shape)) if kind == "uniform" else source.standard_normal(_sizes(shape))).astype("float32")


@op
def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Normal numbers."""
    _of_floats("normal", dtype)
    return as_type(tensor(_drawn("normal", shape, seed, mean, stddev) * stddev + mean), dtype)


@op
def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    """Numbers between bounds, each as likely as the others."""
    _of_floats("uniform", dtype)
    return as_type(tensor(_drawn("uniform", shape, seed, minval, maxval) * (maxval - minval) + minval), dtype)


@op
def randint(shape, minval, maxval, dtype="int32", seed=None):
    """Whole numbers from the one bound up to the other, which is not among them."""
    if promotion.is_float(promotion.name_of(dtype)):
        raise ValueError(f"`keras.random.randint` requires an integer `dtype`. Received: dtype={dtype}")
    if not _in_graph(seed, minval, maxval):
        return as_type(tensor(_generator(seed).integers(np.asarray(tensor(minval)), np.asarray(tensor(maxval)), _sizes(shape))), dtype)
    reach = floats(maxval) - floats(minval)
    steps = ops.minimum(ops.floor(_drawn("uniform", shape, seed, minval) * reach), reach - 1.0)
    return as_type(as_type(steps, "int32") + as_type(tensor(minval), "int32"), dtype)


@op
def truncated_normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """Normal numbers within two standard deviations."""
    _of_floats("truncated_normal", dtype)
    share = (_drawn("uniform", shape, seed, mean, stddev) * 2.0 - 1.0) * math.erf(math.sqrt(2.0))
    found = ops.clip(ops.erfinv(share) * math.sqrt(2.0), -2.0, 2.0)
    return as_type(tensor(found * stddev + mean), dtype)


@op
def categorical(logits, num_samples, dtype="int32", seed=None):
    """Classes of each row, as often as their logits say: the largest of the logits with Gumbel noise."""
    logits = floats(logits)
    if len(logits.shape) != 2:
        raise ValueError(f"categorical: logits of two axes, rows and classes, found shape {tuple(logits.shape)}")
    rows, classes = logits.shape
    noise = ops.clip(_drawn("uniform", (rows, num_samples, classes), seed, logits), 1e-20, 1.0 - 1e-7)
    return as_type(ops.argmax(logits[:, None, :] - ops.log(-ops.log(noise)), axis=-1), dtype)


def _gamma(shape, alpha, seed):
    """By Marsaglia and Tsang: the first good one of some tries."""
    alpha = ops.broadcast_to(floats(alpha), shape)
    x, u = (_drawn(kind, (_TRIES, *shape), seed, alpha) for kind in ("normal", "uniform"))
    d = alpha + 2.0 / 3.0
    root = 1.0 + x / ops.sqrt(9.0 * d)
    log_v = 3.0 * ops.log(ops.where(root > 0, root, 1.0))
    bound = 0.5 * x * x + d - d * ops.exp(log_v) + d * log_v
    good = ops.logical_and(root > 0, ops.log(1.0 - u) < bound)
    found = d * ops.exp(log_v[_TRIES - 1])
    for i in range(_TRIES - 1)[::-1]:
        found = ops.where(good[i], d * ops.exp(log_v[i]), found)
    return found * ops.power(1.0 - _drawn("uniform", shape, seed, alpha), 1.0 / alpha)


@op
def gamma(shape, alpha, dtype=None, seed=None):
    """Numbers of a gamma distribution of scale 1."""
    _of_floats("gamma", dtype)
    shape = _sizes(shape)
    if _in_graph(seed, alpha):
        return as_type(_gamma(shape, alpha, seed), dtype)
    _known("gamma", alpha)
    return as_type(tensor(_generator(seed).standard_gamma(np.asarray(floats(alpha)), shape)), dtype)


@op
def beta(shape, alpha, beta, dtype=None, seed=None):
    """Numbers of a beta distribution."""
    shape = _sizes(shape)
    if _in_graph(seed, alpha, beta):
        first, second = _gamma(shape, alpha, seed), _gamma(shape, beta, seed)
        return as_type(first / (first + second), dtype)
    _known("beta", alpha, beta)
    return as_type(tensor(_generator(seed).beta(np.asarray(floats(alpha)), np.asarray(floats(beta)), shape)), dtype)


@op
def binomial(shape, counts, probabilities, dtype=None, seed=None):
    """How many of so many tries succeed."""
    shape = _sizes(shape)
    if not _in_graph(seed, counts, probabilities):
        _known("binomial", counts, probabilities)
        chances = np.asarray(floats(probabilities), "float64")
        return as_type(tensor(_generator(seed).binomial(np.asarray(tensor(counts)).astype("int64"), chances, shape)), dtype)
    if traced(counts):
        raise NotImplementedError("keras.random.binomial inside of what is traced: `counts` have to be plain numbers")
    counts = np.broadcast_to(np.asarray(tensor(counts)), shape).astype("int32")
    most = int(counts.max()) if counts.size else 0
    hits = _drawn("uniform", (most, *shape), seed, probabilities) < floats(probabilities)
    tried = np.arange(most, dtype="int32").reshape((most, *(1,) * len(shape))) < counts
    return as_type(ops.sum(ops.logical_and(hits, tried), axis=0), dtype)


def _known(name, *values):
    """Draws with a seed of their own need numbers that are known while a function is traced."""
    if traced(values):
        raise NotImplementedError(f"keras.random.{name} inside of what is traced: leave `seed` out, or give a SeedGenerator")


@op
def dropout(inputs, rate, noise_shape=None, seed=None):
    """Some elements made zero, the others larger by as much."""
    x = floats(inputs)
    if not 0 <= rate <= 1:
        raise ValueError(f"`rate` must be a number from 0 to 1. Received: rate={rate}")
    if rate == 1:
        return x * 0.0
    sizes = x.shape if noise_shape is None else [n if m is None else m for n, m in zip(x.shape, noise_shape)]
    kept = _drawn("uniform", sizes, seed, x) >= rate
    return as_type(ops.where(kept, x * (1.0 / (1.0 - rate)), 0.0), dtype_of(x))


@op
def shuffle(x, axis=0, seed=None):
    """The same in another order along an axis."""
    x = tensor(x)
    return ops.take(x, ops.argsort(_drawn("uniform", (x.shape[axis],), seed, x)), axis=axis)
