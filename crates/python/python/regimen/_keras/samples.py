"""Epochs of generators that Keras 1 measured in samples, as numbers of batches."""

import itertools

from . import dialect

# What Keras 1 called the numbers of workers; they say how, not what.
_GONE = ("max_q_size", "nb_worker", "pickle_safe")


def counted(generator, samples):
    """The generator and how many of its batches have so many samples; a first batch that was looked at comes again."""
    size = getattr(generator, "batch_size", None)
    if size is None and hasattr(generator, "__next__"):
        first = next(generator)
        generator, size = itertools.chain([first], generator), _rows(first)
    elif size is None:
        size = _rows(generator[0])
    return generator, -(-int(samples) // int(size))


def _rows(batch):
    while isinstance(batch, (tuple, list, dict)):
        batch = next(iter(batch.values())) if isinstance(batch, dict) else batch[0]
    return len(batch)


def steps(generator, given, kwargs, name):
    """The generator and its number of batches: `name` counts samples, and so did the argument by place in Keras 1."""
    for gone in _GONE:
        kwargs.pop(gone, None)
    samples = kwargs.pop(name, given if dialect.before(2) else None)
    return (generator, given) if samples is None else counted(generator, samples)
