"""Masks that layers of several inputs give, where these follow from the masks of the inputs alone."""

import functools

import numpy as np

_MERGES = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")


def known(class_name, config, inputs, mask):
    """(True, the mask) for layers whose rule is here; (False, None) for others, which the engine is asked for."""
    if class_name in ("Attention", "AdditiveAttention"):
        _same_length(class_name, inputs, mask, at_least=True)
        return True, None if mask is None or mask[0] is None else np.asarray(mask[0])
    if class_name == "Dot":
        return True, None
    if class_name not in (*_MERGES, "Concatenate"):
        return False, None
    if mask is None:
        return True, None
    _same_length(class_name, inputs, mask)
    if class_name == "Concatenate":
        return True, None if all(each is None for each in mask) else _concatenated(config["axis"], inputs, mask)
    if any(each is None for each in mask):
        return True, None
    return True, functools.reduce(np.logical_or, [np.asarray(each, dtype=bool) for each in mask])


def _same_length(class_name, inputs, mask, at_least=False):
    if mask is None:
        return
    if not isinstance(mask, (list, tuple)):
        raise ValueError(f"{class_name}.compute_mask(): `mask` should be a list. Received: mask={mask}")
    if not isinstance(inputs, (list, tuple)):
        raise ValueError(f"{class_name}.compute_mask(): `inputs` should be a list. Received: inputs={inputs}")
    if len(mask) < 2 if at_least else len(mask) != len(inputs):
        raise ValueError(f"{class_name}.compute_mask(): The lists `inputs` and `mask` should have the same length: {len(inputs)} and {len(mask)}")


def _concatenated(axis, inputs, mask):
    whole = []
    for x, each in zip(inputs, mask):
        found = np.ones(x.shape, bool) if each is None else np.asarray(each, dtype=bool)
        whole.append(np.broadcast_to(found[..., None], x.shape) if found.ndim < len(x.shape) else found)
    return np.any(np.concatenate(whole, axis=axis), axis=-1)
