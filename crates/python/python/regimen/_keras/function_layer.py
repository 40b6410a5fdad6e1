"""Functions and arithmetic between symbolic tensors, as layers."""

import inspect

from . import configs, naming, promotion
from .base_layer import Layer
from .registered import get_registered_object
from .written_layer import WrittenLayer


class FunctionLayer(WrittenLayer):
    """A function of keras.ops between symbolic tensors."""

    def __init__(self, function):
        super().__init__(name=naming.unique(function.__name__.strip("_")))
        self._foreign_name = function.__name__
        self.__dict__["_function"] = function

    def call(self, *args, **kwargs):
        """The function."""
        return self._function(*args, **kwargs)

    def get_config(self):
        """The options that every layer has; the function is code, which no config holds."""
        return super().get_config()

    def _run(self, args, kwargs, training):
        return self._function(*args, **kwargs)


def between(function, name):
    """A function as one between symbolic tensors: a node of a model."""

    def run(*args, **kwargs):
        return function(*args, **kwargs)

    run.__name__ = name
    return FunctionLayer(run)


class Operation(Layer):
    """Arithmetic between symbolic tensors, and what makes masks in models of files."""

    _class_name = "Operation"
    _module = "keras.src.ops.numpy"

    def __init__(self, class_name, config=None):
        self._set_up()
        self._class, self._policy = class_name, None
        self._config = {key: value for key, value in (config or {}).items() if key != "name"}
        self.name = naming.unique(naming.snake_case(class_name))

    def _entry(self):
        config = {"name": self.name, **self._config}
        return {"module": self._module, "class_name": self._class, "config": config, "registered_name": self._class}

    def _output_dtype(self, args):
        if self._class in ("NotEqual", "Any", "LogicalOr"):
            return "bool"
        kinds = [promotion.kind_of(value) for value in args]
        return promotion.result_type(*kinds, *(["float"] if self._class in ("Divide", "TrueDivide") else []))


class Lambda(WrittenLayer):
    """A function of tensors as a layer. Configs have it by its name, and give it back where a program names it in `custom_objects`."""

    def __init__(self, function, output_shape=None, mask=None, arguments=None, **kwargs):
        super().__init__(**kwargs)
        # The shape follows from the function; what is declared is kept for configs.
        self.__dict__.update(function=function, arguments=arguments or {}, output_shape_declared=output_shape, mask=mask)
        self.supports_masking = mask is not None

    def call(self, inputs, mask=None, training=None):
        """The function."""
        named = _parameters(self.function)
        given = {key: value for key, value in (("mask", mask), ("training", training)) if key in named}
        return self.function(inputs, **{**given, **self.arguments})

    def compute_mask(self, inputs, mask=None):
        """The mask that it was made with: a tensor, or a function of the inputs and their mask."""
        return self.mask(inputs, mask) if callable(self.mask) else self.mask

    def get_config(self):
        """The options that every layer has, and functions by their names."""
        named = {"function": self.function, "output_shape": self.output_shape_declared, "mask": self.mask}
        given = {key: _by_name(value) for key, value in named.items() if value is not None}
        return {**super().get_config(), **given, "arguments": self.arguments}

    @classmethod
    def from_config(cls, config, custom_objects=None, safe_mode=None):
        """A layer with the functions that the program names so."""
        return cls(**{key: _of_name(value, custom_objects) for key, value in config.items()})


def _parameters(function):
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):
        return {}


def _by_name(value):
    if not callable(value):
        return configs.serialize(value)
    if not hasattr(value, "__name__"):
        told = "a config has functions by their names, give it a function with one"
        raise TypeError(f"Cannot serialize object {value} of type {type(value)}: {told}")
    if value.__name__ == "<lambda>":
        return {"class_name": "__lambda__", "config": {}}
    return {"module": "builtins", "class_name": "function", "config": value.__name__, "registered_name": value.__name__}


def _of_name(value, custom_objects):
    """A function that a config names; other values as they are."""
    if not isinstance(value, dict) or value.get("class_name") not in ("function", "__lambda__"):
        return value
    found = get_registered_object(value["config"], custom_objects) if value["class_name"] == "function" else None
    if found is None:
        raise ValueError(
            "Lambda: a function comes out of a config by its name alone, its code is not run; found "
            f"{value['config'] or 'one without a name'}. Give it a name, and name it in `custom_objects`"
        )
    return found
