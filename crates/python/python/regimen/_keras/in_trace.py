"""A layer of the library that is called inside of what is traced: it writes into the graph at that place."""

from .. import _regimen
from . import beside, call_penalties, cells, configs, freezing, layer_facts
from .nested import found, mapped
from .tensors import KerasTensor
from .traced import Tensor, any_traced, inside, modes, native, path_to, running, suspended


def is_part(layer):
    """Whether a layer that is called without tensors is a part of what is traced: it is held there, or has no weights."""
    if not running or layer._class in layer_facts.BEFORE_THE_GRAPH:
        return False
    return path_to(layer) is not None or layer.built and not layer.weights


def check_held(layer):
    """Refuses a layer that makes its weights inside of what is traced, where nothing holds it."""
    if running and path_to(layer) is None and layer.weights:
        raise ValueError(
            f"{layer.name}: is called first in `call` of {running[-1].name}, which does not hold it, so that the model does not have its "
            "weights; give it to the layer as an attribute (self.inner = ...)"
        )


def is_aside(layer):
    """Whether nothing of what is traced holds a layer with weights: they are constants there, as in Keras."""
    return not running or path_to(layer) is None and bool(layer.weights)


def aside(layer, args, kwargs, training):
    """The outputs of such a layer."""
    if not running:
        return beside.called(layer, args, kwargs, training)
    if running[0]._path_to(layer) is not None:
        raise ValueError(
            f"{layer.name}: is called in `call` of {running[-1].name}, and held by a layer around that one; give it to {running[-1].name} "
            "as an attribute, too"
        )
    if (modes[-1] if training is None else training) and layer._two_modes():
        raise NotImplementedError(
            f"{layer.name}: is called in `call` of {running[-1].name}, which does not hold it, and does something else in training; "
            "give it to the layer as an attribute (self.inner = ...)"
        )
    with suspended():
        return beside.called(layer, args, kwargs, False)


def called(layer, args, kwargs, training=None):
    """Its outputs; `training` goes before the mode of what is around it."""
    kwargs = {key: value for key, value in kwargs.items() if key != "training" and value is not None}
    if isinstance(alike := kwargs.get("attention_mask"), Tensor) and alike.ndim == 2:
        kwargs["attention_mask"] = _for_rows(alike, found(args, Tensor)[0].shape[0])
    if not layer.built:
        rows = (lambda t: t.shape[:1]) if layer._config.get("stateful") else (lambda t: (None,) * min(t.ndim, 1))
        layer._infer(*mapped((args, kwargs), lambda t: KerasTensor((*rows(t), *t.shape[1:]), t.dtype), Tensor))
    check_held(layer)
    if layer._class in cells.CLASSES and "states" in kwargs:
        args = (*args, kwargs.pop("states"))
    masks = kwargs.pop("mask", None)
    inputs = [t.native for t in found(args, Tensor)]
    for i, mask in enumerate(masks if isinstance(masks, (list, tuple)) else [masks]):
        if mask is not None:
            inputs[i] = inputs[i].with_mask(truth(mask))
    keywords = [(name, value.native) for key, given in kwargs.items() for name, value in _numbered(key, given)]
    rest = {key: value for key, value in kwargs.items() if not any_traced(value)}
    if training is not None:
        rest["training"] = training
    if training and layer_facts.moves_in_training(layer._class) and getattr(running[0] if running else None, "_whole", False):
        running[0].__dict__["_trains_inside"] = True
    given = configs.engine_text(layer), layer.name, freezing.in_engine(layer), inputs, keywords, configs.dumps(configs.serialize(rest))
    outputs = [Tensor(x) for x in inside((path_to(layer) or [])[:-1], lambda: _regimen.traced_call(*given))]
    call_penalties.note(layer, outputs)
    if layer._class in cells.CLASSES:
        return cells.laid_out(layer, args, outputs)
    return outputs[0] if len(outputs) == 1 else outputs


def truth(mask):
    """A mask as the engine has it."""
    value = native(mask)
    return value if value.dtype == "bool" else value.cast("bool")


def _numbered(key, value):
    """Tensors of an argument as the engine names them: `initial_state.0`, `initial_state.1`."""
    if isinstance(value, (list, tuple)):
        return [(f"{key}.{i}", tensor) for i, tensor in enumerate(found(value, Tensor))]
    return [(key, value)] if isinstance(value, Tensor) else []


def _for_rows(mask, rows):
    """A mask that is the same for all rows, for each of them."""
    from ..keras import ops

    return ops.broadcast_to(ops.expand_dims(mask, 0), (rows, *mask.shape))
