"""Models that begin at tensors which layers gave: the layers from there on are called again behind inputs of their own.

Follows `clone_graph_nodes` of keras/src/models/functional.py.
"""

from . import wiring
from .layer import InputLayer
from .model import Input
from .nested import mapped
from .tensors import KerasTensor, tensors_in
from .written_layer import is_written


def from_tensors(inputs, outputs):
    """Inputs and outputs, where every input is an Input; the same where they are already."""
    given = tensors_in(inputs)
    if all(isinstance(tensor._keras_history[0], InputLayer) for tensor in given):
        return inputs, outputs
    new = {}
    for tensor in given:
        own = isinstance(tensor._keras_history[0], InputLayer)
        new[id(tensor)] = tensor if own else Input(batch_shape=tensor.shape, dtype=tensor.dtype)

    fresh = lambda tensor: new[id(tensor)]
    for node in wiring.calls_behind(set(new), tensors_in(outputs)):
        layer = node.operation
        called = layer._structures[node.kwargs["python_call"]] if is_written(layer) else (node.args, node.kwargs)
        args, kwargs = mapped(called, fresh, KerasTensor)
        made = layer(*args, **kwargs) if node.mode is None else layer(*args, training=node.mode, **kwargs)
        new.update((id(old), own) for old, own in zip(node.outputs, tensors_in(made)))
    return mapped(inputs, fresh, KerasTensor), mapped(outputs, fresh, KerasTensor)
