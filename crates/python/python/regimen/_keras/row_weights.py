"""`sample_weight`: a weight for each row, or for each step of it; one array for all targets, or one for each."""

import numpy as np

from . import data


def of(sample_weight, targets, names, what="sample_weight"):
    """None, an array for all of these targets, or a list with one for each, as float32.

    `names` are those of the outputs; the targets of some of them are left out where those have no loss.
    """
    if sample_weight is None:
        return None
    parts = _parts(sample_weight, len(targets), names, what)
    rows = len(targets[0]) if targets else None
    found = [None if part is None else _array(part, data.label(what, i, len(parts)), rows) for i, part in enumerate(parts)]
    if len(found) == 1:
        if len(targets) > 1 and found[0] is not None and found[0].ndim > 1:
            raise ValueError(
                f"{what}: found shape {found[0].shape}; a single array for several outputs has one weight for each row: "
                "for weights of steps give a list with one array for each output"
            )
        return found[0]
    if all(part is None for part in found):
        return None
    return [np.ones(rows, dtype="float32") if part is None else part for part in found]


def _parts(given, count, names, what):
    if isinstance(given, dict):
        unknown = [name for name in given if name not in names]
        if unknown:
            raise ValueError(f"{what}: the model has no outputs {unknown}; it has {list(names)}")
        if len(names) != count:
            raise ValueError(f"{what}: give a list with one array for each target where some outputs have none")
        return [given.get(name) for name in names]
    if not isinstance(given, (list, tuple)) or not any(part is None or np.ndim(part) for part in given):
        return [given]
    if len(given) != count:
        raise ValueError(f"{what}: found {len(given)} arrays for {count} targets; give one array for each, or one for all")
    return list(given)


def _array(value, what, rows):
    found = data.array(value, what, "float32")
    if found.ndim == 2 and found.shape[1] == 1:
        found = found[:, 0]
    if rows is not None and len(found) != rows:
        raise ValueError(f"{what}: has {len(found)} rows, x has {rows}")
    return found


def part(weights, rows):
    """Some rows of them, named by a slice."""
    if isinstance(weights, list):
        return [each[rows] for each in weights]
    return weights[rows] if weights is not None else None


def for_each(weights, targets):
    """An array for each target; ones where there are none."""
    if weights is None:
        weights = np.ones(len(targets[0]), dtype="float32")
    return weights if isinstance(weights, list) else [weights for _ in targets]


def check_mode(mode):
    """`sample_weight_mode` of Keras 2 says what the weights' own shapes say here."""
    modes = mode.values() if isinstance(mode, dict) else mode if isinstance(mode, (list, tuple)) else [mode]
    for each in modes:
        if each not in (None, "temporal"):
            raise ValueError(f"sample_weight_mode: found {each!r}, expected None or 'temporal'")
