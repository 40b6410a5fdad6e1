"""CTC decoding by beam search: the likeliest labels, each summed over all the ways in which steps can give them."""

import math

import numpy as np

_NEVER = -np.inf


def decoded(logits, lengths, width, top, blank):
    """`(top, rows, steps)` labels, -1 behind the last, and `(rows, top)` logarithms of how likely they are."""
    rows, steps, _ = logits.shape
    x = logits.astype("float64")
    x -= x.max(axis=-1, keepdims=True)
    x -= np.log(np.exp(x).sum(axis=-1, keepdims=True))
    labels, scores = np.full((top, rows, steps), -1, "int32"), np.full((rows, top), _NEVER, "float32")
    for row in range(rows):
        for place, (score, found) in enumerate(_row(x[row, : max(int(lengths[row]), 1)], width, blank)[:top]):
            labels[place, row, : len(found)], scores[row, place] = found, score
    return labels, scores


def _row(x, width, blank):
    """Scores and labels of one row, the likeliest first."""
    first = np.argsort(-x[0].astype("float32"), kind="stable")[:width]
    found = [() if label == blank else (int(label),) for label in first]
    # Of all ways to the labels: those that end in a blank, and those that end in the last label.
    silent, spoken = np.where(first == blank, x[0, first], _NEVER), np.where(first == blank, _NEVER, x[0, first])
    for step in x[1:]:
        found, silent, spoken = _step(found, silent, spoken, step, width, blank)
    total = np.logaddexp(silent, spoken)
    return [(total[i], found[i]) for i in _best(total, found.__getitem__, len(found))]


def _step(found, silent, spoken, step, width, blank):
    """The best labels after one more step."""
    total, count, classes = np.logaddexp(silent, spoken), len(found), len(step)
    last = np.array([labels[-1] if labels else blank for labels in found])
    has = np.array([bool(labels) for labels in found])
    stays_silent, stays_spoken = total + step[blank], np.where(has, spoken + step[last], _NEVER)
    longer = total[:, None] + step
    # The same label once more is another one behind a blank alone.
    longer[has, last[has]] = (silent + step[last])[has]
    longer[:, blank] = _NEVER
    places = {labels: i for i, labels in enumerate(found)}
    for i, labels in enumerate(found):
        before = places.get(labels[:-1]) if labels else None
        if before is not None:
            stays_spoken[i] = np.logaddexp(stays_spoken[i], longer[before, labels[-1]])
            longer[before, labels[-1]] = _NEVER
    scores = np.concatenate([np.logaddexp(stays_silent, stays_spoken), longer.ravel()])

    def labels_of(i):
        return found[i] if i < count else (*found[(i - count) // classes], (i - count) % classes)

    chosen = _best(scores, labels_of, width)
    silent = np.array([stays_silent[i] if i < count else _NEVER for i in chosen])
    spoken = np.array([stays_spoken[i] if i < count else scores[i] for i in chosen])
    return [labels_of(i) for i in chosen], silent, spoken


def _best(scores, labels_of, count):
    """Places of the best scores; of equal ones the labels that come first, and the longer ones."""
    rounded = scores.astype("float32")
    least = np.partition(rounded, -count)[-count] if count < len(rounded) else _NEVER
    able = np.flatnonzero((rounded >= least) & (rounded > _NEVER))
    return sorted(able.tolist(), key=lambda i: (-rounded[i], (*labels_of(i), math.inf)))[:count]
