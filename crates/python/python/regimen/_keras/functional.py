"""Models wired by symbolic tensors."""

from . import configs, dialect
from .added_loss import with_loss
from .layer import InputLayer
from .model import Model
from .nested import mapped
from .rewiring import from_tensors
from .tensors import KerasTensor, described, tensors_in


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
        if not tensors_in(inputs) or not tensors_in(outputs):
            raise ValueError("Model(inputs, outputs): both have to be symbolic tensors (keras.Input, and what layers give)")
        inputs, outputs = from_tensors(inputs, outputs)
        self._inputs_struct, self._outputs_struct, self._names = inputs, outputs, None
        self.inputs, self.outputs = tensors_in(inputs), tensors_in(outputs)
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
        if self._names is not None:
            return self._names
        return [tensor._keras_history[0].name for tensor in self.outputs]

    def build(self, input_shape=None):
        """It is built already."""

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """A model with this wiring."""
        from .reading import model_of

        return model_of({"class_name": "Functional", "config": config})
