"""A layer that is called on arrays: a small model around it, whose only row holds the arrays whole."""

import functools
import inspect

import numpy as np

from . import before_the_graph, call_penalties, draws_on_arrays, dtypes, functional, input_spec, layer_facts, layer_masks, layer_texts
from . import low_rank, masks, picture_dicts, promotion
from .base_layer import engine_dtype
from .call_penalties import penalties
from .eager_array import eager
from .entering import are_numbers
from .in_trace import truth
from .nested import HOLE, filled, found, mapped
from .tensors import KerasTensor, is_symbolic, tensors_in
from .traced import Tensor, any_traced, at_once, native
from .variable import Variable
from .written_layer import WrittenLayer

# Models that are kept for one layer.
_KEPT = 8
# What trains in a call that does not: calls inside of the layer that say `training=True`.
_IN_PLACES = "in places"


class Around(WrittenLayer):
    """Holds a layer; gives its outputs, their masks, and the penalties that its call added."""

    # Layers are built for the arrays as they are, with their number of rows.
    _whole = True

    def __init__(self, layer, args, kwargs, trains, count):
        # What draws in it without a seed follows from its name.
        super().__init__(name=f"around_{count}" if count else "around")
        self.inside = layer
        self.__dict__.update(_arguments=(args, kwargs), _trains=bool(trains), _still=trains == _IN_PLACES, _trains_inside=False)
        self.__dict__.update(_has_mask=[], _owners=[], _seen=[], _by_rows=_stateful(layer))

    def call(self, inputs):
        """All of that, each with an axis of rows."""
        from ..keras import ops

        rows = inputs[0].shape[0]
        args, kwargs = filled(self._arguments, list(inputs) if self._by_rows else [x[0] for x in inputs])
        penalties.clear()
        args, kwargs = _carrying((args, {key: value for key, value in kwargs.items() if key != "masks"}), kwargs.get("masks", []))
        mode = {"training": False} if self._still else {}
        outputs = self.inside(*args, **kwargs, **mode)
        outputs = outputs if isinstance(outputs, (list, tuple, dict)) else _tensor(outputs)
        self.__dict__["_form"] = mapped(outputs, lambda t: HOLE, Tensor)
        tensors = found(outputs, Tensor)
        added, self.__dict__["_owners"] = [ops.sum(loss) for _, loss in penalties], [layer for layer, _ in penalties]
        penalties.clear()
        carried = [Tensor(x.native.mask) for x in tensors if x.native.mask is not None]
        self.__dict__["_has_mask"] = [x.native.mask is not None for x in tensors]
        everything = [Tensor(x.native.with_mask(None)) for x in tensors] + [ops.cast(m, "float32") for m in carried] + added
        if self._trains:
            return self._keep(everything, rows)
        if self._by_rows:
            return everything
        return [ops.broadcast_to(ops.expand_dims(x, 0), (rows, *x.shape)) for x in everything]

    def _keep(self, values, rows):
        """A step of training tells losses alone: what is to be seen becomes the value of variables."""
        from ..keras import ops

        for i, value in enumerate(values):
            if i == len(self._seen):
                shape = layer_facts.shape_in_training(self.inside._class, self.inside._config, value.shape)
                self._seen.append(self.add_weight(shape, "zeros", trainable=False, name=f"seen_{i}"))
            native(self._seen[i])
            # What inference gives may have other sizes; it is not looked at.
            if tuple(value.shape) == tuple(self._seen[i].shape):
                self._seen[i].assign(ops.stop_gradient(ops.cast(value, "float32")))
        return ops.zeros((rows, 1)) + ops.stop_gradient(ops.cast(ops.sum(values[0]), "float32")) * 0.0


def _stateful(layer):
    """Whether anything of a layer carries states of rows from call to call: then the rows have to be those of the model."""
    return any(each._config.get("stateful") for each in layer._flatten_layers())


def _tensor(value):
    return value if isinstance(value, Tensor) else Tensor(native(value))


def _carrying(args, given):
    """Inputs with the masks that they have."""
    waiting = list(given)

    def one(x):
        mask = waiting.pop(0) if waiting else None
        return x if mask is None else Tensor(x.native.with_mask(truth(mask)))

    return mapped(args, one, Tensor)


@functools.lru_cache(maxsize=None)
def by_default(kind):
    """What `training` is in the `call` of a class of a program that says it; None where it does not."""
    known = inspect.signature(kind.call).parameters.get("training") if not kind._class_name else None
    return None if known is None or known.default is known.empty else known.default


def called(layer, args, kwargs, training=None):
    """A layer's outputs for arrays. Where `training` is not said the calls between symbolic tensors inside of it say it."""
    training = by_default(type(layer)) if training is None else training
    trains = layer._class in layer_facts.IMAGES if training is None else bool(training)
    with at_once(layer), functional.modes_of_calls(training is None):
        outputs = _called(layer, args, kwargs, trains)
    if isinstance(outputs, dict):  # pictures with what belongs to them, changed in place
        return outputs
    given = eager(outputs)
    for plain, array in zip(found(outputs, np.ndarray), found(given, np.ndarray)):
        if plain is not array and (mask := masks.get_mask(plain)) is not None:
            masks.set_mask(array, mask)
    return given


def _called(layer, args, kwargs, training):
    layer._clear_losses()
    if low_rank.is_adapted(layer):
        layer.build(np.shape(args[0]))
        twin = low_rank.plain(layer)
        outputs = _called(twin, args, kwargs, training)
        layer._losses = list(twin._losses)
        return outputs
    if layer._class in layer_facts.BEFORE_THE_GRAPH:
        return before_the_graph.called(layer, args, kwargs)
    if layer._class in layer_facts.IMAGES and args and isinstance(args[0], dict) and "images" in args[0]:
        return picture_dicts.called(layer, args[0], training)
    rank = layer_facts.WITHOUT_ROWS.get(layer._class)
    if rank is not None and len(args) == 1 and not isinstance(args[0], (list, tuple, dict)) and np.ndim(args[0]) == rank:
        return _called(layer, (np.asarray(args[0])[None],), kwargs, training)[0]
    trains = training and layer._two_modes()
    if not trains and functional.says_modes() and any(getattr(each, "_own_modes", False) for each in layer._all_layers()):
        trains = _IN_PLACES
    outputs, _ = _run(layer, args, kwargs, trains)
    return tuple(outputs) if layer._class in layer_facts.TUPLES and isinstance(outputs, list) else outputs


def _run(layer, args, kwargs, trains):
    layer_masks.check(layer._class, kwargs.get("mask"))
    arrays, (places, names), given, first = _stand_ins(layer, args, dict(kwargs))
    if not arrays:
        raise ValueError(f"Layer '{layer.name}' was called without any array or tensor among its arguments")
    input_spec.check(layer, places)
    with draws_on_arrays.next_call(layer) as count:
        try:
            model, around = _model(layer, arrays, places, {**names, **given}, (trains, count))
        except ValueError as error:
            raise layer_texts.of_inputs(error) from error.__cause__
        values = _values(model, around, arrays)
    if around._trains_inside and not trains:
        return _run(layer, args, kwargs, _IN_PLACES)
    count = len(around._has_mask)
    outputs = [_typed(layer, value, first) for value in values[:count]]
    carried = iter(values[count:])
    for output, has in zip(outputs, around._has_mask):
        if has:
            masks.set_mask(output, next(carried) != 0)
    for owner, loss in zip(around._owners, carried):
        owner._losses.append(loss)
    layer._losses += call_penalties.of_library(layer, outputs)
    return filled(around._form, list(outputs)), outputs


def _stand_ins(layer, args, kwargs):
    """The arrays of a call, the call with symbolic tensors in their place, the masks that they carry, and the type of the first array."""
    arrays, seen = [], []

    def one(value, leaf=False):
        if isinstance(value, (Variable, np.ndarray, np.generic)) or hasattr(value, "__array__"):
            array = np.asarray(value)
            kind = "bool" if array.dtype.kind == "b" else "int32" if array.dtype.kind in "iu" else "float32"
            stand_in = KerasTensor(array.shape, kind)
            arrays.append(np.ascontiguousarray(array, dtype=kind).reshape(array.shape))
            seen.append((stand_in, value))
            return stand_in
        if isinstance(value, (list, tuple)):
            return type(value)(one(item) for item in value)
        if isinstance(value, dict):
            return {key: one(item) for key, item in value.items()}
        return value

    args = tuple(one(np.asarray(a)) if i == 0 and are_numbers(a) else one(a) for i, a in enumerate(args))
    inputs = len(seen)
    mask = kwargs.pop("mask", None) if layer._class_name else None
    kwargs = {key: one(value) for key, value in kwargs.items()}
    carried = [masks.get_mask(value) for _, value in seen]
    for i, own in enumerate(mask if isinstance(mask, (list, tuple)) else [mask]):
        if own is not None and i < inputs:
            carried[i] = own
    given = {}
    if any(m is not None for m in carried):
        given["masks"] = [one(np.asarray(m, dtype=bool)) if m is not None else None for m in carried]
    return arrays, (args, kwargs), given, getattr(seen[0][1], "dtype", None) if seen else None


def _values(model, around, arrays):
    """What the model around a layer gives."""
    rows = arrays if around._by_rows else [a[None] for a in arrays]
    if around._trains:
        return _trained(model, around, rows)
    runner = model._for_asking(rows)
    values = runner.native.predict(rows, len(rows[0]), None, [])
    if model._keeps_states():
        runner.moved()
    return values if around._by_rows else [v[0] for v in values]


def _model(layer, arrays, args, kwargs, mode):
    """The model around a layer; that of an earlier call of the same form where the layer is not a program's."""
    from .model import Input

    fixed = all(each._class_name and not each._initializers for each in layer._flatten_layers())
    trains, count = mode
    forms = [(a.shape, a.dtype.name) for a in arrays]
    key = repr((trains, functional.says_modes(), forms, mapped((args, kwargs), lambda t: "array", KerasTensor)))
    kept = layer.__dict__.setdefault("_on_arrays", {}) if fixed else {}
    if key not in kept:
        around = Around(layer, args, kwargs, trains, count)
        shapes = [a.shape if around._by_rows else (1, *a.shape) for a in arrays]
        inputs = [Input(batch_shape=shape, dtype=a.dtype.name, name=f"array_{i}") for i, (a, shape) in enumerate(zip(arrays, shapes))]
        model = functional.Functional(inputs, around(inputs), name="on_arrays")
        if trains:
            model.compile("sgd", "mse")
            model.optimizer.learning_rate = 0.0
        if len(kept) >= _KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = (model, around)
    return kept[key]


def _trained(model, around, rows):
    """What a step of training shows; weights that no optimizer moves take their new values."""
    target = [np.zeros((len(rows[0]), 1), dtype="float32")]
    runner = model._for_training(rows, target)
    runner.native.on_batch((rows, target, None), None, True)
    by_id = {id(variable): path for path, variable in runner.variables}
    moved = [(path, v) for path, v in runner.variables if not v.trainable and all(v is not seen for seen in around._seen)]
    for (path, variable), value in zip(moved, runner.native.get([path for path, _ in moved])):
        variable.assign(value)
        runner.seen[path] = variable._version
    return runner.native.get([by_id[id(seen)] for seen in around._seen])


def _typed(layer, value, first):
    """An output in the type that the layer computes in, whole numbers of a layer of the library in that of its first input. NumPy has no
    bfloat16: such values stay in float32 arrays."""
    wanted = layer.compute_dtype
    if value.dtype == np.float32 and wanted == "float16":
        return dtypes.rounded(value, wanted)
    if value.dtype == np.int32 and layer._class_name and np.dtype(first).kind in "iu":
        return value.astype(promotion.name_of(first), copy=False)
    return np.ascontiguousarray(value).reshape(value.shape)


def mask_of(layer, inputs, mask, kwargs):
    """The mask that a layer of the library gives for inputs."""
    if layer._class in layer_masks.OF_VALUES and not is_symbolic((inputs,), {}):
        return layer_masks.of_values(layer._class, layer._config, inputs)
    if any_traced(inputs):
        outputs = layer(inputs) if mask is None else layer(inputs, mask=mask)
        return Tensor(outputs.native.mask) if outputs.native.mask is not None else None
    told, rule = layer_masks.known(layer._class, layer._config, inputs, mask)
    if told:
        return rule
    if is_symbolic((inputs,), {}):
        stand_in = lambda t: np.zeros(tuple(n or 1 for n in t.shape), engine_dtype(t.dtype))
        known = mask_of(layer, *mapped((inputs, mask, kwargs), stand_in, KerasTensor))
        if known is None:
            return None
        rows = tensors_in(inputs)[0].shape[0]
        return KerasTensor((rows, *known.shape[1:]), "bool")
    _, outputs = _run(layer, (inputs,), {**kwargs, "mask": mask} if mask is not None else kwargs, False)
    found_masks = [masks.get_mask(output) for output in outputs]
    return found_masks[0] if len(found_masks) == 1 else found_masks
