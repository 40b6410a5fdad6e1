"""Models that programs write: a class with a `call`, traced as a layer is."""

import inspect

import numpy as np

from . import data, in_trace, naming
from .eager_array import eager
from .functional import Functional
from .layer import Layer, WrittenLayer
from .model import Input, Model
from .registered import custom_object_scope
from .tensors import tensors_in
from .traced import any_traced, at_once


def _of_wiring(name):
    """An attribute of a functional model, which a class that was made over one has as well."""

    def get(self):
        return getattr(self._inner if "functional" in self.__dict__ else super(WrittenModel, self), name)

    return property(get, doc=getattr(Functional, name).__doc__)


class WrittenModel(Model, WrittenLayer):
    """What `Model` is to programs: `Model(inputs, outputs)`, and the class that they derive theirs from, with a `call`."""

    _class_name = ""
    _stands_for = Model

    def __new__(cls, *args, **kwargs):
        if cls is WrittenModel:
            return Functional(*args, **kwargs)
        return WrittenLayer.__new__(cls, *args, **kwargs)

    def __init__(self, *args, **kwargs):
        ends = {**dict(zip(("inputs", "outputs", "name"), args)), **kwargs}
        wired = {end: ends.pop(end) for end in ("inputs", "outputs") if end in ends}
        self._set_up()
        self._set_up_written(**ends)
        self._start_training()
        self._inner, self._form, self._wiring = None, None, False
        if wired:
            self._take_wiring(**wired)

    def _take_wiring(self, inputs, outputs):
        """The class has `Model(inputs, outputs)` of its own to compute, where it writes no `call`."""
        if type(self).call is not WrittenModel.call:
            raise NotImplementedError(
                f"{type(self).__name__}: has a `call` and is made over Model(inputs, outputs), too, which is not supported "
                "here; leave one of "
                "them away"
            )
        self.functional = self._inner = Functional(inputs, outputs, name=self.name)
        form = self._inner._inputs_struct
        self._form, self.built = list(form) if isinstance(form, dict) else None, True

    def call(self, inputs):
        """What the symbolic tensors say that the class was made over; other classes write their own."""
        if "functional" not in self.__dict__:
            raise NotImplementedError(f"Model {type(self).__name__} does not have a `call()` method implemented.")
        return self.functional(inputs)

    @property
    def _layers(self):
        return self._inner._layers if "functional" in self.__dict__ else self._inner_layers()

    _two_modes = WrittenLayer._two_modes
    trainable, weights, variables = WrittenLayer.trainable, WrittenLayer.weights, WrittenLayer.weights
    trainable_weights = trainable_variables = WrittenLayer.trainable_weights
    _all_layers, _variable, _infer = WrittenLayer._all_layers, WrittenLayer._variable, WrittenLayer._infer
    _described, _entry, get_config = WrittenLayer._described, WrittenLayer._entry, WrittenLayer.get_config
    _object, _first_call = WrittenLayer._object, Layer._first_call

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """A model with these options; that of a wiring, where the class is `Model` itself."""
        with custom_object_scope(custom_objects):
            if cls is WrittenModel and "input_layers" in config:
                return Functional.from_config(config)
            return super().from_config(config)

    input, output, input_shape, output_shape = map(_of_wiring, ("input", "output", "input_shape", "output_shape"))

    def _root(self):
        return self._inner

    def _is_wired(self):
        return self._inner is not None

    def build(self, input_shape=None):
        """Makes the variables for inputs of this shape (rows first), by running `call`."""
        if self._wiring or self._inner is not None or input_shape is None:
            return
        shapes = input_shape if isinstance(input_shape, list) else [input_shape]
        inputs = [Input(batch_shape=(None, *tuple(shape)[1:])) for shape in shapes]
        self._wire(inputs if len(inputs) > 1 else inputs[0])

    def _build_for(self, arrays):
        if self._inner is not None:
            return
        kinds = {"f": "float32", "i": "int32", "b": "bool"}
        self._wire_all([Input(batch_shape=(None, *a.shape[1:]), dtype=kinds[a.dtype.kind]) for a in arrays])

    def _wire_all(self, inputs):
        if self._form is not None:
            self._wire(dict(zip(self._form, inputs)))
        else:
            self._wire(inputs if len(inputs) > 1 else inputs[0])

    def _wire(self, inputs):
        self._wiring = True
        try:
            outputs = self(inputs)
            name = self._inner.name if self._inner is not None else naming.unique(f"{self.name}_model")
            self._inner = Functional(inputs, outputs, name=name)
            self._inner._number_outputs()
        finally:
            self._wiring = False

    def _inputs(self, x, what="x"):
        if isinstance(x, dict) and self._inner is None:
            self._form = sorted(x)
            return [data.array(x[name], f"{what}[{name!r}]") for name in self._form]
        if isinstance(x, dict):
            missing = [name for name in self._form or [] if name not in x]
            if missing or self._form is None:
                raise ValueError(f"{what}: the model was first called with {self._form or 'arrays'}, found {list(x)}")
            x = [x[name] for name in self._form]
        if any(tensor.dtype.startswith("int") for tensor in self.inputs) and "functional" not in self.__dict__:
            x = self._widened(x, what)
        return super()._inputs(x, what)

    def _widened(self, x, what):
        """Arrays for a model that has run on whole numbers; it is traced anew, on float32, where they are not whole."""
        arrays = data.inputs(x, self.input_names, None, what)
        types = [t.dtype if not t.dtype.startswith("int") or data.is_whole(a) else "float32" for a, t in zip(arrays, self.inputs)]
        if types != [tensor.dtype for tensor in self.inputs]:
            if self._runner is not None and self._runner.training:
                raise ValueError(
                    f"{what}: holds numbers that are not whole, where training began with whole ones (int32); give float32 arrays from the "
                    "first batch on"
                )
            self._wire_all([Input(batch_shape=t.shape, dtype=dtype) for t, dtype in zip(self.inputs, types)])
        return arrays if len(arrays) > 1 else arrays[0]

    def __call__(self, *args, **kwargs):
        if tensors_in((args, kwargs)) or any_traced((args, kwargs)) or in_trace.is_part(self):
            return WrittenLayer.__call__(self, *args, **kwargs)
        from . import layer_on_arrays

        training = kwargs.get("training")
        training = layer_on_arrays.by_default(type(self)) if training is None else training
        says_modes = training is None and self._says_modes()
        if len(args) != 1 or set(kwargs) - {"training"} or (training and self._two_modes()) or says_modes:
            inspect.signature(self.call).bind(*args, **{key: value for key, value in kwargs.items() if key not in ("training", "mask")})
            return Layer.__call__(self, *args, **kwargs)
        with at_once(self):
            return eager(self.predict(args[0], verbose=0, batch_size=1 << 30))

    @property
    def inputs(self):
        """What it takes, once it has run."""
        return self._inner.inputs if self._inner is not None else []

    @property
    def outputs(self):
        """What it gives, once it has run."""
        return self._inner.outputs if self._inner is not None else []

    @property
    def input_names(self):
        """Names of the inputs."""
        return self._inner.input_names if self._inner is not None else []

    @property
    def output_names(self):
        """Names of the outputs."""
        return self._inner.output_names if self._inner is not None else [self.name]

    @property
    def _outputs_struct(self):
        return self._inner._outputs_struct if self._inner is not None else None

    def summary(self, *args, **kwargs):
        """Prints the model as a layer, with its number of parameters; the arguments are those of every `summary`."""
        if self._inner is None:
            raise ValueError(f"The model {self.name} is not built yet: call it, fit it, or build it with an input shape")
        self._inner.summary(*args, **kwargs)

    def count_params(self):
        """Numbers in its variables."""
        if self._inner is None and not self.built:
            raise ValueError(f"You tried to call `count_params` on model '{self.name}', but it isn't built.")
        return int(sum(np.prod(v.shape, dtype=np.int64) for v in self.weights))
