"""Models cloned layer by layer: a function of the program gives the layer that stands for each."""

from . import by_number, wiring
from .functional import Functional
from .layer import FunctionLayer, InputLayer, Layer, Operation
from .model import Input
from .nested import mapped, ordered
from .sequential import Sequential
from .tensors import KerasTensor, tensors_in
from .written_layer import is_written


def cloned(model, function=None, recursive=False, input_tensors=None, call_function=None):
    """A model that is wired like another, of the layers that `function(layer)` gives; `recursive`: models inside are cloned so, too.

    It begins at `input_tensors`, else at inputs of its own; `call_function(layer, *args, **kwargs)` calls the layers.
    """
    _check(model, function, input_tensors, call_function)
    made = {}

    def of(layer):
        if id(layer) not in made:
            made[id(layer)] = _one(layer, function or _anew, recursive, call_function)
        return made[id(layer)]

    if isinstance(model, Sequential):
        layers = [of(layer) for layer in model.layers]
        return Sequential([*_begin(model, input_tensors), *layers], name=model.name, trainable=model._trainable)
    inputs = _own_inputs(model) if input_tensors is None else _given_inputs(model, input_tensors)
    return _wired(model, inputs, of, call_function or (lambda layer, *args, **kwargs: layer(*args, **kwargs)))


def _check(model, function, input_tensors, call_function):
    """Refuses what Keras refuses."""
    if call_function is not None and isinstance(model, Sequential):
        raise ValueError(
            "`call_function` argument is not supported with Sequential models: their layers are not called one by one when they are made. "
            f"Received model of type '{type(model).__name__}', with call_function={call_function}"
        )
    if isinstance(model, (Sequential, Functional)):
        return
    kind = f"Received model of type '{type(model).__name__}', with"
    if function is not None or input_tensors is not None:
        raise ValueError(
            "Arguments `clone_function` and `input_tensors` are only supported for Sequential models or Functional models. "
            f"{kind} clone_function={function} and input_tensors={input_tensors}"
        )
    raise ValueError(f"Argument `call_function` is only supported for Functional models. {kind} call_function={call_function}")


def _anew(layer):
    with by_number.in_process():
        return type(layer).from_config(layer.get_config())


def _begin(model, given):
    """What a stack begins with."""
    if given is None:
        return [Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=model.input_names[0]) for tensor in model.inputs]
    if isinstance(given, (list, tuple)):
        if len(given) != 1:
            raise ValueError("Argument `input_tensors` must contain a single tensor.")
        given = given[0]
    if not isinstance(given, KerasTensor):
        raise ValueError(f"Argument `input_tensors` must be a KerasTensor. Received invalid value: input_tensors={given}")
    # An Input of its own: as Keras has it, by the tensor's sizes and the name that the model's input has.
    return [Input(batch_shape=given.shape, dtype=given.dtype, name=model.input_names[0] if model.built else None)]


def _own_inputs(model):
    names = iter([tensor._keras_history[0].name for tensor in model.inputs])
    return mapped(model._inputs_struct, lambda tensor: Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=next(names)), KerasTensor)


def _given_inputs(model, given):
    """The tensors that a clone begins at, nested as the model's inputs are."""
    from ..keras import tree

    if not all(isinstance(each, KerasTensor) for each in tree.flatten(given)):
        raise ValueError(f"All entries in `input_tensors` must be KerasTensors. Received invalid values: inputs_tensors={given}")
    try:
        tree.assert_same_structure(given, model._inputs_struct)
    except ValueError as error:
        raise ValueError(
            f"`input_tensors` must have the same structure as model.input\nReference structure: {model._inputs_struct}\n"
            f"Received structure: {given}"
        ) from error
    return ordered(given)


def _one(layer, function, recursive, call_function):
    if isinstance(layer, (Operation, FunctionLayer)):
        return layer  # arithmetic between tensors: no layer to programs
    if recursive and isinstance(layer, (Sequential, Functional)):
        return cloned(layer, function, True, call_function=None if isinstance(layer, Sequential) else call_function)
    found = function(layer)
    if not isinstance(found, Layer):
        raise TypeError(f"The `clone_function` argument must return a Layer instance. Received: {found} (of type {type(found).__name__})")
    return found


def _wired(model, inputs, of, call):
    new = {id(old): own for old, own in zip(model.inputs, tensors_in(inputs))}
    fresh = lambda tensor: new[id(tensor)]
    for node in wiring.calls_behind(set(new), model.outputs):
        layer = node.operation
        if isinstance(layer, InputLayer):
            continue
        called = layer._structures[node.kwargs["python_call"]] if is_written(layer) else (node.args, node.kwargs)
        args, kwargs = mapped(called, fresh, KerasTensor)
        mode = {} if node.mode is None else {"training": node.mode}
        new.update((id(old), own) for old, own in zip(node.outputs, tensors_in(call(of(layer), *args, **kwargs, **mode))))
    return Functional(inputs, mapped(model._outputs_struct, fresh, KerasTensor), name=model.name)
