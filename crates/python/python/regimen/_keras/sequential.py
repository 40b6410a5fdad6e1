"""Models that are a stack of layers."""

from . import configs, dialect, freezing, layer_paths, naming, sharing
from .functional import Functional
from .layer import InputLayer, Layer
from .model import Model
from .registered import custom_object_scope
from .tensors import KerasTensor, tensors_in

# The type of what a first layer of these classes takes.
_INDICES = ("Embedding",)


class Sequential(Model):
    """A stack of layers, each fed by the one before."""

    _class_name = "Sequential"

    def __init__(self, layers=None, trainable=True, name=None, **kwargs):
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments: {list(kwargs)}")
        self._start(name)
        self._layers, self._input, self._tensors, self._built_for = [], None, None, None
        for layer in layers or []:
            self.add(layer)
        if not trainable and dialect.before(3):
            self.trainable = False
        elif not trainable:
            self._trainable = False  # which in Keras says nothing of the layers

    def add(self, layer, rebuild=True):
        """Puts a layer at the end."""
        if isinstance(layer, KerasTensor):
            layer = layer._keras_history[0]
        if hasattr(layer, "_begin") and not isinstance(layer, Layer):  # Merge of Keras 1.
            return layer._begin(self)
        if not isinstance(layer, Layer):
            told = f"Received: {layer} (of type {type(layer)})"
            raise ValueError(f"Only instances of `keras.Layer` can be added to a Sequential model. {told}")
        if isinstance(layer, InputLayer):
            if self._input is not None or self._layers:
                raise ValueError(
                    f"Sequential model '{self.name}' has already been configured to use input shape. You cannot add a different Input "
                    "layer to it."
                )
            self._input, self._tensors = layer, layer.output
            return
        if any(known.name == layer.name and known is not layer for known in self._layers):
            raise ValueError(
                f"All layers added to a Sequential model should have unique names. Name '{layer.name}' is already the name of a layer in "
                "this model."
            )
        if not self._layers and self._input is None:
            shape = layer._input_shape
            if shape is None and dialect.before(2) and layer._class_name in _INDICES:
                shape = (None, None)
            if shape is None and isinstance(layer, Functional):
                shape = layer.inputs[0].shape
            if shape is None and isinstance(layer, Sequential) and layer._input is not None:
                shape = layer._input.batch_shape
            if shape is not None:
                dtype = "int32" if layer._class_name in _INDICES else "float32"
                self._input = InputLayer(batch_shape=shape, dtype=dtype, name=naming.unique("input_layer"))
                self._tensors = self._input.output
        if self._tensors is not None:
            with layer_paths.inside(self):
                self._tensors = layer(self._tensors)
        self._layers.append(layer)
        self._forget()
        self.built = self._tensors is not None

    def pop(self, rebuild=True):
        """Takes the last layer off."""
        layer = self._layers.pop()
        self._forget()
        if self._input is not None:
            self._tensors = self._input.output
            for known in self._layers:
                self._tensors = known(self._tensors)
        return layer

    def build(self, input_shape=None):
        """Makes the variables for inputs of this shape (rows first)."""
        if self._tensors is not None or not self._layers:
            return
        if input_shape is None:
            raise ValueError("You must pass `input_shape`: this Sequential model does not say what it takes")
        dtype = "int32" if self._layers[0]._class_name in _INDICES else "float32"
        self._take(KerasTensor((None, *tuple(input_shape)[1:]), dtype))

    def _take(self, tensor):
        """Fixes what the model takes by a tensor's sizes."""
        self._input = InputLayer(batch_shape=tensor.shape, dtype=tensor.dtype)
        self._tensors = self._input.output
        with layer_paths.inside(self):
            for layer in self._layers:
                self._tensors = layer(self._tensors)
        self.built = True

    def _infer(self, args, kwargs):
        if self._tensors is None:
            self._take(tensors_in((args, kwargs))[0])
        return super()._infer(args, kwargs)

    def _repeats(self):
        """Whether a layer stands in it more than once."""
        return len({id(layer) for layer in self._layers}) < len(self._layers)

    def _first_call(self):
        return int(configs.for_engine() and self._repeats())

    def _object(self):
        if configs.for_engine() and self._tensors is not None and self._repeats():
            # The engine's stacks hold a layer once: to it this is a model that is wired.
            wired = Functional(self._input.output, self._tensors, name=self.name)
            wired.__dict__["_trainable"] = self._trainable
            return wired._object()
        with sharing.within(self):
            return self._stacked_object()

    def _stacked_object(self):
        inputs = [self._input._entry()] if self._input is not None else []
        if inputs:
            inputs[0]["config"] = {**inputs[0]["config"], "name": self._input.name}
        layers = [*inputs, *(sharing.marked(layer, layer._entry()) for layer in self._layers)]
        return {"class_name": "Sequential", "config": {"name": self.name, "trainable": freezing.in_config(self), "layers": layers}}

    def get_config(self):
        """The layers."""
        return self._object()["config"]

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """A model of these layers."""
        from .reading import model_of

        if isinstance(config, list):
            config = {"layers": config}
        with custom_object_scope(custom_objects):
            model = model_of({"class_name": "Sequential", "config": config})
        if cls is Sequential:
            return model
        first = [model._input] if model._input is not None else []
        return cls([*first, *model.layers], name=config.get("name"))

    @property
    def inputs(self):
        """What it takes."""
        self._must_be_wired()
        return [self._input.output]

    @property
    def outputs(self):
        """What it gives."""
        self._must_be_wired()
        return [self._tensors]

    @property
    def input(self):
        """What it takes."""
        self._must_be_wired()
        return self._input.output

    @property
    def output(self):
        """What it gives."""
        self._must_be_wired()
        return self._tensors

    @property
    def input_shape(self):
        """Shape of `input`."""
        self._must_be_wired()
        return self._input.output.shape

    @property
    def output_shape(self):
        """Shape of `output`."""
        self._must_be_wired()
        return self._tensors.shape

    def _must_be_wired(self):
        if not self._is_wired():
            raise AttributeError  # in the words of `__getattr__`, which Python asks then

    def __getattr__(self, name):
        if name in ("inputs", "outputs", "input_shape", "output_shape"):
            raise AttributeError(f"Sequential model '{self.name}' has no defined {name.replace('_', ' ')} yet.")
        return super().__getattr__(name)

    @property
    def input_names(self):
        """Names of the inputs."""
        return [self._input.name] if self._input is not None else []

    @property
    def output_names(self):
        """Names of the outputs."""
        return [self._layers[-1].name] if self._layers else []
