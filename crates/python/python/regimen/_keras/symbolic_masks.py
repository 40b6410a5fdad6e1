"""Masks that symbolic tensors will carry: a layer of a program is asked for its shapes with such ones, as its `call` may need one.

Of a mask the number of its axes is known, which are the first of its tensor's; None where there is none.
"""

import contextlib

import numpy as np

from . import layer_facts
from .per_thread import Stack
from .traced import Tensor

# Layers that are asked for their shapes, with the axes of the masks of their inputs.
_asked = Stack()
_RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")
_OF_ALL = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
_NONE = ("Dot", "GlobalAveragePooling1D")


@contextlib.contextmanager
def of_inputs(layer, tensors):
    """Inside of a `with` statement the layer is asked with the masks of these."""
    known = {}
    _asked.append((layer, [_axes(tensor, known) for tensor in tensors]))
    try:
        yield
    finally:
        _asked.pop()


def carried(layer, tensors):
    """Traced inputs of a layer that is asked for its shapes, with masks that leave nothing out; of others as they are."""
    if not _asked or _asked[-1][0] is not layer or len(_asked[-1][1]) != len(tensors):
        return tensors
    everywhere = lambda x, axes: x.native.constant(np.ones(x.shape[:axes], dtype=bool))
    return [Tensor(x.native.with_mask(everywhere(x, axes))) if axes else x for x, axes in zip(tensors, _asked[-1][1])]


def _axes(tensor, known):
    """How many axes the mask of a symbolic tensor has."""
    if id(tensor) not in known:
        layer, index, output = tensor._keras_history or (None, 0, 0)
        known[id(tensor)] = _given(layer, layer._inbound_nodes[index], output, tensor, known) if layer is not None else None
    return known[id(tensor)]


def _given(layer, node, output, tensor, known):
    from .function_layer import Operation

    if getattr(node, "masks", None) is not None:
        return node.masks[output]
    own, config = getattr(layer, "_class", ""), getattr(layer, "_config", {})
    if own == "Masking" or (own in layer_facts.INDICES and config.get("mask_zero")):
        return tensor.ndim - 1
    if own not in layer_facts.MASKING or own in _NONE or output or isinstance(layer, Operation):
        return None
    masks = [_axes(each, known) for each in node.input_tensors]
    if own in _OF_ALL:
        return max(masks) if masks and None not in masks else None
    if own == "Concatenate":
        return tensor.ndim - 1 if any(masks) else None
    if own in _RECURRENT or own == "Bidirectional":
        inner = layer.layer if own == "Bidirectional" else layer
        return masks[0] if getattr(inner, "return_sequences", False) and not getattr(inner, "return_state", False) else None
    return masks[0] if masks else None
