"""Layers: a class, a config, and the variables that they have once they are built."""

import inspect
import json

import numpy as np

from .. import _regimen
from . import configs, foreign, naming
from .described import _Signature, entries
from .registered import get_registered_name
from .tensors import KerasTensor, Node, described, is_symbolic, tensors_in
from .traced import Tensor, any_traced, native, near, running
from .variable import Variable, changes

# What Keras calls floats of another policy computes in them and gives them.
_WHOLE = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")


class _Kinds(type):
    """Lets every layer count as one of the class that programs derive theirs from, and every model likewise."""

    def __instancecheck__(cls, instance):
        base = cls.__dict__.get("_stands_for")
        return type.__instancecheck__(base if base is not None else cls, instance)

    def __subclasscheck__(cls, other):
        base = cls.__dict__.get("_stands_for")
        return type.__subclasscheck__(base if base is not None else cls, other)


# What a class of a program may not override of one of the library's, which computes without it.
_OF_THE_LIBRARY = ("call", "build", "compute_mask", "compute_output_shape", "add_weight")
# Layers that do something else in training than in inference.
_TWO_MODES = ("Dropout", "BatchNormalization", "Noise", "Random", "AlphaDropout", "MixUp", "CutMix", "SpectralNormalization")


class Layer(metaclass=_Kinds):
    """A layer of the library. `_options` are its arguments by name, in Keras's order."""

    _class_name = ""
    _options = ()
    _module = "keras.layers"
    __signature__ = _Signature()

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        mine = [name for name in _OF_THE_LIBRARY if name in cls.__dict__]
        if cls._class_name and mine and not cls.__module__.startswith("regimen."):
            raise NotImplementedError(
                f"{cls.__name__}: overrides {', '.join(mine)} of {cls._class_name}, which the engine computes without asking Python; "
                f"derive it from keras.layers.Layer and hold a {cls._class_name} inside"
            )

    def _two_modes(self):
        """Whether it does something else in training than in inference."""
        dropped = any(self._config.get(key) for key in ("dropout", "recurrent_dropout"))
        inner = any(layer._two_modes() for layer in _found(list(self.__dict__.get("_held", {}).values()), Layer))
        return dropped or inner or any(part in self._class for part in _TWO_MODES)

    def _check_mode(self, training, mode):
        """Refuses a mode that is not the one that the whole model runs in."""
        if training is None or bool(training) == mode or not self._two_modes():
            return
        raise NotImplementedError(
            f"{self.name}(training={training}): a layer runs in the mode of its model here. Freeze it (trainable=False, which BatchNormalization "
            "takes as inference), or write what it shall do as a layer of your own"
        )

    def __init__(self, *args, **kwargs):
        self._set_up()
        if type(self)._class_name == "":
            self._set_up_written(*args, **kwargs)
            return
        given = configs.bound(self._class_name, self._options, args, kwargs)
        # Functions live as long as the configs that name them.
        self._held = dict(given)
        self._take_shape(given)
        self._take_name(given)
        self._policy = given.pop("dtype", None)
        self._take_initializers(given)
        self._class, self._config = configs.checked("layers", self._class_name, given)
        # Masks and noise follow from the order in which layers were made, not from their names.
        self._seed = naming.draw() >> 33 if self._config.get("seed", 0) is None else None

    def _set_up(self):
        self._inbound_nodes, self._variables, self._trainable = [], {}, True
        self.built, self._input_shape, self._declared_dtype, self._seed = False, None, None, None
        self._sublayers, self._initializers = [], {}

    def __setattr__(self, name, value):
        config = self.__dict__.get("_config")
        if config and not name.startswith("_") and name in config and self._class_name:
            _, config = configs.checked("layers", self._class_name, {**config, name: value})
            self.__dict__["_config"] = config
            self.__dict__.setdefault("_held", {})[name] = value
            changes.configs += 1
            return
        object.__setattr__(self, name, value)

    def _take_initializers(self, given):
        """Functions that draw first values: they are asked here, the library does not see them."""
        for key, value in list(given.items()):
            if key.endswith("_initializer") and callable(value) and not getattr(value, "_class_name", ""):
                self._initializers[key[: -len("_initializer")]] = value
                given[key] = "zeros"

    def _take_name(self, given):
        name = given.pop("name", None)
        if name is not None and (not isinstance(name, str) or "/" in name):
            raise ValueError(f"Argument `name` must be a string and cannot contain character `/`. Received: name={name!r}")
        self.name = name or naming.unique(naming.snake_case(self._class_name))
        self._trainable = bool(given.pop("trainable", True))

    def _take_shape(self, given):
        """The shape of the input that a first layer of old declares."""
        shape = given.pop("batch_input_shape", None)
        batch = given.pop("batch_size", None) if "batch_size" not in [o[0] for o in self._options] else None
        if shape is None:
            own = given.pop("input_shape", None)
            if own is None and given.get("input_dim") is not None and not self._has("input_dim"):
                length = given.pop("input_length", None)
                own = (given.pop("input_dim"),)
                own = (length, *own) if length is not None else own
            if own is None and given.get("input_length") is not None and not self._has("input_length"):
                length = given.pop("input_length")
                own = tuple(length) if isinstance(length, (list, tuple)) else (length,)
            if own is not None:
                own = (own,) if isinstance(own, (int, np.integer)) else tuple(own)
                shape = (batch, *own)
        self._input_shape = tuple(shape) if shape is not None else None

    def _has(self, option):
        return any(known[0] == option for known in self._options)

    # -- config

    def get_config(self):
        """The options, each with its value."""
        return {"name": self.name, "trainable": self._trainable, **self._dtype_config(), **self._config}

    def _dtype_config(self):
        return {"dtype": configs.serialize(self._policy)} if self._policy is not None else {}

    @classmethod
    def from_config(cls, config):
        """A layer with these options."""
        return cls(**config)

    def _object(self):
        if self._initializers and not configs.for_engine:
            raise NotImplementedError(f"{self.name}: an initializer that is a function of a program is not written into configs here")
        config = {"name": self.name, **self._config}
        for key, value in self.__dict__.get("_held", {}).items():
            # What it is wrapped around may have changed since.
            if isinstance(value, Layer) and key in config:
                config[key] = value._entry()
        if self._seed is not None and configs.for_engine:
            config["seed"] = self._seed
        if not self._trainable:
            config["trainable"] = False
        return {"class_name": self._class, "config": {**config, **self._dtype_config()}}

    def _entry(self):
        """The layer in the config of a model."""
        return {"module": self._module, **self._object(), "registered_name": None}

    # -- building and calling

    def build(self, input_shape=None):
        """Makes the variables for inputs of this shape (rows first)."""
        if self.built:
            return
        shapes = [input_shape] if not input_shape or not isinstance(input_shape[0], (list, tuple)) else list(input_shape)
        inputs = [KerasTensor(shape, self._input_dtype()) for shape in shapes]
        self._infer((inputs if len(inputs) > 1 else inputs[0],), {})

    def _input_dtype(self):
        return "int32" if self._class_name == "Embedding" else "float32"

    def compute_output_shape(self, input_shape):
        """The shape that inputs of this shape give."""
        shapes = input_shape if input_shape and isinstance(input_shape[0], (list, tuple)) else [input_shape]
        inputs = [KerasTensor(shape, self._input_dtype()) for shape in shapes]
        told = self._described((inputs if len(inputs) > 1 else inputs[0],), {})
        outputs = [tuple(shape) for shape in told["outputs"]]
        return outputs if len(outputs) > 1 else outputs[0]

    def _shared(self, path):
        """The variable of a layer that this one is wrapped around; Keras's Bidirectional makes layers of its own."""
        if self._class == "Bidirectional":
            return None
        for layer in _found(list(self.__dict__.get("_held", {}).values()), Layer):
            if path.startswith(f"{layer.name}/") and layer.built:
                try:
                    return layer._variable(path[len(layer.name) + 1 :])
                except (KeyError, StopIteration):
                    return None
        return None

    def _inside_of_trace(self, args, kwargs):
        """The layer as a part of one that is traced."""
        kwargs = {key: value for key, value in kwargs.items() if key != "training" and value is not None}
        if not self.built:
            stand_ins = _map((args, kwargs), lambda t: KerasTensor((None, *t.shape[1:]), t.dtype), Tensor)
            self._infer(*stand_ins)
        inputs = [t.native for t in _found(args, Tensor)]
        keywords = [(key, value.native) for key, value in kwargs.items() if isinstance(value, Tensor)]
        rest = {key: value for key, value in kwargs.items() if not isinstance(value, Tensor)}
        outputs = _regimen.traced_call(
            configs.engine_text(self), self.name, self._trainable, inputs, keywords, configs.dumps(configs.serialize(rest))
        )
        outputs = [Tensor(x) for x in outputs]
        return outputs[0] if len(outputs) == 1 else outputs

    def _path_to(self, layer):
        """The layers from inside this one to another; None where it is not in it."""
        if layer is self:
            return []
        for inner in self._sublayers:
            path = inner._path_to(layer)
            if path is not None:
                return [inner, *path]
        return None

    def _variable(self, path):
        """The variable of a path below this layer."""
        if path in self._variables:
            return self._variables[path]
        name, _, rest = path.partition("/")
        for layer in self._sublayers:
            if layer.name == name:
                return layer._variable(rest)
        raise KeyError(path)

    def _described(self, args, kwargs):
        """What the library says of the layer alone behind such inputs."""
        args, kwargs = self._flattened(args, kwargs)
        tensors = tensors_in((args, kwargs))
        unique = list({id(t): t for t in tensors}.values())
        names = {id(t): f"input_{i}" for i, t in enumerate(unique)}
        inputs = [
            {"class_name": "InputLayer", "name": names[id(t)], "inbound_nodes": [], "config": {
                "batch_shape": list(t.shape), "dtype": t.dtype, "name": names[id(t)]}}
            for t in unique
        ]
        node = {
            "args": described(args, lambda t: (names[id(t)], 0, 0)),
            "kwargs": described(kwargs, lambda t: (names[id(t)], 0, 0)),
        }
        with configs.engine_form():
            entry = {**self._entry(), "name": self.name, "inbound_nodes": [node]}
        first = self._first_call()
        probe = {"class_name": "Functional", "config": {
            "name": "probe", "layers": [*inputs, entry],
            "input_layers": [[names[id(t)], 0, 0] for t in unique], "output_layers": [[self.name, first, 0]]}}
        return json.loads(_regimen.describe(configs.dumps(probe), "[]"))

    # -- layers written in Python

    def _set_up_written(self, *args, activity_regularizer=None, trainable=True, dtype=None, autocast=True, name=None, **kwargs):
        shape = kwargs.pop("input_shape", None)
        if args or kwargs:
            raise ValueError(f"Unrecognized keyword arguments passed to {type(self).__name__}: {kwargs or args}")
        self._input_shape = (None, *shape) if shape is not None else None
        if dtype is not None and configs.serialize(dtype) != "float32":
            raise ValueError(f"{type(self).__name__}: layers of your own compute in float32 here, found dtype={dtype!r}")
        self._policy, self._trainable = None, bool(trainable)
        self.name = name or naming.unique(naming.snake_case(type(self).__name__))
        self._foreign_name = type(self).__name__
        self._class, self._config, self._structures = foreign.register(self), {}, []
        self.supports_masking, self.activity_regularizer = False, activity_regularizer

    def _flattened(self, args, kwargs):
        """The arguments as the library takes them."""
        return args, kwargs

    def _call_of(self, node):
        """The arguments of a call, as a config has them."""
        return node.args, node.kwargs

    def _first_call(self):
        return 0

    def _infer(self, args, kwargs):
        """Output shapes; makes the variables at the first call."""
        told = self._described(args, kwargs)
        if not self.built:
            self._make_variables(told["weights"])
            self.built = True
        shapes = told["layers"].get(self.name) or told["outputs"]
        return [tuple(shape) for shape in shapes]

    def _make_variables(self, weights):
        for weight in weights:
            own = weight["path"].split("/", 1)[1]
            name = own.rsplit("/", 1)[-1]
            if own in self._variables:
                continue
            shared = self._shared(own)
            if shared is not None:
                self._variables[own] = shared
                continue
            mine = self._initializers.get(name) or self._initializers.get(name.removesuffix("_kernel"))
            self._variables[own] = Variable(
                mine or weight["initializer"], weight["shape"], trainable=weight["trainable"] or not self._trainable, name=name, layer=self,
                path=own,
            )

    def __call__(self, *args, **kwargs):
        training = kwargs.pop("training", None)
        if any_traced(args) or any_traced(kwargs):
            self._check_mode(training, running_mode())
            return self._inside_of_trace(args, kwargs)
        self._check_mode(training, False)
        if training is False and is_symbolic(args, kwargs):
            self._check_mode(False, True)
        if not is_symbolic(args, kwargs):
            return self._eager(args, kwargs)
        shapes = self._infer(args, kwargs)
        node = Node(self, args, kwargs, shapes, [self._output_dtype(args)] * len(shapes))
        return node.outputs[0] if len(shapes) == 1 else list(node.outputs)

    def _output_dtype(self, args):
        if self._class_name in ("Flatten", "Reshape", "Permute", "RepeatVector", "Identity", "Concatenate", "Cropping1D", "ZeroPadding1D"):
            tensors = tensors_in(args)
            return tensors[0].dtype if tensors else "float32"
        if self._class_name in ("TextVectorization", "StringLookup", "IntegerLookup", "Hashing", "Discretization", "CategoryEncoding"):
            mode = self._config.get("output_mode", "int")
            return "int32" if mode == "int" else "float32"
        return "float32"

    def _eager(self, args, kwargs):
        """The layer on arrays."""
        from .functional import Functional, Input

        arrays = []

        def stand_in(value):
            if isinstance(value, (list, tuple)):
                return [stand_in(item) for item in value]
            if isinstance(value, dict):
                return {key: stand_in(item) for key, item in value.items()}
            if isinstance(value, Variable) or hasattr(value, "__array__"):
                array = np.asarray(value)
                arrays.append(array)
                whole = array.dtype.kind in "iub"
                return Input(batch_shape=(None, *array.shape[1:]), dtype="int32" if whole else "float32")
            return value

        nodes = len(self._inbound_nodes)
        inputs, keywords = stand_in(args), stand_in(kwargs)
        outputs = self(*inputs, **keywords)
        model = Functional(tensors_in((inputs, keywords)), outputs, name=naming.snake_case(self._class_name))
        result = model.predict(arrays if len(arrays) > 1 else arrays[0], verbose=0, batch_size=max(1, len(arrays[0])))
        del self._inbound_nodes[nodes:]
        return result

    # -- variables

    @property
    def trainable(self):
        """Whether training moves its weights."""
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        self._trainable = bool(value)

    def _all_layers(self):
        return [self]

    @property
    def weights(self):
        """Trainable variables, then the others."""
        own = list(self._variables.values())
        return [v for v in own if v.trainable] + [v for v in own if not v.trainable]

    variables = weights

    @property
    def trainable_weights(self):
        """Variables that training moves."""
        return [v for v in self.weights if v.trainable] if self._trainable else []

    trainable_variables = trainable_weights

    @property
    def non_trainable_weights(self):
        """Variables that training does not move."""
        moved = {id(v) for v in self.trainable_weights}
        return [v for v in self.weights if id(v) not in moved]

    non_trainable_variables = non_trainable_weights

    def get_weights(self):
        """Values of all variables, as arrays."""
        return [np.array(v.numpy()) for v in self.weights]

    def set_weights(self, weights):
        """Sets all variables."""
        own = self.weights
        if len(weights) != len(own):
            raise ValueError(
                f"You called `set_weights(weights)` on layer '{self.name}' with a weight list of length {len(weights)}, but the layer "
                f"was expecting {len(own)} weights."
            )
        for variable, value in zip(own, weights):
            value = np.asarray(value)
            if value.shape != variable.shape:
                raise ValueError(
                    f"Layer {self.name} weight shape {variable.shape} is not compatible with provided weight shape {value.shape}."
                )
        for variable, value in zip(own, weights):
            variable.assign(value)

    def count_params(self):
        """Numbers in its variables."""
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on layer '{self.name}', but the layer isn't built. You can build it manually via: "
                "`layer.build(input_shape)`."
            )
        return int(sum(np.prod(v.shape, dtype=np.int64) for v in self.weights))

    # -- what it was called with

    @property
    def input(self):
        """What its only call takes."""
        tensors = self._inbound_nodes[0].input_tensors if self._inbound_nodes else None
        if not tensors:
            raise AttributeError(f"The layer {self.name} has never been called and thus has no defined input.")
        return tensors[0] if len(tensors) == 1 else tensors

    @property
    def output(self):
        """What its only call gives."""
        if not self._inbound_nodes:
            raise AttributeError(f"The layer {self.name} has never been called and thus has no defined output.")
        outputs = self._inbound_nodes[0].outputs
        return outputs[0] if len(outputs) == 1 else outputs

    @property
    def input_shape(self):
        """Shape of `input`."""
        tensors = self.input
        return [t.shape for t in tensors] if isinstance(tensors, list) else tensors.shape

    @property
    def output_shape(self):
        """Shape of `output`."""
        tensors = self.output
        return [t.shape for t in tensors] if isinstance(tensors, list) else tensors.shape

    def adapt(self, data, batch_size=None, steps=None):
        """Learns from data before any training."""
        raise NotImplementedError(f"{type(self).__name__}.adapt() is not there yet")

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        for own, variable in self.__dict__.get("_variables", {}).items():
            if own == name:
                return variable
        config = self.__dict__.get("_config", {})
        if name in config:
            value = config[name]
            return tuple(value) if isinstance(value, list) else value
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self):
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


class WrittenLayer(Layer):
    """What `Layer` is to classes of a program: they write `build` and `call`."""

    _stands_for = Layer

    def _track(self):
        """Takes in layers that were put into lists and dicts since."""
        for name, value in list(self.__dict__.items()):
            if isinstance(value, (list, dict, tuple)) and not name.startswith("_"):
                for layer in _found(value, Layer):
                    if layer is not self and all(layer is not known for known in self._sublayers):
                        self._sublayers.append(layer)

    def __setattr__(self, name, value):
        if "_sublayers" in self.__dict__ and name != "_inner":
            for layer in _found(value, Layer):
                if layer is not self and all(layer is not known for known in self._sublayers):
                    self._sublayers.append(layer)
            if isinstance(value, Variable) and value._layer is None:
                self._adopt(value)
        object.__setattr__(self, name, value)

    def _adopt(self, variable):
        variable._layer, variable._own_path = self, variable.name
        self._variables[variable.name] = variable

    def add_weight(self, shape=None, initializer=None, dtype=None, trainable=True, autocast=True, regularizer=None, constraint=None,
                   aggregation="none", name=None, **kwargs):
        """A variable of the layer."""
        shape = () if shape is None else tuple(int(n) for n in (shape if isinstance(shape, (list, tuple)) else (shape,)))
        initializer = initializer if initializer is not None else "glorot_uniform"
        name = name or "variable"
        if name in self._variables:
            count = 1
            while f"{name}_{count}" in self._variables:
                count += 1
            name = f"{name}_{count}"
        variable = Variable(initializer, shape, trainable=trainable, name=name, layer=self, path=name)
        variable._penalty = tuple(configs.dumps(configs.serialize(each)) if each is not None else None for each in (regularizer, constraint))
        variable._held = (regularizer, constraint)
        self._variables[name] = variable
        return variable

    def add_loss(self, loss):
        """A penalty that training adds to the loss."""
        _regimen.traced_loss(native(loss))

    def build(self, *args, **kwargs):
        """Makes the variables: override it."""
        self.built = True

    def call(self, *args, **kwargs):
        """What the layer computes: override it."""
        raise NotImplementedError(f"Layer {type(self).__name__} does not have a `call()` method implemented.")

    def get_config(self):
        """The options that every layer has: override it, and add your own."""
        return {"name": self.name, "trainable": self._trainable, "dtype": self._policy or "float32"}

    def _config_json(self):
        return configs.dumps({})

    def _entry(self):
        if configs.for_engine:
            return super()._entry()
        own = type(self)
        return {"module": own.__module__, "class_name": own.__name__, "config": configs.serialize(self.get_config()),
                "registered_name": get_registered_name(own)}

    @property
    def weights(self):
        """Trainable variables, then the others, then those of the layers inside."""
        own = list(self._variables.values())
        found = [v for v in own if v.trainable] + [v for v in own if not v.trainable]
        return list({id(v): v for v in [*found, *(w for layer in self._sublayers for w in layer.weights)]}.values())

    variables = weights

    @property
    def trainable_weights(self):
        """Variables that training moves."""
        if not self._trainable:
            return []
        own = [v for v in self._variables.values() if v.trainable]
        return list({id(v): v for v in [*own, *(w for layer in self._sublayers for w in layer.trainable_weights)]}.values())

    trainable_variables = trainable_weights

    @property
    def trainable(self):
        """Whether training moves its weights."""
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        self.__dict__["_trainable"] = bool(value)
        for layer in self._sublayers:
            layer.trainable = value

    def _all_layers(self):
        return [self, *(inner for layer in self._sublayers for inner in layer._all_layers())]

    def _call_of(self, node):
        return (node.args, node.kwargs) if configs.for_engine else self._structures[node.kwargs["python_call"]]

    def _flattened(self, args, kwargs):
        self._structures.append((args, kwargs))
        return (tuple(tensors_in((args, kwargs))),), {"python_call": len(self._structures) - 1}

    def _infer(self, args, kwargs):
        if not self.built:
            shapes = [t.shape for t in tensors_in((args, kwargs))]
            self.build(shapes[0] if len(shapes) == 1 else shapes)
            self.built = True
        told = self._described(args, kwargs)
        return [tuple(shape) for shape in (told["layers"].get(self.name) or told["outputs"])]

    def _make_variables(self, weights):
        """They were made by `build` and `call`."""

    def __call__(self, *args, **kwargs):
        if any_traced(args) or any_traced(kwargs) or not is_symbolic(args, kwargs):
            return super().__call__(*args, **kwargs)
        training = kwargs.pop("training", None)
        if training is not None:
            self._check_mode(training, not training)
        shapes = self._infer(args, kwargs)
        flat, place = self._flattened(args, kwargs)
        self._structures.pop()
        node = Node(self, flat[0], {"python_call": place["python_call"] - 1}, shapes, [self._output_dtype(args)] * len(shapes))
        return self._shaped(node.outputs)

    def _shaped(self, outputs):
        """Outputs in the form that `call` gave them."""
        return _filled(self._output_structure, list(outputs))

    def _two_modes(self):
        return any(layer._two_modes() for layer in self._sublayers)

    def _inside_of_trace(self, args, kwargs):
        kwargs = {key: value for key, value in kwargs.items() if key != "training"}
        if not self.built:
            stand_ins = _map((args, kwargs), lambda t: KerasTensor((None, *t.shape[1:]), t.dtype), Tensor)
            self.build_for(*stand_ins)
        return _regimen.traced_within(self.name, self._trainable, lambda: self._run(args, kwargs, running_mode()))

    def build_for(self, args, kwargs):
        """Runs `build` for symbolic inputs."""
        shapes = [t.shape for t in tensors_in((args, kwargs))]
        self.build(shapes[0] if len(shapes) == 1 else shapes)
        self.built = True

    def _run(self, args, kwargs, training):
        """`call`, with what the arguments that it names are."""
        self._track()
        names = inspect.signature(self.call).parameters
        if "training" in names and "training" not in kwargs:
            kwargs = {**kwargs, "training": training}
        first = next(iter(_found((args, kwargs), Tensor)), None)
        mask = first.native.mask if first is not None else None
        if "mask" in names and "mask" not in kwargs and mask is not None:
            kwargs = {**kwargs, "mask": Tensor(mask)}
        running.append(self)
        _modes.append(training)
        try:
            # All of them are there in every graph, whether this one reads them or not.
            for variable in self._variables.values():
                native(variable)
            outputs = self.call(*args, **kwargs)
        finally:
            running.pop()
            _modes.pop()
        if self.activity_regularizer is not None:
            from ..keras import regularizers

            penalty = regularizers.get(self.activity_regularizer)
            for output in _found(outputs, Tensor):
                self.add_loss(penalty(output))
        if type(self).compute_mask is not WrittenLayer.compute_mask and isinstance(outputs, Tensor):
            given = self.compute_mask(args[0] if args else None, Tensor(mask) if mask is not None else None)
            return Tensor(outputs.native.with_mask(native(given) if given is not None else None))
        if self.supports_masking and mask is not None and isinstance(outputs, Tensor) and outputs.native.mask is None:
            outputs = Tensor(outputs.native.with_mask(mask))
        return outputs

    def _trace(self, inputs, place, training):
        """The library asks for the layer's outputs."""
        args, kwargs = self._structures[place if place is not None else 0]
        waiting = [Tensor(x) for x in inputs]
        args, kwargs = _filled((args, kwargs), waiting)
        near.append(inputs[0])
        try:
            outputs = self._run(args, kwargs, training)
        finally:
            near.pop()
        if any_traced(outputs) and not isinstance(outputs, (list, tuple, dict)):
            outputs = outputs if isinstance(outputs, Tensor) else Tensor(native(outputs))
        natives = [t.native for t in _found(outputs, Tensor)]
        if not natives:
            raise ValueError(f"{type(self).__name__}.call() has to return tensors, it returned {outputs!r}")
        self.__dict__["_output_structure"] = _map(outputs, lambda t: _HOLE, Tensor)
        return natives

    def compute_mask(self, inputs, previous_mask):
        """The mask of what it gives."""
        return previous_mask if self.supports_masking else None


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


_HOLE = object()
_modes = []


def running_mode():
    """Whether what is traced trains."""
    return bool(_modes and _modes[-1])


def _found(value, kind):
    """Objects of a kind in nested values, in order."""
    if isinstance(value, kind):
        return [value]
    if isinstance(value, (list, tuple)):
        return [item for part in value for item in _found(part, kind)]
    if isinstance(value, dict):
        return [item for part in value.values() for item in _found(part, kind)]
    return []


def _map(value, function, kind):
    """Nested values with objects of a kind replaced."""
    if isinstance(value, kind):
        return function(value)
    if isinstance(value, (list, tuple)):
        return type(value)(_map(part, function, kind) for part in value)
    if isinstance(value, dict):
        return {key: _map(part, function, kind) for key, part in value.items()}
    return value


def _filled(value, waiting):
    """Nested values with symbolic tensors and holes replaced by those that wait, in order."""
    if isinstance(value, KerasTensor) or value is _HOLE:
        return waiting.pop(0)
    if isinstance(value, (list, tuple)):
        return type(value)([_filled(part, waiting) for part in value])
    if isinstance(value, dict):
        return {key: _filled(part, waiting) for key, part in value.items()}
    return value


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


class InputLayer(Layer):
    """Declares what a model takes."""

    _class_name = "InputLayer"

    def __init__(self, shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, batch_shape=None, input_tensor=None,
                 optional=False, name=None, **kwargs):
        self._set_up()
        shape = kwargs.pop("input_shape", shape)
        batch_shape = kwargs.pop("batch_input_shape", batch_shape)
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments: {list(kwargs)}")
        if sparse or ragged:
            raise ValueError("sparse and ragged inputs are not supported here; give dense arrays")
        if batch_shape is None:
            if shape is None:
                raise ValueError("You must pass a `shape` argument.")
            shape = (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)
            batch_shape = (batch_size, *shape)
        self.batch_shape = tuple(None if size is None else int(size) for size in batch_shape)
        self._declared_dtype = configs.serialize(dtype) if dtype is not None else "float32"
        self.dtype = self._declared_dtype
        self.name = name or naming.unique("input_layer")
        self._class, self._policy, self.built = "InputLayer", None, True
        self._config = {"batch_shape": list(self.batch_shape), "dtype": self.dtype}
        Node(self, (), {}, [self.batch_shape], [self.dtype])

    @property
    def output(self):
        """The tensor."""
        return self._inbound_nodes[0].outputs[0]

    def get_config(self):
        """Shape, type and name."""
        return {"batch_shape": self.batch_shape, "dtype": self.dtype, "sparse": False, "ragged": False, "name": self.name}


def make_layers(namespace, module):
    """Puts a class for each layer of the library into a module's namespace."""
    for name, _, about, options in entries("layers"):
        if name in namespace:
            continue
        body = {"_class_name": name, "_options": options, "__doc__": f"{about[:1].upper()}{about[1:]}.", "__module__": module,
                "__signature__": _Signature()}
        namespace[name] = type(name, (Layer,), body)


class Lambda(WrittenLayer):
    """A function of tensors as a layer. It is not written into files."""

    def __init__(self, function, output_shape=None, mask=None, arguments=None, **kwargs):
        super().__init__(**kwargs)
        self.__dict__["function"], self.__dict__["arguments"] = function, arguments or {}

    def call(self, inputs, mask=None, training=None):
        """The function."""
        return self.function(inputs, **self.arguments)
