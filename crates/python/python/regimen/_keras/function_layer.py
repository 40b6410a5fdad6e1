"""Functions and arithmetic between symbolic tensors, as layers."""

from . import naming, promotion
from .base_layer import Layer
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

    def _run(self, args, kwargs, training):
        return self._function(*args, **kwargs)


class Operation(Layer):
    """Arithmetic between symbolic tensors."""

    _class_name = "Operation"
    _module = "keras.src.ops.numpy"

    def __init__(self, class_name):
        self._set_up()
        self._class, self._config, self._policy = class_name, {}, None
        self.name = naming.unique(naming.snake_case(class_name))

    def _entry(self):
        config = {"name": self.name}
        return {"module": self._module, "class_name": self._class, "config": config, "registered_name": self._class}

    def _output_dtype(self, args):
        kinds = [promotion.kind_of(value) for value in args]
        return promotion.result_type(*kinds, *(["float"] if self._class in ("Divide", "TrueDivide") else []))


class Lambda(WrittenLayer):
    """A function of tensors as a layer. It is not written into files."""

    def __init__(self, function, output_shape=None, mask=None, arguments=None, **kwargs):
        super().__init__(**kwargs)
        self.__dict__["function"], self.__dict__["arguments"] = function, arguments or {}

    def call(self, inputs, mask=None, training=None):
        """The function."""
        return self.function(inputs, **self.arguments)
