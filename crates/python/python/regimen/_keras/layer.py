"""Layers: a class, a config, and the variables that they have once they are built."""

import json

import numpy as np

from .. import _regimen
from . import configs, dialect, naming
from .described import _Signature, entries
from .tensors import KerasTensor, Node, described, is_symbolic, tensors_in
from .variable import Variable

# What Keras calls floats of another policy computes in them and gives them.
_WHOLE = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")


class Layer:
    """A layer of the library. `_options` are its arguments by name, in Keras's order."""

    _class_name = ""
    _options = ()
    _module = "keras.layers"
    __signature__ = _Signature()

    def __init__(self, *args, **kwargs):
        if type(self)._class_name == "":
            raise NotImplementedError(
                "layers of your own (subclasses of `Layer` with `build` and `call`) are not supported here yet; build it from the "
                "layers of keras.layers"
            )
        self._set_up()
        given = configs.bound(self._class_name, self._options, args, kwargs)
        self._take_shape(given)
        self._take_name(given)
        self._policy = given.pop("dtype", None)
        self._class, self._config = configs.checked("layers", self._class_name, given)
        # Masks and noise follow from the order in which layers were made, not from their names.
        self._seed = naming.draw() >> 33 if self._config.get("seed", 0) is None else None

    def _set_up(self):
        self._inbound_nodes, self._variables, self._trainable = [], {}, True
        self.built, self._input_shape, self._declared_dtype, self._seed = False, None, None, None

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
        config = {"name": self.name, **self._config}
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

    def _described(self, args, kwargs):
        """What the library says of the layer alone behind such inputs."""
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
        entry = {**self._entry(), "name": self.name, "inbound_nodes": [node]}
        first = self._first_call()
        probe = {"class_name": "Functional", "config": {
            "name": "probe", "layers": [*inputs, entry],
            "input_layers": [[names[id(t)], 0, 0] for t in unique], "output_layers": [[self.name, first, 0]]}}
        return json.loads(_regimen.describe(configs.dumps(probe), "[]"))

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
            if own in self._variables:
                continue
            name = own.rsplit("/", 1)[-1]
            self._variables[own] = Variable(
                weight["initializer"], weight["shape"], trainable=weight["trainable"] or not self._trainable, name=name, layer=self,
                path=own,
            )

    def __call__(self, *args, **kwargs):
        kwargs.pop("training", None) if kwargs.get("training") is None else None
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

        training = kwargs.pop("training", False)
        if training:
            raise NotImplementedError("layers on arrays compute as in inference here; train=True belongs to fit()")
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


def old_recurrent():
    """Whether the dialect has the recurrent layers of Keras 1 and 2.2."""
    return dialect.before(2, 3)
