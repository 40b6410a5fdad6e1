"""Layers and models that a loss or a metric of a program calls: parts of the graph of the step, whose weights are constants of it."""

import contextlib

from .. import _regimen
from .nested import found, mapped
from .per_thread import Stack
from .tensors import KerasTensor
from .traced import Tensor

# Lists of variables that are read so, innermost last.
_read = Stack()


@contextlib.contextmanager
def noted():
    """Inside of a `with` statement what is read goes into the list that it gives."""
    read = []
    _read.append(read)
    try:
        yield read
    finally:
        _read.pop()


def called(layer, args, kwargs, training):
    """The outputs of a layer for values of the graph."""
    if training and layer._two_modes():
        raise NotImplementedError(
            f"{layer.name}(training=True) in a loss or a metric: what is called there is in inference here; make it a part of the "
            "model, and give what it computes to add_loss()"
        )
    kwargs = {key: value for key, value in kwargs.items() if value is not None}
    symbolic = mapped((args, kwargs), lambda t: KerasTensor((None,) * min(t.ndim, 1) + t.shape[1:], t.dtype), Tensor)
    if not layer.built:
        layer._infer(*symbolic)
    weights = _weights(layer, *symbolic)
    for _, variable in weights:
        variable._is_in_graphs = True  # which are made anew once it changes
    for read in _read:
        read.extend(variable for _, variable in weights)
    near = found((args, kwargs), Tensor)[0].native
    values = [(path, variable.now().astype("float32", copy=False)) for path, variable in weights]
    return _regimen.traced_aside(near, values, lambda: layer._inside_of_trace(args, kwargs, False))


def _weights(layer, args, kwargs):
    """Its weights by their places below it, as the engine has them."""
    kept = len(layer.__dict__.get("_structures", ()))
    try:
        told = layer._described(args, kwargs)["weights"]
    finally:
        del layer.__dict__.get("_structures", [])[kept:]
    return [(weight["path"], layer._variable(weight["path"].split("/", 1)[1])) for weight in told]


def check(model, read):
    """Refuses what is a part of the model that trains: as constants its weights would have no gradients."""
    own = {id(variable) for variable in model.trainable_weights}
    shared = [variable.path for variable in read if id(variable) in own]
    if shared:
        raise NotImplementedError(
            f"a loss or a metric calls layers of the model that trains ({', '.join(dict.fromkeys(shared))}), which is not possible here: "
            "give what they compute out of the model (an output with a loss of its own, or add_loss() in `call`)"
        )
