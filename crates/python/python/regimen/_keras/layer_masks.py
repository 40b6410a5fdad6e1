"""Masks that layers give, where these follow from the masks of the inputs alone, or from the inputs and the layer's options."""

import functools

from . import layer_facts

# Layers whose masks follow from the values of their inputs.
OF_VALUES = (*layer_facts.INDICES, "Masking")
_MERGES = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")


def known(class_name, config, inputs, mask):
    """(True, the mask) for layers whose rule is here; (False, None) for others, which the engine is asked for."""
    if class_name in ("Attention", "AdditiveAttention"):
        _same_length(class_name, inputs, mask, at_least=True)
        return True, mask[0] if mask is not None else None
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
    return True, functools.reduce(_ops().logical_or, mask)


def of_values(class_name, config, inputs):
    """The mask of one of `OF_VALUES`: the layer is not called, as what holds it may have ended."""
    if class_name == "Masking":
        return _ops().any(_ops().not_equal(inputs, config["mask_value"]), axis=-1)
    return _ops().not_equal(inputs, 0) if config.get("mask_zero") else None


def check(class_name, mask):
    """Refuses masks of a call that are none of the layer's form."""
    if mask is None or class_name not in ("Attention", "AdditiveAttention"):
        return
    if not isinstance(mask, (list, tuple)):
        raise ValueError(f"{class_name} layer mask must be a list, namely [query_mask, value_mask]. Received: mask={mask}.")
    if len(mask) not in (2, 3):
        raise ValueError(f"{class_name} layer accepts mask list of length 2 or 3. Received: {len(mask)} masks.")


def _same_length(class_name, inputs, mask, at_least=False):
    if mask is None:
        return
    if not isinstance(mask, (list, tuple)):
        raise ValueError(f"{class_name}.compute_mask(): `mask` should be a list. Received: mask={mask}")
    if not isinstance(inputs, (list, tuple)):
        raise ValueError(f"{class_name}.compute_mask(): `inputs` should be a list. Received: inputs={inputs}")
    if len(mask) < 2 if at_least else len(mask) != len(inputs):
        raise ValueError(
            f"{class_name}.compute_mask(): The lists `inputs` and `mask` should have the same length: {len(inputs)} and "
            f"{len(mask)}"
        )


def _concatenated(axis, inputs, mask):
    ops, whole = _ops(), []
    for x, each in zip(inputs, mask):
        if each is None:
            each = ops.ones_like(x, dtype="bool")
        elif len(each.shape) < len(x.shape):
            each = ops.logical_or(ops.expand_dims(each, -1), ops.zeros_like(x, dtype="bool"))
        whole.append(each)
    return ops.any(ops.concatenate(whole, axis=axis), axis=-1)


def _ops():
    from ..keras import ops

    return ops
