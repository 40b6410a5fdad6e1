"""Functions and arithmetic between symbolic tensors, as layers."""

import inspect

from . import configs, naming, operation_calls, operation_facts, promotion
from .base_layer import Layer
from .registered import get_registered_object
from .tensors import is_symbolic, tensors_in
from .written_layer import WrittenLayer


class FunctionLayer(WrittenLayer):
    """A function between symbolic tensors. One of keras.ops that is an operation in Keras has `facts`, and options beside its calls."""

    _stands_for = None

    def __init__(self, function, facts=None, options=None, name=None):
        kind = facts.class_name if facts is not None else function.__name__
        super().__init__(name=name or naming.unique(naming.snake_case(kind) if facts is not None else kind.strip("_")))
        self._foreign_name = kind
        self.__dict__.update(_function=function, _facts=facts, _options_of_call=options or {})

    @classmethod
    def of_call(cls, function, args, kwargs):
        """What a function of keras.ops gives between symbolic tensors."""
        facts = operation_facts.of_function(function)
        if facts is not None:
            by_place, by_name, options = operation_calls.taken_apart(facts, function, args, kwargs)
            if not tensors_in(options):
                return cls(function, facts, options)(*by_place, **by_name)
        return cls(function)(*args, **kwargs)

    @classmethod
    def of_entry(cls, entry):
        """An operation out of a config."""
        facts = operation_facts.of_entry(entry)
        function = _function_of(facts) if facts is not None else None
        if function is None:
            raise ValueError(
                f"{entry.get('name')}: the operation {entry['class_name']} of {entry.get('module') or 'keras.ops'} is none that is "
                "known here; a layer or a registered layer of your own in its place can be read"
            )
        name = entry.get("name") or entry["config"].get("name")
        return cls(function, facts, operation_calls.read_options(entry["config"], name), name)

    def called_again(self, args, kwargs):
        """A call as a config has it."""
        args, kwargs = operation_calls.read(list(args)), operation_calls.read(kwargs)
        if self._facts.function == "get_item" and len(args) == 2 and isinstance(args[1], list):
            args[1] = tuple(args[1])
        if not is_symbolic(args, kwargs):
            raise ValueError(f"{self.name}: an operation of a config has to be called with what layers give, found numbers alone")
        return self(*args, **kwargs)

    def call(self, *args, **kwargs):
        """The function."""
        if self._facts is None:
            return self._function(*args, **kwargs)
        return operation_calls.joined(self._facts, self._function, args, kwargs, self._options_of_call)

    def get_config(self):
        """The options of the operation."""
        if self._facts is None:
            raise NotImplementedError(self.why_not_written())
        return {"name": self.name, **operation_calls.written(operation_calls.plain_arrays(self._options_of_call), self.name)}

    def is_operation(self):
        """Whether configs can have it by the name of its operation."""
        return self._facts is not None

    def why_not_written(self):
        """What is told where a config cannot have it."""
        return (
            f"{self.name}: {self._foreign_name}() between symbolic tensors is code, which no config and no file of ours holds, as Keras "
            "has no operation of its name for it. Put it into a registered layer of your own; save_weights() writes the weights"
        )

    def _entry(self):
        if configs.for_engine():
            return super()._entry()
        config = self.get_config()
        return {"module": self._facts.module, "class_name": self._facts.class_name, "config": config,
                "registered_name": self._facts.class_name}

    def _call_of(self, node):
        args, kwargs = super()._call_of(node)
        if configs.for_engine():
            return args, kwargs
        if self._facts is None:
            raise NotImplementedError(self.why_not_written())
        return operation_calls.written(list(args), self.name), operation_calls.written(kwargs, self.name)

    def _run(self, args, kwargs, training):
        return self.call(*args, **kwargs)


def _function_of(facts):
    from ..keras import ops

    return getattr(ops.image if facts.module.endswith(".image") else ops, facts.function, None)


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
    of_the_library = ("Add", "Subtract", "Multiply", "Divide", "TrueDivide", "NotEqual", "Any", "LogicalOr")

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
