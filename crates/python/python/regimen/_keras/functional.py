"""Models wired by symbolic tensors."""

from . import configs, dialect, wiring
from .added_loss import with_loss
from .model import Model
from .nested import filled, laid_out, mapped, ordered
from .registered import custom_object_scope
from .rewiring import from_tensors
from .tensors import KerasTensor, described, tensors_in
from .traced import Tensor


def _with_mode(node, args, kwargs):
    """The arguments of a call with its `training`, which counts in programs of Keras 1 and 2 alone."""
    if node.mode is None or (configs.for_engine() and not dialect.before(3)):
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
        if not trainable:
            self.trainable = False

    def _map(self):
        """Finds the layers, in Keras's order, and the calls between inputs and outputs."""
        self._layers, self._nodes = wiring.of(self.inputs, self.outputs)
        for node in self._nodes:
            if dialect.before(3):
                node.operation._check_mode(node.mode)
            elif node.mode is not None and node.operation._two_modes():
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
        return [name, call + isinstance(tensor._keras_history[0], Functional), output]

    def _object(self):
        layers = []
        for layer in self._layers:
            nodes = [node for node in layer._inbound_nodes if node in self._nodes and node.input_tensors]
            calls = [_with_mode(node, *layer._call_of(node)) for node in nodes]
            inbound = [{"args": described(list(args), self._place), "kwargs": described(kwargs, self._place)} for args, kwargs in calls]
            layers.append({**layer._entry(), "name": layer.name, "inbound_nodes": inbound})

        inputs, outputs = [self._end(tensor) for tensor in self.inputs], [self._end(tensor) for tensor in self.outputs]
        if not configs.for_engine() and not dialect.before(3):
            # Nested as they were given: what a model inside of another layer takes, and what a model is called with, depends on it.
            inputs, outputs = (mapped(form, self._end, KerasTensor) for form in (self._inputs_struct, self._outputs_struct))
        elif self._has_named_outputs() or (self._numbered and configs.for_engine()):
            outputs = dict(zip(self.output_names, outputs))
        return {"class_name": "Functional", "config": {
            "name": self.name, "trainable": self._trainable, "layers": layers, "input_layers": inputs, "output_layers": outputs}}

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
