"""Models: a stack of layers, or layers wired by symbolic tensors."""

import json

import numpy as np

from .. import _regimen
from . import configs, dialect, naming
from .layer import InputLayer, Layer, WrittenLayer
from .tensors import KerasTensor, described, tensors_in
from .traced import any_traced
from .training import Trained

# The type of what a first layer of these classes takes.
_INDICES = ("Embedding",)


def Input(shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, batch_shape=None, name=None, tensor=None, optional=False,
          **kwargs):
    """A symbolic tensor that a model takes."""
    layer = InputLayer(shape=shape, batch_size=batch_size, dtype=dtype, sparse=sparse, ragged=ragged, batch_shape=batch_shape, name=name,
                       optional=optional, **kwargs)
    return layer.output


class Model(Trained, Layer):
    """A model: `Model(inputs, outputs)`."""

    _class_name = "Functional"

    def _start(self, name, trainable=True):
        self._set_up()
        self._class, self._config, self._policy = type(self)._class_name, {}, None
        self.name = name or naming.unique(naming.snake_case(type(self).__name__))
        self._trainable = trainable
        self._start_training()

    # -- layers and variables

    @property
    def layers(self):
        """Layers in order."""
        return list(self._layers)

    def get_layer(self, name=None, index=None):
        """A layer by name or place."""
        if index is not None and name is not None:
            raise ValueError(f"Provide only a layer name or a layer index. Received: index={index}, name={name}.")
        layers = self.layers
        if index is not None:
            if len(layers) <= index:
                raise ValueError(f"Was asked to retrieve layer at index {index} but model only has {len(layers)} layers.")
            return layers[index]
        if name is not None:
            for layer in layers:
                if layer.name == name:
                    return layer
            raise ValueError(f"No such layer: {name}. Existing layers are: {[layer.name for layer in layers]}.")
        raise ValueError("Provide either a layer name or layer index at `get_layer`.")

    def _all_layers(self):
        return [self, *(inner for layer in self._layers for inner in layer._all_layers())]

    @property
    def trainable(self):
        """Whether training moves its weights."""
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        self._trainable = bool(value)
        for layer in self._layers:
            layer.trainable = value

    @property
    def weights(self):
        """Variables of the layers in order."""
        found = {id(v): v for layer in self._layers for v in layer.weights}
        return list(found.values())

    variables = weights

    @property
    def trainable_weights(self):
        """Variables that training moves."""
        if not self._trainable:
            return []
        found = {id(v): v for layer in self._layers for v in layer.trainable_weights}
        return list(found.values())

    trainable_variables = trainable_weights

    def _variable(self, path):
        """The variable of a path as the library has it."""
        name, rest = path.split("/", 1)
        layer = self._by_name.get(name) if hasattr(self, "_by_name") else None
        if layer is None:
            layer = next(layer for layer in self._layers if layer.name == name)
        return layer._variable(rest)

    # -- pickling

    def __reduce__(self):
        from .reading import restored

        compiled = self._compiled
        if isinstance(compiled, dict) and "python>" in str(compiled):
            raise TypeError(f"model {self.name!r}: compiled with functions of a program, which cannot be pickled; pickle it before compile()")
        return restored, (self.to_json(), self.get_weights() if self.built else None, compiled)

    # -- config

    def to_json(self, **kwargs):
        """The config as JSON; weights and what it was compiled with are not in it."""
        return json.dumps({**self._entry(), "keras_version": "3.15.1", "backend": "jax"}, **kwargs)

    def _entry(self):
        module = "keras.src.models.functional" if self._class == "Functional" else "keras"
        return {"module": module, **self._object(), "registered_name": None if self._class != "Functional" else "Functional"}

    def summary(self, line_length=None, positions=None, print_fn=None, expand_nested=False, show_trainable=False, layer_range=None):
        """Prints the layers with their shapes and numbers of parameters."""
        inputs, params = self._declared(), self._optimizer_params()
        text = _regimen.summary(
            configs.engine_text(self), inputs, params, line_length, positions, expand_nested, show_trainable,
            tuple(layer_range) if layer_range else None,
        )
        (print_fn or print)(text.rstrip("\n"))

    def _declared(self):
        return "[]"

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        steps = ("train_step", "test_step", "predict_step", "compute_loss", "compute_metrics", "make_train_function", "make_test_function",
                 "make_predict_function")
        own = ("call",) if cls._class_name else ()
        mine = [name for name in (*steps, *own) if name in cls.__dict__]
        if mine and not cls.__module__.startswith("regimen."):
            raise NotImplementedError(
                f"{cls.__name__}: overrides {', '.join(mine)}; the steps of training are the engine's here. A loss of your own (`compile`, `add_loss`) "
                "and callbacks do most of what they are overridden for"
            )

    def _two_modes(self):
        return any(layer._two_modes() for layer in self._layers)

    def __call__(self, *args, **kwargs):
        if tensors_in((args, kwargs)) or any_traced((args, kwargs)):
            return Layer.__call__(self, *args, **kwargs)
        training = kwargs.pop("training", None)
        if training:
            raise NotImplementedError("a model on arrays computes as in inference here; training belongs to fit()")
        value = args[0] if args else kwargs.popitem()[1]
        return self.predict(value, verbose=0, batch_size=1 << 30)

    def _infer(self, args, kwargs):
        if not self.built:
            shapes = [tensor.shape for tensor in tensors_in((args, kwargs))]
            self.build(shapes if len(shapes) > 1 else shapes[0])
        return [tuple(shape) for shape in self._described(args, kwargs)["outputs_of_call"]]

    def _described(self, args, kwargs):
        told = super()._described(args, kwargs)
        told["outputs_of_call"] = told["layers"].get(self.name) or told["outputs"]
        return told


def _with_mode(node, args, kwargs):
    """The arguments of a call with its `training`, which counts in programs of Keras 1 and 2 alone."""
    if node.mode is None or (configs.for_engine and not dialect.before(3)):
        return args, kwargs
    return args, {**kwargs, "own_mode" if configs.for_engine else "training": bool(node.mode)}


class Functional(Model):
    """A model wired by symbolic tensors."""

    _class_name = "Functional"

    def __init__(self, inputs=None, outputs=None, name=None, trainable=True, **kwargs):
        inputs, outputs = kwargs.pop("input", inputs), kwargs.pop("output", outputs)
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments: {list(kwargs)}")
        self._start(name)
        self._inputs_struct, self._outputs_struct = inputs, outputs
        self.inputs, self.outputs = tensors_in(inputs), tensors_in(outputs)
        if not self.inputs or not self.outputs:
            raise ValueError("Model(inputs, outputs): both have to be symbolic tensors (keras.Input, and what layers give)")
        for tensor in self.inputs:
            if not isinstance(tensor._keras_history[0], InputLayer):
                raise NotImplementedError(
                    "Model(inputs, outputs): inputs that are outputs of other layers are not supported here yet; begin at keras.Input"
                )
        self._map()
        self.built = True
        if not trainable:
            self.trainable = False

    def _map(self):
        """Layers in Keras's order, by depth: follows `map_graph` of keras/src/ops/function.py."""
        finished, progress, ordered, indices = set(), set(), [], {}
        inputs = {id(t) for t in self.inputs}

        def visit(tensor):
            layer, index, _ = tensor._keras_history
            node = layer._inbound_nodes[index]
            if node in finished:
                return
            if node in progress:
                raise ValueError(f"Tensor {tensor} from operation '{layer.name}' is part of a cycle.")
            indices.setdefault(layer, len(indices))
            progress.add(node)
            if id(tensor) not in inputs:
                if isinstance(layer, InputLayer):
                    raise ValueError(
                        f"`inputs` not connected to `outputs`: {layer.name} is needed for the outputs and is not among the inputs"
                    )
                for source in node.input_tensors:
                    visit(source)
            finished.add(node)
            progress.discard(node)
            ordered.append(node)

        for tensor in self.outputs:
            visit(tensor)
        depths, by_layer = {}, {}
        for node in reversed(ordered):
            depth = max(depths.setdefault(node, 0), by_layer.get(node.operation, 0))
            by_layer[node.operation] = depths[node] = depth
            for parent in node.parent_nodes if not isinstance(node.operation, InputLayer) else []:
                depths[parent] = max(depth + 1, depths.get(parent, 0))
        for tensor in self.inputs:
            layer, index, _ = tensor._keras_history
            if layer not in by_layer:
                by_layer[layer], indices[layer] = 0, -1
                depths[layer._inbound_nodes[index]] = 0
        levels = {}
        for layer, depth in by_layer.items():
            levels.setdefault(depth, []).append(layer)
        self._layers = [
            layer for depth in sorted(levels, reverse=True) for layer in sorted(levels[depth], key=lambda found: indices[found])
        ]
        self._nodes = set(depths)
        for node in self._nodes:
            if dialect.before(3):
                node.operation._check_mode(node.mode)
            elif node.mode is not None and node.operation._two_modes():
                configs.tell(f"{node.operation.name}(training={node.mode}) in a functional model: as in Keras 3, fit() and predict() decide on the mode "
                             "of all layers; freeze it (trainable=False) where BatchNormalization shall stay in inference")
        self._by_name = {}
        for layer in self._layers:
            if layer.name in self._by_name:
                raise ValueError(f'The name "{layer.name}" is used 2 times in the model. All operation names should be unique.')
            self._by_name[layer.name] = layer

    def _place(self, tensor):
        """Layer, call within this model, output."""
        layer, index, output = tensor._keras_history
        calls = [node for node in layer._inbound_nodes if node in self._nodes]
        return layer.name, calls.index(layer._inbound_nodes[index]), output

    def _end(self, tensor):
        """The same where it is an end of the model: there Keras counts a functional model's own wiring as its first call."""
        name, call, output = self._place(tensor)
        return [name, call + isinstance(tensor._keras_history[0], Functional), output]

    def _object(self):
        layers = []
        for layer in self._layers:
            nodes = [node for node in layer._inbound_nodes if node in self._nodes and node.input_tensors]
            calls = [_with_mode(node, *layer._call_of(node)) for node in nodes]
            inbound = [{"args": described(list(args), self._place), "kwargs": described(kwargs, self._place)} for args, kwargs in calls]
            layers.append({**layer._entry(), "name": layer.name, "inbound_nodes": inbound})

        def ends(struct, tensors):
            if isinstance(struct, dict) and struct is self._outputs_struct:
                return {key: self._end(value) for key, value in struct.items()}
            return [self._end(tensor) for tensor in tensors]

        return {"class_name": "Functional", "config": {
            "name": self.name, "trainable": self._trainable, "layers": layers,
            "input_layers": ends(None, self.inputs), "output_layers": ends(self._outputs_struct, self.outputs)}}

    def get_config(self):
        """The wiring and the layers."""
        return self._object()["config"]

    def _first_call(self):
        return 1

    @property
    def input(self):
        """What it takes."""
        return self.inputs[0] if len(self.inputs) == 1 else self.inputs

    @property
    def output(self):
        """What it gives."""
        return self.outputs[0] if len(self.outputs) == 1 else self.outputs

    @property
    def input_shape(self):
        """Shapes of the inputs."""
        return self.inputs[0].shape if len(self.inputs) == 1 else [t.shape for t in self.inputs]

    @property
    def output_shape(self):
        """Shapes of the outputs."""
        return self.outputs[0].shape if len(self.outputs) == 1 else [t.shape for t in self.outputs]

    @property
    def input_names(self):
        """Names of the inputs."""
        return [tensor._keras_history[0].name for tensor in self.inputs]

    @property
    def output_names(self):
        """Names of the outputs."""
        if isinstance(self._outputs_struct, dict):
            return list(self._outputs_struct)
        return [tensor._keras_history[0].name for tensor in self.outputs]

    def build(self, input_shape=None):
        """It is built already."""

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """A model with this wiring."""
        from .reading import model_of

        return model_of({"class_name": "Functional", "config": config})


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
        if not trainable:
            self.trainable = False

    def add(self, layer, rebuild=True):
        """Puts a layer at the end."""
        if isinstance(layer, KerasTensor):
            layer = layer._keras_history[0]
        if hasattr(layer, "_begin") and not isinstance(layer, Layer):  # Merge of Keras 1.
            return layer._begin(self)
        if not isinstance(layer, Layer):
            raise ValueError(f"Only instances of `keras.Layer` can be added to a Sequential model. Received: {layer} (of type {type(layer)})")
        if isinstance(layer, InputLayer):
            if self._input is not None or self._layers:
                raise ValueError(f"Sequential model '{self.name}' has already been configured to use input shape. You cannot add a different Input layer to it.")
            self._input, self._tensors = layer, layer.output
            return
        if any(known.name == layer.name for known in self._layers):
            raise ValueError(f"All layers added to a Sequential model should have unique names. Name '{layer.name}' is already the name of a layer in this model.")
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
        for layer in self._layers:
            self._tensors = layer(self._tensors)
        self.built = True

    def _infer(self, args, kwargs):
        if self._tensors is None:
            self._take(tensors_in((args, kwargs))[0])
        return super()._infer(args, kwargs)

    def _object(self):
        inputs = [self._input._entry()] if self._input is not None else []
        if inputs:
            inputs[0]["config"] = {**inputs[0]["config"], "name": self._input.name}
        layers = [*inputs, *(layer._entry() for layer in self._layers)]
        return {"class_name": "Sequential", "config": {"name": self.name, "trainable": self._trainable, "layers": layers}}

    def get_config(self):
        """The layers."""
        return self._object()["config"]

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """A model of these layers."""
        from .reading import model_of

        if isinstance(config, list):
            config = {"layers": config}
        return model_of({"class_name": "Sequential", "config": config})

    @property
    def inputs(self):
        """What it takes."""
        return [self._input.output] if self._input is not None else []

    @property
    def outputs(self):
        """What it gives."""
        return [self._tensors] if self._tensors is not None else []

    @property
    def input(self):
        """What it takes."""
        if self._input is None:
            raise AttributeError(f"Sequential model '{self.name}' has no defined input shape yet.")
        return self._input.output

    @property
    def output(self):
        """What it gives."""
        if self._tensors is None:
            raise AttributeError(f"Sequential model '{self.name}' has no defined outputs yet.")
        return self._tensors

    @property
    def input_shape(self):
        """Shape of `input`."""
        return self.input.shape

    @property
    def output_shape(self):
        """Shape of `output`."""
        return self.output.shape

    @property
    def input_names(self):
        """Names of the inputs."""
        return [self._input.name] if self._input is not None else []

    @property
    def output_names(self):
        """Names of the outputs."""
        return [self._layers[-1].name] if self._layers else []


class WrittenModel(Model, WrittenLayer):
    """What `Model` is to programs: `Model(inputs, outputs)`, and the class that they derive theirs from, with a `call`."""

    _class_name = ""
    _stands_for = Model

    def __new__(cls, *args, **kwargs):
        if cls is WrittenModel:
            return Functional(*args, **kwargs)
        return object.__new__(cls)

    def __init__(self, *args, **kwargs):
        if args or "inputs" in kwargs or "outputs" in kwargs:
            raise NotImplementedError(
                f"{type(self).__name__}: a class of your own over Model(inputs, outputs) is not supported here yet; write `call`, or "
                "use Model(inputs, outputs) as it is"
            )
        self._set_up()
        self._set_up_written(**kwargs)
        self._start_training()
        self._inner, self._form, self._wiring = None, None, False

    @property
    def _layers(self):
        return self._sublayers

    _two_modes = WrittenLayer._two_modes
    trainable, weights, variables = WrittenLayer.trainable, WrittenLayer.weights, WrittenLayer.weights
    trainable_weights = trainable_variables = WrittenLayer.trainable_weights
    _all_layers, _variable, _infer = WrittenLayer._all_layers, WrittenLayer._variable, WrittenLayer._infer
    _described, _entry, get_config = WrittenLayer._described, WrittenLayer._entry, WrittenLayer.get_config
    _object, _first_call = Layer._object, Layer._first_call

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
        inputs = [Input(batch_shape=(None, *a.shape[1:]), dtype=kinds[a.dtype.kind]) for a in arrays]
        form = self._form
        if form is not None:
            self._wire(dict(zip(form, inputs)))
        else:
            self._wire(inputs if len(inputs) > 1 else inputs[0])

    def _wire(self, inputs):
        self._wiring = True
        try:
            outputs = self(inputs)
            self._inner = Functional(inputs, outputs, name=naming.unique(f"{self.name}_model"))
        finally:
            self._wiring = False

    def _inputs(self, x, what="x"):
        if isinstance(x, dict) and self._inner is None:
            from . import data

            self._form = list(x)
            return [data.array(value, f"{what}[{name!r}]") for name, value in x.items()]
        if isinstance(x, dict):
            missing = [name for name in self._form or [] if name not in x]
            if missing or self._form is None:
                raise ValueError(f"{what}: the model was first called with {self._form or 'arrays'}, found {list(x)}")
            x = [x[name] for name in self._form]
        return super()._inputs(x, what)

    def __call__(self, *args, **kwargs):
        if tensors_in((args, kwargs)) or any_traced((args, kwargs)):
            return WrittenLayer.__call__(self, *args, **kwargs)
        kwargs.pop("training", None)
        return self.predict(args[0] if args else kwargs.popitem()[1], verbose=0, batch_size=1 << 30)

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

    def summary(self, **kwargs):
        """Prints the model as a layer, with its number of parameters."""
        if self._inner is None:
            raise ValueError(f"The model {self.name} is not built yet: call it, fit it, or build it with an input shape")
        self._inner.summary(**kwargs)

    def count_params(self):
        """Numbers in its variables."""
        if self._inner is None and not self.built:
            raise ValueError(f"You tried to call `count_params` on model '{self.name}', but it isn't built.")
        return int(sum(np.prod(v.shape, dtype=np.int64) for v in self.weights))
