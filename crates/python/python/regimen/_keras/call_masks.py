"""Masks around the `call` of a layer of a program: those of its arguments that it is given, and those that its outputs carry."""

from .in_trace import truth
from .nested import found, mapped
from .traced import Tensor


def given(call, args, kwargs):
    """Arguments by name with the masks that `call` asks for, and the mask of the first argument.

    Where one argument holds tensors its masks are `mask`, where several do each has its own, such as `query_mask`; the masks of a
    nested argument are nested alike.
    """
    names = list(call.parameters)
    known = {**dict(zip(names, args)), **kwargs}
    holding = {name: value for name, value in known.items() if found(value, Tensor)}
    asked = {"mask" if len(holding) == 1 else f"{name}_mask": value for name, value in holding.items()}
    masks = {name: _masks(value) for name, value in asked.items() if name in names and known.get(name) is None}
    own = known.get("mask")
    return {**kwargs, **masks}, own if own is not None else _masks(next(iter(known.values()), None))


def _masks(value):
    return mapped(value, lambda x: Tensor(x.native.mask) if x.native.mask is not None else None, Tensor)


def carried(layer, inputs, previous, outputs, overrides):
    """Outputs with the masks that the layer says: those of its `compute_mask`, or that of its inputs where it supports masks."""
    tensors = found(outputs, Tensor)
    if not (overrides or layer.supports_masking) or all(x.native.mask is not None for x in tensors):
        return outputs
    waiting = _flat(layer.compute_mask(inputs, previous))

    def one(x):
        mask = waiting.pop(0) if waiting else None
        return x if mask is None or x.native.mask is not None else Tensor(x.native.with_mask(truth(mask)))

    return mapped(outputs, one, Tensor)


def _flat(masks):
    """Masks one after the other, with those that are not there."""
    if isinstance(masks, dict):
        masks = list(masks.values())
    return [mask for each in masks for mask in _flat(each)] if isinstance(masks, (list, tuple)) else [masks]
