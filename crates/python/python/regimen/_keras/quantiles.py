"""Boundaries of bins from data that come batch by batch: a summary of values and their weights that stays small."""

import numpy as np

EMPTY = np.zeros((2, 0), dtype="float32")


def merged(summary, values, epsilon):
    """A summary with a batch of values in it, about `1 / epsilon` of them kept."""
    values = np.sort(np.asarray(values, dtype="float32").reshape(-1))
    step = max(len(values) * epsilon, 1)
    kept = values[int(step - 1) :: int(step)]
    both = np.concatenate([np.stack([kept, np.full_like(kept, step)]), summary], axis=1)
    return _compressed(both[:, np.argsort(both[0])], epsilon)


def boundaries(summary, bins):
    """The boundaries between bins of equal weight."""
    return _compressed(summary, 1.0 / bins)[0, :-1]


def _compressed(summary, epsilon):
    if summary.shape[1] * epsilon < 1:
        return summary
    shares = epsilon + np.arange(0.0, 1.0, epsilon)
    running = summary[1].cumsum()
    known = running / running[-1]
    weights = np.interp(shares, known, running)
    return np.stack([np.interp(shares, known, summary[0]), np.diff(weights, prepend=0)]).astype("float32")
