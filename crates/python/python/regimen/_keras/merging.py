"""Merge and merge of Keras 1: several branches as one, by a mode; also as the first layer of a Sequential, whose branches are models."""

from . import naming
from .functional import Functional
from .model import Input
from .sequential import Sequential
from .layer import Layer
from .tensors import KerasTensor, tensors_in

_MODES = {"sum": "Add", "mul": "Multiply", "ave": "Average", "max": "Maximum", "concat": "Concatenate", "dot": "Dot", "cos": "Dot"}


class Merge:
    """Merges the outputs of `layers` (models or layers), or what it is called with. `mode` may be a function of the list of tensors."""

    def __init__(self, layers=None, mode="sum", concat_axis=-1, dot_axes=-1, output_shape=None, output_mask=None, arguments=None,
                 node_indices=None, tensor_indices=None, name=None):
        if not callable(mode) and mode not in _MODES:
            raise ValueError(f"Invalid merge mode: {mode}; expected a function, or one of {', '.join(_MODES)}")
        if output_mask is not None or node_indices is not None or tensor_indices is not None:
            raise NotImplementedError("Merge: output_mask, node_indices and tensor_indices are not supported here; call layers on their "
                                      "tensors")
        if layers is not None and len(layers) < 2:
            raise ValueError("Merge: there have to be two branches at least")
        self.layers, self.mode, self.name = list(layers or []), mode, name or naming.unique("merge")
        self.concat_axis, self.dot_axes, self.arguments, self.output_shape_given = concat_axis, dot_axes, arguments, output_shape

    def _layer(self, tensors):
        from ..keras import layers

        if callable(self.mode):
            return layers.Lambda(self.mode, output_shape=self.output_shape_given, arguments=self.arguments, name=self.name)
        options = {"name": self.name}
        if self.mode == "concat":
            options["axis"] = self.concat_axis
        if self.mode in ("dot", "cos"):
            if len(tensors) != 2:
                raise ValueError(f"Invalid merge: mode {self.mode!r} takes two branches, found {len(tensors)}")
            axes = self.dot_axes if isinstance(self.dot_axes, (tuple, list)) else [self.dot_axes] * 2
            options["axes"] = [axis % tensor.ndim for axis, tensor in zip(axes, tensors)]
            options["normalize"] = self.mode == "cos"
        return getattr(layers, _MODES[self.mode])(**options)

    def __call__(self, inputs):
        """The merged tensor of a list of symbolic tensors."""
        tensors = tensors_in(inputs)
        if len(tensors) < 2:
            raise ValueError(f"Merge takes a list of two tensors or more. Received: {inputs}")
        return self._layer(tensors)(tensors)

    def _begin(self, model):
        """Makes a Sequential that begins with this one a model of several inputs."""
        if model._layers or model._input is not None:
            raise ValueError("Merge has to be the first layer of a Sequential; merge symbolic tensors where it comes later")
        inputs, outputs, known = [], [], {}
        for branch in self.layers:
            if id(branch) not in known:
                known[id(branch)] = _branch(branch, inputs)
            outputs.append(known[id(branch)])
        merged = self(outputs)
        model.__class__ = Merged
        model._wire(inputs, merged)


def _branch(branch, inputs):
    """The output of a branch for inputs of its own, which are added to the list."""
    if isinstance(branch, KerasTensor):
        raise ValueError("Merge: branches are models or layers; call merge() on symbolic tensors")
    if not isinstance(branch, (Sequential, Functional)):
        if not isinstance(branch, Layer) or branch._input_shape is None:
            raise ValueError(f"Merge: {branch} does not say what it takes; give its first layer an input_shape")
        branch = Sequential([branch])
    if not branch._known_inputs():
        raise ValueError(f"Merge: the branch {branch.name!r} does not say what it takes; give its first layer an input_shape")
    own = [Input(batch_shape=tensor.shape, dtype=tensor.dtype) for tensor in branch.inputs]
    inputs.extend(own)
    return branch(own if len(own) > 1 else own[0])


class Merged(Functional):
    """A Sequential that begins with a Merge: a model of several inputs that layers can be added to."""

    def _wire(self, inputs, output):
        for name in ("_input", "_tensors", "_built_for"):
            self.__dict__.pop(name, None)
        self.__dict__.update(_class="Functional", _inputs_struct=inputs, _outputs_struct=output, inputs=list(inputs), outputs=[output],
                             _names=None, _numbered=False, built=True)
        self._map()
        self._forget()

    def add(self, layer, rebuild=True):
        """Puts a layer at the end."""
        self._wire(self.inputs, layer(self.outputs[0]))


def merge(inputs, mode="sum", concat_axis=-1, dot_axes=-1, output_shape=None, output_mask=None, arguments=None, name=None):
    """The merged tensor of a list of symbolic tensors, by a mode."""
    return Merge(mode=mode, concat_axis=concat_axis, dot_axes=dot_axes, output_shape=output_shape, output_mask=output_mask,
                 arguments=arguments,
                 name=name)(inputs)
