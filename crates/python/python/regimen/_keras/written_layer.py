"""Layers that programs write: `build` and `call` in Python, traced into the graph of the step."""

import functools
import inspect

from .. import _regimen
from . import build_shapes, call_masks, configs, dtypes, entering, foreign, freezing, in_trace, input_spec, layer_facts, layer_paths, naming
from . import symbolic_masks, weight_arguments
from .attributes import OWN, held_as
from .base_layer import Layer, _shapes, running_mode
from .call_penalties import penalties
from .made_with import of_init, plain_arguments
from .nested import HOLE, filled, found, mapped
from .registered import get_registered_name
from .tensors import KerasTensor, Node, is_symbolic, tensors_in
from .traced import Tensor, any_traced, assigned, inside, modes, native, near, path_to, running, suspended
from .variable import Variable

def _recording(build):
    """A `build` of a program that leaves the layer built."""

    @functools.wraps(build)
    def method(self, *args, **kwargs):
        with layer_paths.inside(self):
            build(self, *args, **kwargs)
        self.built = True
        if args or kwargs:
            self.__dict__["_build_shape"] = args[0] if args else kwargs

    return method


def is_written(layer):
    """Whether a program, or the package in its place, wrote the layer: for `isinstance`, `WrittenLayer` stands for every layer."""
    return WrittenLayer in type(layer).__mro__


class WrittenLayer(Layer):
    """What `Layer` is to classes of a program: they write `build` and `call`."""

    _stands_for = Layer

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__ and not cls.__module__.startswith("regimen."):
            cls.build = _recording(cls.__dict__["build"])

    def __new__(cls, *args, **kwargs):
        made = object.__new__(cls)
        made.__dict__["_made_with"] = plain_arguments(cls, args, kwargs)
        return made

    def _set_up_written(self, *args, activity_regularizer=None, trainable=True, dtype=None, autocast=True, name=None, **kwargs):
        shape = kwargs.pop("input_shape", None)
        if shape is None and kwargs.get("input_dim") is not None:
            shape = (kwargs.pop("input_dim"),)
        if args or kwargs:
            raise ValueError(f"Unrecognized keyword arguments passed to {type(self).__name__}: {kwargs or args}")
        self._input_shape = (None, *shape) if shape is not None else None
        from ..keras import dtype_policies

        own = dtype_policies.get(dtype) if dtype is not None else None
        if own is not None and own.name not in ("float32", "mixed_float16"):
            raise ValueError(f"{type(self).__name__}: layers of your own compute in float32 here, found dtype={dtype!r}")
        if not isinstance(trainable, bool):
            raise ValueError(f"Expected `trainable` to be a boolean. Received: trainable={trainable} (of type {type(trainable)})")
        self._policy, self._trainable = own, bool(trainable)
        self.name = name or naming.unique(naming.snake_case(type(self).__name__))
        self._foreign_name = type(self).__name__
        self._class, self._config, self._structures = foreign.register(self), {}, []
        self.supports_masking = type(self).compute_mask is not WrittenLayer.compute_mask
        self.activity_regularizer, self.autocast = activity_regularizer, autocast
        for value in [value for name, value in self.__dict__.items() if name not in OWN and isinstance(value, Variable)]:
            self._take_in(value)

    # -- layers and variables inside

    def _take_in(self, variable):
        """Makes a variable one of the layer's, where it is no other layer's."""
        if variable._layer is None:
            variable._layer, variable._own_path = self, variable.name
            self._variables[variable.name] = variable

    def _track(self):
        """Takes in layers that were put into lists and dicts since, and those that were there before `super().__init__()`."""
        for name, value in list(self.__dict__.items()):
            if name not in OWN:
                self._hold(value)

    def _hold(self, value):
        layers = found(value, Layer)
        if not layers:
            return
        known, names = {id(self), *map(id, self._sublayers)}, {layer.name for layer in self._sublayers}
        for layer in layers:
            if id(layer) not in known:
                layer.name = naming.apart(layer.name, names)  # the engine tells weights apart by the names of their layers
                known.add(id(layer))
                names.add(layer.name)
                self._sublayers.append(layer)

    def __setattr__(self, name, value):
        if "_sublayers" in self.__dict__ and name not in OWN:
            self._hold(value)
            if isinstance(value, Variable):
                self._take_in(value)
        object.__setattr__(self, name, value)

    def add_weight(self, *args, shape=None, initializer=None, dtype=None, trainable=True, autocast=True, regularizer=None, constraint=None,
                   aggregation="none", name=None):
        """A variable of the layer: `shape`, `initializer` and `dtype` may stand by their places. Floats of all widths are float32."""
        shape, initializer, dtype = weight_arguments.by_name(args, {"shape": shape, "initializer": initializer, "dtype": dtype})
        self._check_open()
        shape = () if shape is None else tuple(int(n) for n in (shape if isinstance(shape, (list, tuple)) else (shape,)))
        name = naming.apart(name or "variable", self._variables)
        kind = dtypes.standard(dtype)
        kind = "float32" if kind in dtypes.FLOATS else kind
        initializer = initializer if initializer is not None else "glorot_uniform" if kind == "float32" else "zeros"
        variable = Variable(initializer, shape, kind, trainable, autocast, aggregation, name=name, layer=self, path=name)
        both = (regularizer, constraint)
        variable._penalty = tuple(configs.dumps(configs.serialize(each)) if each is not None else None for each in both)
        variable._held = (regularizer, constraint)
        self._variables[name] = variable
        return variable

    add_variable = add_weight

    def _check_open(self):
        """Refuses new state while `call` runs, which would be other state in each trace."""
        if any(layer is self for layer in running) and not type(self).__module__.startswith("regimen."):
            raise ValueError(
                f"{self.name}: you cannot add new elements of state (variables or layers) to a layer that is already built. All of it has "
                "to be made in `__init__()` or in `build()`."
            )

    def add_loss(self, loss):
        """A penalty that training adds to the loss."""
        for each in loss if isinstance(loss, (list, tuple)) else [loss]:
            if not running:
                self._losses.append(each() if callable(each) else each)
                continue
            _regimen.traced_loss(native(each))
            penalties.append((self, each if isinstance(each, Tensor) else Tensor(native(each))))

    def _inner_layers(self):
        self._track()
        return list(self._sublayers)

    @property
    def weights(self):
        """Variables that were made trainable, then the others, then those of the layers inside."""
        return list({id(v): v for v in [*self._own(), *(w for layer in self._inner_layers() for w in layer.weights)]}.values())

    variables = weights

    @property
    def trainable_weights(self):
        """Variables that training moves."""
        return freezing.moved(self) if self._trainable else []

    trainable_variables = trainable_weights

    @property
    def trainable(self):
        """Whether training moves its weights."""
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        self.__dict__["_trainable"] = bool(value)
        freezing.thaw(self)
        for layer in self._inner_layers():
            layer.trainable = value

    @property
    def metrics(self):
        """Metrics that it and the layers inside hold."""
        from ..keras.metrics import Metric

        own = found([value for name, value in self.__dict__.items() if not name.startswith("_")], Metric)
        return list({id(m): m for m in [*own, *(m for layer in self._inner_layers() for m in layer.metrics)]}.values())

    def _all_layers(self):
        return [self, *(inner for layer in self._inner_layers() for inner in layer._all_layers())]

    @property
    def _seed_generators(self):
        from ..keras.random import SeedGenerator

        return found([value for name, value in self.__dict__.items() if not name.startswith("_")], SeedGenerator)

    def _make_variables(self, weights):
        """They were made by `build` and `call`."""

    # -- what programs override

    def build(self, *args, **kwargs):
        """Makes the variables: override it."""
        layer_paths.begin(self)
        self.built = True
        if args or kwargs:
            self.__dict__["_build_shape"] = args[0] if args else kwargs

    def call(self, *args, **kwargs):
        """What the layer computes: override it."""
        raise NotImplementedError(f"Layer {type(self).__name__} does not have a `call` method implemented.")

    def compute_mask(self, inputs, previous_mask):
        """The mask of what it gives."""
        return previous_mask if self.supports_masking else None

    def get_config(self):
        """The options that every layer has: override it, and add your own. Where it is not, the numbers and texts it was made with."""
        from ..keras import dtype_policies

        overridden = type(self).get_config is not WrittenLayer.get_config
        own = {} if overridden else self._made_with
        if own is None:
            raise NotImplementedError(
                f"Object {type(self).__name__} was created by passing non-serializable argument values in `__init__()`, and therefore the "
                "object must override `get_config()` in order to be serializable: numbers, texts and lists and dicts of them "
                "are known without it"
            )
        own = {"name": self.name} if overridden else of_init(self, own)
        config = {**own, "trainable": self._trainable, "dtype": dtype_policies.serialize(self.dtype_policy)}
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = configs.serialize(self.activity_regularizer)
        return config

    # -- as the library has it

    def _object(self):
        self.__dict__["_class"] = foreign.register(self)  # a copy is asked itself, and not what it was copied from
        return super()._object()

    def _entry(self):
        if configs.for_engine():
            return super()._entry()
        own = type(self)
        entry = {"module": own.__module__, "class_name": own.__name__, "config": configs.serialize(self.get_config()),
                 "registered_name": get_registered_name(own)}
        shape = self.__dict__.get("_build_shape")
        return {**entry, "build_config": {"input_shape": configs.serialize(shape)}} if isinstance(shape, (tuple, list)) else entry

    def _held_as(self, path):
        return held_as(self, path)

    def _call_of(self, node):
        return (node.args, node.kwargs) if configs.for_engine() else self._structures[node.kwargs["python_call"]]

    def _flattened(self, args, kwargs):
        self._structures.append((args, kwargs))
        return (tuple(tensors_in((args, kwargs))),), {"python_call": len(self._structures) - 1}

    # -- calling

    def _infer(self, args, kwargs):
        if not self.built:
            self.build_for(args, kwargs)
        with symbolic_masks.of_inputs(self, tensors_in((args, kwargs))):
            told = self._described(args, kwargs)
        return [tuple(shape) for shape in (told["layers"].get(self.name) or told["outputs"])]

    def build_for(self, args, kwargs):
        """Runs `build` for symbolic inputs."""
        by_place, by_name = build_shapes.of_call(self, args, kwargs)
        self.build(*by_place, **by_name)
        self.built = True

    def __call__(self, *args, **kwargs):
        if self._stands_for is Layer:  # and not a model
            layer_facts.check_places(args)
        if any_traced(args) or any_traced(kwargs) or not is_symbolic(args, kwargs):
            return super().__call__(*args, **kwargs)
        training = kwargs.pop("training", None)
        if self._stands_for is not None:  # functions take weights and arrays as they are
            args, kwargs = entering.into_model(self, args, kwargs)
        input_spec.check(self, args)
        shapes = self._infer(args, kwargs)
        flat, place = self._flattened(args, kwargs)
        self._structures.pop()
        node = Node(self, flat[0], {"python_call": place["python_call"] - 1}, shapes, self._rounded_dtypes())
        node.mode, node.masks = training, self.__dict__.get("_output_masks")
        return self._shaped(node.outputs)

    def compute_output_spec(self, *args, **kwargs):
        """Symbolic tensors of the shapes and types that such inputs give."""
        kwargs.pop("training", None)
        if type(self).compute_output_shape is not WrittenLayer.compute_output_shape:
            by_place, by_name = build_shapes.of_call(self, args, kwargs, self.compute_output_shape)
            return _of_shapes(self.compute_output_shape(*by_place, **by_name), self.compute_dtype)
        shapes = self._asked_for(args, kwargs)
        return self._shaped([KerasTensor(shape, dtype) for shape, dtype in zip(shapes, self._rounded_dtypes())])

    def _rounded_dtypes(self):
        """Types of the outputs; half floats where the policy says so, to which arrays are rounded as they come out."""
        half = self.compute_dtype == "float16"
        return ["float16" if half and dtype == "float32" else dtype for dtype in self._output_dtypes]

    def compute_output_shape(self, *shapes, **named):
        """The shape that inputs of these shapes give."""
        if type(self) is WrittenLayer:
            raise self._without("compute_output_shape")
        outputs = self._asked_for(self._stand_ins(_shapes(shapes, named), shapes), {})
        return outputs if len(outputs) > 1 else outputs[0]

    def _asked_for(self, args, kwargs):
        """Output shapes of a call that is not made; nothing of it is kept."""
        count = len(self._structures)
        try:
            return self._infer(args, kwargs)
        finally:
            del self._structures[count:]

    def _shaped(self, outputs):
        """Outputs in the form that `call` gave them."""
        return filled(self._output_structure, list(outputs))

    def _two_modes(self):
        return "training" in inspect.signature(self.call).parameters or any(layer._two_modes() for layer in self._inner_layers())

    def _draws(self):
        return any(layer._draws() for layer in self._inner_layers())

    def _inside_of_trace(self, args, kwargs, training=None):
        kwargs = {key: value for key, value in kwargs.items() if key != "training"}
        self._build_in_trace(args, kwargs)
        in_trace.check_held(self)
        mode = running_mode() if training is None else training
        run = lambda: _regimen.traced_within(self.name, freezing.in_engine(self), lambda: self._run(args, kwargs, mode), training)
        return inside((path_to(self) or [])[:-1], run)

    def _build_in_trace(self, args, kwargs):
        """Runs `build` where a layer is called first inside of another one."""
        if not self.built:
            whole = bool(running) and getattr(running[0], "_whole", False)
            rows = (lambda t: t.shape[:1]) if whole else (lambda t: (None,) * min(t.ndim, 1))
            given = mapped((args, kwargs), lambda t: KerasTensor((*rows(t), *t.shape[1:]), t.dtype), Tensor)
            with suspended():
                self.build_for(*given)

    def _run(self, args, kwargs, training):
        """`call`, with what the arguments that it names are."""
        self._track()
        names = inspect.signature(self.call).parameters
        if "training" in names and "training" not in kwargs:
            kwargs = {**kwargs, "training": training}
        kwargs, previous = call_masks.given(inspect.signature(self.call), args, kwargs)
        running.append(self)
        layer_paths.enter(self)
        modes.append(training)
        try:
            # All of them are there in every graph, whether this one reads them or not.
            for variable in self._own():
                native(variable)
            outputs = self.call(*args, **kwargs)
            if self.activity_regularizer is not None:
                self._penalize(found(outputs, Tensor))
            overrides = type(self).compute_mask is not WrittenLayer.compute_mask
            return call_masks.carried(self, args[0] if args else None, previous, outputs, overrides)
        finally:
            running.pop()
            layer_paths.leave()
            modes.pop()

    def _penalize(self, outputs):
        """The penalty on what the layer gives, for each of its rows."""
        from ..keras import regularizers

        penalty = regularizers.get(self.activity_regularizer)
        for output in outputs:
            self.add_loss(penalty(output) / max(output.shape[0], 1) if output.ndim else penalty(output))

    def _trace(self, inputs, place, training):
        """The library asks for the layer's outputs."""
        # A layer of the library that holds this one gives it one input.
        args, kwargs = self._structures[place if place is not None else 0] if self._structures else ((HOLE,), {})
        args, kwargs = filled((args, kwargs), symbolic_masks.carried(self, [Tensor(x) for x in inputs]))
        self._build_in_trace(args, kwargs)
        near.append(inputs[0])
        outermost = not running
        try:
            outputs = self._run(args, kwargs, training)
        finally:
            near.pop()
            if outermost:
                assigned.clear()
                penalties.clear()
        if any_traced(outputs) and not isinstance(outputs, (list, tuple, dict)):
            outputs = outputs if isinstance(outputs, Tensor) else Tensor(native(outputs))
        natives = [t.native for t in found(outputs, Tensor)]
        if not natives:
            raise ValueError(f"{type(self).__name__}.call() has to return tensors, it returned {outputs!r}")
        self.__dict__["_output_structure"] = mapped(outputs, lambda t: HOLE, Tensor)
        self.__dict__["_output_dtypes"] = [x.dtype for x in natives]
        self.__dict__["_output_masks"] = [len(x.mask.shape) if x.mask is not None else None for x in natives]
        return natives


def _of_shapes(shapes, dtype):
    """Symbolic tensors of nested shapes."""
    if isinstance(shapes, dict):
        return {key: _of_shapes(shape, dtype) for key, shape in shapes.items()}
    if all(n is None or isinstance(n, int) for n in shapes):
        return KerasTensor(tuple(shapes), dtype)
    return type(shapes)(_of_shapes(shape, dtype) for shape in shapes)
