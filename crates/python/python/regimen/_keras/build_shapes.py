"""What methods of a layer of a program that take shapes, such as `build`, are given.

That is the shape of the first argument of `call`, or those of several arguments by their names.
"""

import inspect

from .entering import is_array, shaped
from .tensors import KerasTensor

_BY_NAME = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def of_call(layer, args, kwargs, method=None):
    """Arguments of `build`, or of another method that takes shapes, for such a call: `(by place, by name)`."""
    method = layer.build if method is None else method
    names = [name for name, parameter in inspect.signature(method).parameters.items() if parameter.kind in _BY_NAME]
    if len(names) > 1:
        return (), _by_name(layer, names, f"{type(layer).__name__}.{method.__name__}()", args, kwargs)
    holding = [value for value in (*args, *kwargs.values()) if shaped(value)]
    shapes = [_shapes(value) for value in holding]
    return (shapes[0] if names or len(shapes) == 1 else shapes,), {}


def _shapes(value):
    if isinstance(value, KerasTensor) or is_array(value):
        return tuple(value.shape)
    if isinstance(value, (list, tuple)):
        return type(value)(_shapes(item) for item in value)
    return {key: _shapes(item) for key, item in value.items()} if isinstance(value, dict) else value


def _by_name(layer, names, method, args, kwargs):
    call = inspect.signature(layer.call)
    known = call.bind_partial(*args, **kwargs).arguments
    for name in names:
        rule = f"{method} has several arguments: each has to be the name of an argument of `call()` with `_shape` behind it"
        if not name.endswith("_shape"):
            raise ValueError(f"{rule}. Received the argument `{name}`, which does not end in `_shape`.")
        if name.removesuffix("_shape") not in call.parameters:
            own = name.removesuffix("_shape")
            raise ValueError(f"{rule}. Received the argument `{name}`, but `call()` does not have argument `{own}`.")
    given = {name: known.get(name.removesuffix("_shape")) for name in names}
    return {name: _shapes(value) for name, value in given.items() if shaped(value)}
