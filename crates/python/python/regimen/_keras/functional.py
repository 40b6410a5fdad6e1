"""Models wired by symbolic tensors."""

import contextlib

from . import configs, dialect, entering, freezing, sharing, wiring
from .added_loss import with_loss
from .model import Model
from .nested import filled, laid_out, mapped, ordered
from .per_thread import Stack
from .registered import custom_object_scope
from .rewiring import from_tensors
from .tensors import KerasTensor, described, tensors_in
from .traced import Tensor


# Whether what `training` was between symbolic tensors counts: nothing else says it.
_modes_count = Stack()


@contextlib.contextmanager
def modes_of_calls(count):
    """Inside of a `with` statement `training` of calls between symbolic tensors counts, or does not."""
    _modes_count.append(count)
    try:
        yield
    finally:
        _modes_count.pop()


def says_modes():
    """Whether `training` of calls between symbolic tensors counts: always in programs of Keras 1 and 2."""
    return dialect.before(3) or bool(_modes_count and _modes_count[-1])


def _with_mode(node, args, kwargs):
    """The arguments of a call with its `training`, where that counts."""
    if node.mode is None or (configs.for_engine() and not says_modes()):
        return args, kwargs
    return args, {**kwargs, "own_mode" if configs.for_engine() else "training": bool(node.mode)}


class Functional(Model):
    """A model wired by symbolic tensors."""

    _class_name = "Functional"
    _numbered = False

    def __init__(self, inputs=None, outputs=None, name=None, trainable=True, **kwargs):
        inputs, outputs = kwargs.pop("input", inputs), kwargs.pop("output", outputs)
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments: {list(kwargs)}")
        self._start(name)
        if not tensors_in(inputs) or not tensors_in(outputs):
            raise ValueError("Model(inputs, outputs): both have to be symbolic tensors (keras.Input, and what layers give)")
        inputs, outputs = from_tensors(ordered(inputs), ordered(outputs))
        self._inputs_struct, self._outputs_struct, self._names = inputs, outputs, None
        self.inputs, self.outputs = tensors_in(inputs), tensors_in(outputs)
        self._map()
        self.built = True
        if not trainable and dialect.before(3):
            self.trainable = False
        elif not trainable:
            self._trainable = False  # which in Keras says nothing of the layers

    def _map(self):
        """Finds the layers, in Keras's order, and the calls between inputs and outputs."""
        self._layers, self._nodes = wiring.of(self.inputs, self.outputs)
        self._own_modes = any(node.mode is not None and node.operation._two_modes() for node in self._nodes)
        for node in self._nodes:
            if not dialect.before(3) and node.mode is not None and node.operation._two_modes():
                configs.tell(f"{node.operation.name}(training={node.mode}) in a functional model: as in Keras 3, fit() and "
                             "predict() decide on the mode "
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
        return [name, call + tensor._keras_history[0]._first_call(), output]

    def _object(self):
        with sharing.within(self):
            return self._wired_object()

    def _wired_object(self):
        layers = []
        for layer in self._layers:
            nodes = [node for node in layer._inbound_nodes if node in self._nodes and node.input_tensors]
            calls = [_with_mode(node, *layer._call_of(node)) for node in nodes]
            named = entering.for_engine if configs.for_engine() else dict
            inbound = [{"args": described(list(args), self._place), "kwargs": described(named(kwargs), self._place)}
                       for args, kwargs in calls]
            layers.append({**sharing.marked(layer, layer._entry()), "name": layer.name, "inbound_nodes": inbound})

        inputs, outputs = [self._end(tensor) for tensor in self.inputs], [self._end(tensor) for tensor in self.outputs]
        if configs.for_engine() or not dialect.before(3):
            # Nested as they were given: what a model inside of another layer takes, and what a model is called with, depends on it.
            inputs, outputs = (mapped(form, self._end, KerasTensor) for form in (self._inputs_struct, self._outputs_struct))
        elif self._has_named_outputs():
            outputs = dict(zip(self.output_names, outputs))
        config = {"name": self.name, "trainable": freezing.in_config(self), "layers": layers, "input_layers": inputs,
                  "output_layers": outputs}
        if self._numbered and configs.for_engine():
            config["output_names"] = self.output_names
        return {"class_name": "Functional", "config": config}

    def _call_of(self, node):
        """The arguments of a call as a config has them: nested as the inputs are."""
        if configs.for_engine() or dialect.before(3) or not node.args:
            return node.args, node.kwargs
        return (filled(self._inputs_struct, tensors_in(node.args[0])), *node.args[1:]), node.kwargs

    def _number_outputs(self):
        """Calls outputs that one layer gives, and that are no dict, by their places: logs and targets have to tell them apart."""
        if len(self.outputs) > 1 and not self._has_named_outputs():
            width = len(str(len(self.outputs)))
            self._names, self._numbered = [f"output_{i + 1:0{width}}" for i in range(len(self.outputs))], True

    def _has_named_outputs(self):
        """Whether the outputs are a dict of tensors."""
        return isinstance(self._outputs_struct, dict) and len(self._outputs_struct) == len(self.outputs)

    def _laid_out(self, given):
        """Inputs that are nested as those of the model are, one after the other; others as they are."""
        form = self._inputs_struct
        parts = form.values() if isinstance(form, dict) else form if isinstance(form, (list, tuple)) else []
        plain = all(isinstance(part, KerasTensor) for part in parts)
        if plain and not (isinstance(form, dict) and isinstance(given, dict)):
            return given
        if plain and not all(key in given for key in form) and all(name in given for name in self.input_names):
            return given  # by the names of the inputs
        found = laid_out(form, given, self.name)
        return found if len(found) > 1 else found[0]

    def __call__(self, *args, **kwargs):
        args = (self._laid_out(args[0]), *args[1:]) if args else args
        given = super().__call__(*args, **kwargs)
        # Arrays have that form already.
        flat = isinstance(given, list) and all(isinstance(each, (KerasTensor, Tensor)) for each in given)
        return filled(self._outputs_struct, list(given)) if flat else given

    def _inputs(self, x, what="x"):
        return super()._inputs(self._laid_out(x), what)

    def add_loss(self, loss):
        """Adds the mean of a symbolic tensor, which follows from the model's inputs, to what training minimizes."""
        names, first = self.output_names, self.outputs[0]
        new = with_loss(first, loss)
        self._outputs_struct = mapped(self._outputs_struct, lambda tensor: new if tensor is first else tensor, KerasTensor)
        self.outputs, self._names = [new, *self.outputs[1:]], names
        self._map()
        self._forget()

    def get_config(self):
        """The wiring and the layers."""
        return self._object()["config"]

    def _first_call(self):
        return 1

    @property
    def input(self):
        """What it takes, as it was given."""
        return self.inputs[0] if dialect.before(3) and len(self.inputs) == 1 else self._inputs_struct

    @property
    def output(self):
        """What it gives, as it was given."""
        return self.outputs[0] if dialect.before(3) and len(self.outputs) == 1 else self._outputs_struct

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
        if self._has_named_outputs():
            return list(self._outputs_struct)
        if self._names is not None:
            return self._names
        return [tensor._keras_history[0].name for tensor in self.outputs]

    def build(self, input_shape=None):
        """It is built already."""

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """A model with this wiring."""
        from .reading import model_of

        with custom_object_scope(custom_objects):
            return model_of({"class_name": "Functional", "config": config})
