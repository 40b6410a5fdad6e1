"""Models cloned layer by layer: a function of the program gives the layer that stands for each."""

from . import wiring
from .functional import Functional
from .layer import FunctionLayer, InputLayer, Layer, Operation
from .model import Input
from .nested import mapped
from .sequential import Sequential
from .tensors import KerasTensor, tensors_in
from .written_layer import is_written


def cloned(model, function, recursive=False):
    """A model that is wired like another, of the layers that `function(layer)` gives; `recursive`: models inside are cloned so, too."""
    if not isinstance(model, (Sequential, Functional)):
        raise ValueError(
            "Arguments `clone_function` and `input_tensors` are only supported for Sequential models or Functional models. "
            "Received model of "
            f"type '{type(model).__name__}', with clone_function={function}"
        )
    made = {}

    def of(layer):
        if id(layer) not in made:
            made[id(layer)] = _one(layer, function, recursive)
        return made[id(layer)]

    if isinstance(model, Sequential):
        begin = [Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=model.input_names[0]) for tensor in model.inputs]
        return Sequential([*begin, *map(of, model.layers)], name=model.name)
    return _wired(model, of)


def _one(layer, function, recursive):
    if isinstance(layer, (Operation, FunctionLayer)):
        return layer  # arithmetic between tensors: no layer to programs
    if recursive and isinstance(layer, (Sequential, Functional)):
        return cloned(layer, function, True)
    found = function(layer)
    if not isinstance(found, Layer):
        raise TypeError(f"The `clone_function` argument must return a Layer instance. Received: {found} (of type {type(found).__name__})")
    return found


def _wired(model, of):
    names = [tensor._keras_history[0].name for tensor in model.inputs]
    new = {id(tensor): Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=name) for tensor, name in zip(model.inputs, names)}
    fresh = lambda tensor: new[id(tensor)]
    for node in wiring.calls_behind(set(new), model.outputs):
        layer = node.operation
        if isinstance(layer, InputLayer):
            continue
        called = layer._structures[node.kwargs["python_call"]] if is_written(layer) else (node.args, node.kwargs)
        args, kwargs = mapped(called, fresh, KerasTensor)
        mode = {} if node.mode is None else {"training": node.mode}
        new.update((id(old), own) for old, own in zip(node.outputs, tensors_in(of(layer)(*args, **kwargs, **mode))))
    return Functional(mapped(model._inputs_struct, fresh, KerasTensor), mapped(model._outputs_struct, fresh, KerasTensor), name=model.name)
