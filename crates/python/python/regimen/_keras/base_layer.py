"""Layers: a class, a config, and the variables that they have once they are built."""

import functools
import json

from .. import _regimen
from . import by_number, carried, cell_view, cells, configs, entering, freezing, in_trace, input_spec, layer_facts, layer_paths, layer_texts
from . import draws_on_arrays, low_rank, placed, symbolic_inside
from .described import _Signature, entries
from .layer_options import Options
from .layer_weights import Weights
from .nested import mapped
from .not_quantized import NotQuantized
from .tensors import KerasTensor, Node, described, is_symbolic, tensors_in
from .traced import any_traced, modes


class _Kinds(type):
    """Lets every layer count as one of the class that programs derive theirs from, and every model likewise."""

    def __call__(cls, *args, **kwargs):
        made = type.__call__(cls, *args, **kwargs)
        if "_inbound_nodes" not in made.__dict__:
            raise RuntimeError(
                f"In layer '{cls.__name__}', you forgot to call `super().__init__()` as the first statement in the "
                "`__init__()` method. Go add it!"
            )
        return made

    def __instancecheck__(cls, instance):
        base = cls.__dict__.get("_stands_for")
        return type.__instancecheck__(base if base is not None else cls, instance)

    def __subclasscheck__(cls, other):
        base = cls.__dict__.get("_stands_for")
        return type.__subclasscheck__(base if base is not None else cls, other)


# What a class of a program may not override of one of the library's, which computes without it.
_OF_THE_LIBRARY = ("call", "compute_mask", "compute_output_shape", "add_weight")


def running_mode():
    """Whether what is traced trains."""
    return bool(modes and modes[-1])


class Layer(Options, Weights, NotQuantized, metaclass=_Kinds):
    """A layer of the library. `_options` are its arguments by name, in Keras's order."""

    _kind = "layers"
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

    def __init__(self, *args, **kwargs):
        self._set_up()
        if type(self)._class_name == "":
            self._set_up_written(*args, **kwargs)
            return
        self._take(args, kwargs)
        self.built = self._class in layer_facts.WEIGHTLESS and type(self).build is Layer.build
        self._spec = layer_facts.input_spec(self._class, self._config)
        masks = self._class in layer_facts.MASKING or bool(self._config.get("mask_zero"))
        self.__dict__["supports_masking"] = masks
        self.__dict__["autocast"] = True
        if self._given_weights is not None and self._class in layer_facts.INDICES:
            self.build()

    def _set_up(self):
        self._inbound_nodes, self._variables, self._trainable = [], {}, True
        self.built, self._input_shape, self._declared_dtype, self._seed = False, None, None, None
        self._sublayers, self._initializers, self._losses, self._spec, self._build_shape = [], {}, [], None, None

    def __setattr__(self, name, value):
        config = self.__dict__.get("_config")
        if config and not name.startswith("_") and name in config and self._class_name:
            self._set_option(name, value)
            return
        object.__setattr__(self, name, value)

    def _direction(self, name):
        """One of the two layers of a Bidirectional, with its own config; its weights are variables of the Bidirectional."""
        layer = self._held["layer"]
        config = {**layer.get_config(), "name": f"{name.split('_')[0]}_{layer.name}"}
        if name == "backward_layer":
            own = self._held.get("backward_layer")
            if own is not None:
                return own
            config["go_backwards"] = not config.get("go_backwards", False)
        return type(layer).from_config(config)

    # -- modes

    def _two_modes(self):
        """Whether it does something else in training than in inference."""
        dropped = any(self._config.get(key) for key in ("dropout", "recurrent_dropout"))
        inner = any(layer._two_modes() for layer in self._inner_layers())
        return dropped or inner or layer_facts.two_modes(self._class)

    def _draws(self):
        """Whether it draws random numbers in training."""
        dropped = any(self._config.get(key) for key in ("dropout", "recurrent_dropout"))
        return dropped or layer_facts.draws(self._class) or any(layer._draws() for layer in self._inner_layers())

    # -- config

    def _object(self):
        config = {"name": self.name, **(self._with_inner(self._config) if configs.by_number() else self._written_config())}
        if configs.for_engine() and isinstance(self._config.get("seed", self._seed) or self._seed, int):
            config["seed"] = draws_on_arrays.moved(self._seed if self._seed is not None else self._config["seed"])
        if not freezing.in_config(self):
            config["trainable"] = False
        return {"class_name": self._class, "config": {**config, **self._dtype_config()}}

    def _written_config(self):
        """The options with objects of a program as Keras writes them."""
        own = {f"{name}_initializer": by_number.entry(value) for name, value in self._initializers.items()}
        written = {**by_number.named(self._config), **{key: value for key, value in own.items() if key in self._config}}
        return self._with_inner(placed.placed(written))

    def _entry(self):
        """The layer in the config of a model."""
        return {"module": self._module, **self._object(), "registered_name": None}

    # -- building

    def build(self, *shapes, **named):
        """Makes the variables for inputs of these shapes (rows first)."""
        given = _shapes(shapes, named)
        self._build_shape = named or (shapes[0] if len(shapes) == 1 else shapes)
        if self.built:
            return
        if not given and self._class in layer_facts.INDICES:
            given = [(None,)]
        if not given:
            raise ValueError(f"{self.name}.build(): needs the shape of the input, rows first")
        self._infer(self._stand_ins(given, shapes), {})

    def _weights_as_built(self):
        """What weights it has for the shapes that it was built for, as the library says."""
        shape = self._build_shape
        shapes = tuple(shape.values()) if isinstance(shape, dict) else (shape,)
        return self._described(self._stand_ins(_shapes(shapes, {}) or [(None,)], shapes), {})["weights"]

    def _stand_ins(self, given, shapes):
        """Symbolic tensors of these shapes, as a call takes them: a list of inputs, or inputs one by one."""
        inputs = [KerasTensor(shape, self._input_dtype()) for shape in given]
        if self._class in cells.CLASSES:
            sizes = self.state_size if isinstance(self.state_size, list) else [self.state_size]
            return (inputs[0], mapped(sizes, lambda size: KerasTensor((inputs[0].shape[0], size)), int))
        if self._class in layer_facts.ONE_BY_ONE:
            # Keys that are not given are the values.
            return tuple(inputs if len(inputs) > 1 else inputs * 2)
        return (inputs if len(inputs) > 1 or (shapes and shapes[0] and _several(shapes[0])) else inputs[0],)

    def _build_as_overridden(self, args, kwargs):
        """Runs a `build` that a class of a program has put before the library's."""
        if type(self).build is not Layer.build and not self.built and self._class_name and not self.__dict__.get("_building"):
            shapes = [t.shape for t in tensors_in((args, kwargs))]
            self.__dict__["_building"] = True
            try:
                self.build(shapes[0] if len(shapes) == 1 else shapes)
            finally:
                del self.__dict__["_building"]

    def get_build_config(self):
        """The shape that it was built for."""
        return {"input_shape": self._build_shape} if self._build_shape is not None else None

    def build_from_config(self, config):
        """Builds it for such a shape."""
        if config:
            self.build(**{"input_shape": config["input_shape"]} if "input_shape" in config else config)

    @property
    def path(self):
        """Where it is, once it is built: the names of what it is in, and its own."""
        return layer_paths.of(self) if self.built else None

    @property
    def input_spec(self):
        """What it takes: an `InputSpec`, a list of them, or None."""
        return self._spec

    @input_spec.setter
    def input_spec(self, value):
        self._spec = value

    def _input_dtype(self):
        return "int32" if self._class_name in layer_facts.INDICES else "float32"

    # -- what comes out

    def compute_output_shape(self, *shapes, **named):
        """The shape that inputs of these shapes give."""
        told = self._described(self._stand_ins(_shapes(shapes, named), shapes), {})
        outputs = [tuple(shape) for shape in told["layers"].get(self.name) or told["outputs"]]
        return outputs if len(outputs) > 1 else outputs[0]

    def compute_output_spec(self, *args, **kwargs):
        """Symbolic tensors of the shapes and types that such inputs give."""
        kwargs.pop("training", None)
        told = self._described(args, kwargs)
        shapes = told["layers"].get(self.name) or told["outputs"]
        outputs = [KerasTensor(shape, self._output_dtype(args)) for shape in shapes]
        return outputs[0] if len(outputs) == 1 else outputs

    def compute_mask(self, inputs, previous_mask=None, mask=None, **kwargs):
        """The mask of what it gives for such inputs; `mask` is what layers of several inputs call `previous_mask`."""
        from . import layer_on_arrays

        return layer_on_arrays.mask_of(self, inputs, previous_mask if mask is None else mask, kwargs)

    def _described(self, args, kwargs):
        """What the library says of the layer alone behind such inputs."""
        if [t.ndim for t in tensors_in(args)] == [layer_facts.WITHOUT_ROWS.get(self._class)]:
            return self._of_one_picture(args, kwargs)
        args, kwargs = self._flattened(args, kwargs)
        unique = list({id(t): t for t in tensors_in((args, kwargs))}.values())
        names = {id(t): f"input_{i}" for i, t in enumerate(unique)}
        inputs = [
            {"class_name": "InputLayer", "name": names[id(t)], "inbound_nodes": [], "config": {
                "batch_shape": list(t.shape), "dtype": engine_dtype(t.dtype), "name": names[id(t)]}}
            for t in unique
        ]
        node = {
            "args": described(args, lambda t: (names[id(t)], 0, 0)),
            "kwargs": described(entering.for_engine(kwargs), lambda t: (names[id(t)], 0, 0)),
        }
        with configs.engine_form(), freezing.says("all"):
            entry = {**self._entry(), "name": self.name, "inbound_nodes": [node]}
        probe = {"class_name": "Functional", "config": {
            "name": "probe", "layers": [*inputs, entry],
            "input_layers": [[names[id(t)], 0, 0] for t in unique], "output_layers": [[self.name, self._first_call(), 0]]}}
        try:
            told = json.loads(_regimen.describe(configs.dumps(probe), "[]"))
            return {**told, **{part: self._shapes_in_training(told[part]) for part in ("outputs", "layers")}}
        except ValueError as error:
            raise layer_texts.of_inputs(error) from None

    def _shapes_in_training(self, shapes):
        if isinstance(shapes, dict):
            return {path: self._shapes_in_training(own) for path, own in shapes.items()}
        return [layer_facts.shape_in_training(self._class, self._config, shape) for shape in shapes]

    def _of_one_picture(self, args, kwargs):
        """The same for a picture or a signal without an axis of rows."""
        told = self._described(mapped(args, lambda t: KerasTensor((None, *t.shape), t.dtype), KerasTensor), kwargs)
        alone = lambda shapes: [shape[1:] for shape in shapes]
        return {**told, "outputs": alone(told["outputs"]), "layers": {path: alone(shapes) for path, shapes in told["layers"].items()}}

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
        self._build_as_overridden(args, kwargs)
        with layer_paths.inside(self):
            told = self._described(args, kwargs)
        if not self.built or (told["weights"] and not self._variables):
            self._make_variables(told["weights"])
            self.built = True
            if self.__dict__.get("_given_weights") is not None:
                given, self._given_weights = self._given_weights, None
                self.set_weights(given if isinstance(given, (list, tuple)) else [given])
        if self._build_shape is None:
            shapes = [t.shape for t in entering.shaped((args, kwargs))]
            self._build_shape = shapes[0] if len(shapes) == 1 else shapes
        if self._class == "Dense" and self._build_shape is not None:
            self._spec = input_spec.InputSpec(min_ndim=2, axes={-1: self._build_shape[-1]})
        shapes = told["layers"].get(self.name) or told["outputs"]
        return [tuple(shape) for shape in shapes]

    # -- calling

    def __call__(self, *args, **kwargs):
        args, kwargs = layer_facts.by_name(self._class, args, kwargs)
        layer_facts.check_arguments(self._class_name, args, kwargs)
        training = kwargs.pop("training", None)
        if any_traced((args, kwargs)) or not is_symbolic(args, kwargs) and in_trace.is_part(self) and not entering.holds_texts(args):
            symbolic_inside.check((args, kwargs))
            args, kwargs = entering.into_graph(self, args, kwargs)
            if in_trace.is_aside(self):
                return in_trace.aside(self, args, kwargs, training)
            return self._inside_of_trace(args, kwargs, None if training is None else bool(training))
        if not is_symbolic(args, kwargs):
            from . import layer_on_arrays

            return layer_on_arrays.called(self, args, kwargs, training)
        args, kwargs = entering.into_model(self, args, kwargs)
        input_spec.check(self, args)
        shapes = self._infer(args, kwargs)
        node = Node(self, args, kwargs, shapes, [self._output_dtype(args)] * len(shapes))
        node.mode = training
        if self._class in cells.CLASSES:
            return cells.laid_out(self, args, node.outputs)
        return node.outputs[0] if len(shapes) == 1 else list(node.outputs)

    def call(self, *args, **kwargs):
        """The same as calling it."""
        return self(*args, **kwargs)

    def _output_dtype(self, args):
        kinds = [t.dtype for t in tensors_in(args)]
        return layer_facts.output_dtype(self._class, self._config, kinds, self.compute_dtype)

    def _inside_of_trace(self, args, kwargs, training=None):
        return in_trace.called(self, args, kwargs, training)

    @property
    def reset_state(self):
        """A function that sets what a recurrent layer carries from call to call back to zeros."""
        if "stateful" not in self.__dict__.get("_config", {}) and not hasattr(self, "stateful"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute 'reset_state'")
        return self._reset_state

    reset_states = reset_state

    def _reset_state(self):
        for model, _ in self.__dict__.get("_on_arrays", {}).values():
            carried.reset([model])
        carried.reset([self])

    # -- what it was called with

    def _node(self, what):
        if not self._inbound_nodes:
            raise AttributeError(f"The layer {self.name} has never been called and thus has no defined {what}.")
        return self._inbound_nodes[0]

    @property
    def input(self):
        """What its only call takes."""
        tensors = self._node("input").input_tensors
        if not tensors:
            raise AttributeError(f"The layer {self.name} has never been called and thus has no defined input.")
        return tensors[0] if len(tensors) == 1 else tensors

    @property
    def output(self):
        """What its only call gives."""
        outputs = self._node("output").outputs
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

    @property
    def _seed_generators(self):
        return [self.seed_generator] if self._has_generator() else []

    def _has_generator(self):
        option = layer_facts.DRAWING.get(self._class)
        return bool(option and self._config.get(option))

    def __getstate__(self):
        """Copies, and what is pickled, make their own models for calls on arrays."""
        return {name: value for name, value in self.__dict__.items() if name not in ("_on_arrays", "_plain")}

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        variables = self.__dict__.get("_variables", {})
        if name in variables:
            return low_rank.seen(self, name)
        if name in low_rank.TOLD and self.__dict__.get("_class") in low_rank.CLASSES:
            return low_rank.told(self, name)
        if name in ("forward_layer", "backward_layer") and self.__dict__.get("_class") == "Bidirectional":
            return self._direction(name)
        if name == "enable_lora" and self.__dict__.get("_class") in low_rank.CLASSES:
            return functools.partial(low_rank.enable, self)
        if name == "stateful" and self.__dict__.get("_class") == "Bidirectional":
            return carried.is_stateful(self)
        if name in self.__dict__.get("_config", {}):
            return self._option(name)
        if cells.tells(self, name):
            return cells.told(self, name)
        if cell_view.tells(self, name):
            return cell_view.told(self, name)
        if name in layer_facts.MAYBE and self.__dict__.get("built") and self._class_name:
            return None
        if name == "seed_generator" and self._has_generator():
            from ..keras.random import SeedGenerator

            seed = self._config.get("seed")
            generator = SeedGenerator(self._seed if seed is None else seed)
            object.__setattr__(self, "seed_generator", generator)
            return generator
        if name in ("input", "output"):
            raise AttributeError(f"The layer {self.name} has never been called and thus has no defined {name}.")
        if name == "add_metric":
            raise AttributeError(f"{type(self).__name__}.add_metric() went with Keras 2: give metrics to compile(metrics=...), "
                                 "or make what is to be "
                                 "watched an output of the model")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self):
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def engine_dtype(dtype):
    """The type that the engine has for inputs of a type."""
    return {"float16": "float32", "float64": "float32", "bfloat16": "float32", "int64": "int32", "int8": "int32", "int16": "int32",
            "uint16": "int32", "uint32": "int32", "uint64": "int32"}.get(dtype, dtype)


def _shapes(shapes, named):
    """All shapes that a method was given, lists of them and those by name too."""
    given = [shape for shape in (*shapes, *named.values()) if isinstance(shape, (list, tuple)) and shape]
    return [each for shape in given for each in (shape if _several(shape) else [shape])]


def _several(shape):
    return isinstance(shape[0], (list, tuple))


def make_layers(namespace, module, parts):
    """Puts a class for each layer of the library into a module's namespace; `parts` has more methods for some, by class."""
    for name, _, about, options in entries("layers"):
        if name in namespace:
            continue
        body = {"_class_name": name, "_options": options, "__doc__": f"{about[:1].upper()}{about[1:]}.", "__module__": module,
                "__signature__": _Signature()}
        namespace[name] = type(name, (parts[name], Layer) if name in parts else (Layer,), body)
