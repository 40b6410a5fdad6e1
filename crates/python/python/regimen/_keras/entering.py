"""What enters a layer: arrays and weights beside tensors are tensors, too, as in Keras.

Inside of what is traced they become values of the graph, between symbolic tensors constants of the model.
"""

import numpy as np

from . import dtypes, masks, promotion
from .nested import found, mapped
from .tensors import KerasTensor
from .traced import Tensor, native
from .variable import Variable

# Keywords of layers of the library that hold tensors: lists of numbers there are arrays.
_MASKS = ("mask", "attention_mask", "query_mask", "value_mask", "key_mask")
_TENSORS = (*_MASKS, "initial_state", "states", "count_weights")


def is_array(value):
    """Whether a value holds numbers: an array of any kind, one of NumPy's numbers, a weight."""
    if isinstance(value, (Tensor, KerasTensor, type)) or not hasattr(value, "__array__"):
        return False
    kind = np.dtype(value.dtype).kind if isinstance(value, (np.ndarray, np.generic)) else "f"
    return isinstance(value, Variable) or kind in "biuf" or getattr(value.dtype, "name", "") == "bfloat16"


def are_numbers(value):
    """Whether a list is one array, and not a list of them."""
    if not isinstance(value, (list, tuple)) or not value:
        return False
    return all(isinstance(item, (int, float, bool, np.number)) or are_numbers(item) for item in value)


def into_graph(layer, args, kwargs):
    """The arguments of a call inside of what is traced."""
    if not layer._class_name:
        return _each((args, kwargs), _of_program)
    args, kwargs = _lists_as_arrays(args, kwargs)
    args, kwargs = _each(args, _lifted), {key: _keyword(key, value, _lifted) for key, value in kwargs.items()}
    _check_places(layer, args, Tensor)
    if layer._class == "Concatenate" and len({x.dtype for x in found(args, Tensor)}) > 1:
        args = mapped(args, lambda x: Tensor(x.native.cast("float32").with_mask(x.native.mask)), Tensor)
    return args, kwargs


def into_model(layer, args, kwargs):
    """The arguments of a call between symbolic tensors; a weight is the array that it is now."""
    if not layer._class_name:
        return _each((args, kwargs), _constant)
    args, kwargs = _lists_as_arrays(args, kwargs)
    args, kwargs = _each(args, _constant), {key: _keyword(key, value, _constant) for key, value in kwargs.items()}
    _check_places(layer, args, (KerasTensor, np.ndarray))
    tensors = found(args, KerasTensor)
    if layer._class == "Functional" and tensors and found(args, np.ndarray):
        raise ValueError(
            f"{layer.name}: in a nested call() argument, you cannot mix tensors and non-tensors: a model takes symbolic tensors or arrays, "
            "found both; make the array an output of a layer, or a keras.Input"
        )
    if layer._class == "Concatenate" and any(t.dtype.startswith("float") for t in tensors):
        args = mapped(args, lambda x: x.astype("float32"), np.ndarray)
    alike = kwargs.get("attention_mask")
    return args, {**kwargs, "attention_mask": alike[None]} if isinstance(alike, np.ndarray) and alike.ndim == 2 else kwargs


def for_engine(kwargs):
    """Keywords as the engine reads them: of a list where not all are there each by its place, such as `mask.1`."""
    gaps = lambda value: isinstance(value, (list, tuple)) and any(item is None for item in value)
    parts = {f"{key}.{i}": item for key, value in kwargs.items() if gaps(value) for i, item in enumerate(value) if item is not None}
    return {**{key: value for key, value in kwargs.items() if not gaps(value)}, **parts}


def shaped(value):
    """Symbolic tensors and arrays of nested arguments, in order."""
    if isinstance(value, (KerasTensor, Tensor)) or is_array(value):
        return [value]
    if isinstance(value, (list, tuple)):
        return [each for item in value for each in shaped(item)]
    return [each for key in value for each in shaped(value[key])] if isinstance(value, dict) else []


def holds_texts(value):
    """Whether there are words among nested arguments, which no graph has."""
    if isinstance(value, (list, tuple, dict)):
        return any(holds_texts(item) for item in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, str) or isinstance(value, np.ndarray) and value.dtype.kind in "OUS"


def plain(array):
    """An array in the types that the engine has."""
    given = np.asarray(array)
    kind = "bool" if given.dtype.kind == "b" else "int32" if given.dtype.kind in "iu" else "float32"
    return np.asarray(given, dtype=kind, order="C")


def _each(value, function):
    """Nested arguments with what holds numbers replaced."""
    if is_array(value):
        return function(value)
    if isinstance(value, (list, tuple)):
        items = [_each(item, function) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    return {key: _each(item, function) for key, item in value.items()} if isinstance(value, dict) else value


def _keyword(key, value, function):
    """One of NumPy's numbers is an option, and no tensor."""
    return _each(value, function) if key in _TENSORS else mapped(value, lambda x: x.item(), np.generic)


def _lists_as_arrays(args, kwargs):
    first = (np.asarray(args[0]),) if args and are_numbers(args[0]) else args[:1]
    kinds = {key: bool if key in _MASKS else np.float32 for key in _TENSORS}
    as_array = lambda key, value: np.asarray(value, dtype=kinds[key]) if key in kinds and are_numbers(value) else value
    return (*first, *args[1:]), {key: as_array(key, value) for key, value in kwargs.items()}


def _lifted(value):
    """A value of the graph, with the mask that an array carries."""
    if isinstance(value, Variable):
        return Tensor(native(value))
    lifted, mask = native(plain(value)), masks.get_mask(value)
    return Tensor(lifted if mask is None else lifted.with_mask(native(np.asarray(mask, dtype=bool))))


def _of_program(value):
    """The same for a layer of a program: an array without a mask is one that `keras.ops` computes at once."""
    if isinstance(value, Variable) or masks.get_mask(value) is not None:
        return _lifted(value)
    from ..keras.ops._settings import narrow

    return narrow(np.asarray(value))


def _constant(value):
    if isinstance(value, Variable):
        return np.array(dtypes.rounded(value.numpy(), promotion.name_of(value.dtype)))
    return plain(value)


def _check_places(layer, args, kinds):
    """Refuses numbers by place, which the engine would leave out."""
    for value in _leaves(args):
        if value is not None and not isinstance(value, kinds) and layer._class_name != "Operation":
            raise ValueError(
                "Only input tensors may be passed as positional arguments. The following argument value should be passed as a keyword "
                f"argument: {value!r} (of type {type(value)})"
            )


def _leaves(value):
    if isinstance(value, (list, tuple, dict)):
        return [leaf for item in (value.values() if isinstance(value, dict) else value) for leaf in _leaves(item)]
    return [value]
