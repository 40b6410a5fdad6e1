"""What the architectures share: their arguments, where a model begins, how it ends, whose weights it gets."""

import os

from ..._keras import formats
from ..._keras.functional import Functional
from ..._keras.model import Input
from ..._keras.tensors import KerasTensor
from .. import activations
from ..layers import Dense, GlobalAveragePooling2D, GlobalMaxPooling2D
from .imagenet_utils import obtain_input_shape


class Frame:
    """The common arguments of one model. `begin` gives the first tensor, `model` makes the model of the last."""

    def __init__(self, include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name):
        self.include_top, self.weights, self.pooling, self.classes, self.name = include_top, weights, pooling, classes, name
        self.input_tensor, self.input_shape, self.activation = input_tensor, input_shape, classifier_activation
        self._check_weights()
        if formats.image_data_format() != "channels_last":
            raise NotImplementedError(f"{name}: the architectures have their channels last here; keras.config.set_image_data_format("
                                      '"channels_last") before the model is made')
        if input_tensor is not None and not isinstance(input_tensor, KerasTensor):
            raise ValueError(f"Argument `input_tensor` must be a KerasTensor. Received invalid type: input_tensor={input_tensor}")

    def _check_weights(self):
        if self.weights is None:
            return
        if isinstance(self.weights, str) and self.weights == "imagenet":
            raise ValueError(
                'weights="imagenet" would have to be downloaded, and nothing is downloaded here. Give weights=None for weights that are '
                "drawn, or the path of a weights file that lies on disk"
            )
        if not os.path.exists(self.weights):
            raise ValueError(
                "The `weights` argument should be either `None` (random initialization) or the path to the weights file to be loaded. "
                f"Received: weights={self.weights}"
            )
        if self.include_top and activations.get(self.activation) not in (activations.get("softmax"), activations.get(None)):
            raise ValueError(
                "Only `None` and `softmax` activations are allowed for the `classifier_activation` argument when using pretrained weights, "
                f"with `include_top=True`; Received: classifier_activation={self.activation}"
            )

    def check_widths(self):
        """Refuses a shape that is not that of the tensor."""
        if self.input_shape is not None and self.input_tensor is not None and self.input_tensor.shape[2] != self.input_shape[1]:
            raise ValueError(
                f"input_tensor.shape[2] must equal input_shape[1]; Received `input_tensor.shape={self.input_tensor.shape}`, "
                f"`input_shape={self.input_shape}`"
            )

    def begin(self, size, smallest=32):
        """The tensor that the layers begin at. `size` is that of pictures where no shape is given."""
        shape = obtain_input_shape(self.input_shape, size, smallest, "channels_last", self.include_top, self.weights)
        return self.begin_at(shape)

    def begin_at(self, shape):
        """The same for a shape that is known."""
        self.input_shape = shape
        self._entry = Input(shape) if self.input_tensor is None else self.input_tensor
        return self._entry

    def pooled(self, x, named=True):
        """How a model without its top ends."""
        if self.pooling == "avg":
            return GlobalAveragePooling2D(name="avg_pool" if named else None)(x)
        if self.pooling == "max":
            return GlobalMaxPooling2D(name="max_pool" if named else None)(x)
        return x

    def predictions(self, x, **options):
        """The layer that classifies."""
        return Dense(self.classes, activation=self.activation, name="predictions", **options)(x)

    def ended(self, x, top="avg_pool", named=True):
        """The mean of the picture, classified; without the top what `pooling` asks for."""
        if not self.include_top:
            return self.pooled(x, named)
        return self.predictions(GlobalAveragePooling2D(name=top)(x))

    def model(self, x):
        """The model, from what `input_tensor` is made of, with the weights of the file."""
        inputs = _sources(self._entry)
        model = Functional(inputs[0] if len(inputs) == 1 else inputs, x, name=self.name)
        if self.weights is not None:
            self._load(model)
        return model

    def _load(self, model):
        try:
            model.load_weights(self.weights)
        except ValueError as error:
            names = {type(layer).__name__ for layer in model.layers}
            unknown = next((name for name in names if f"there is no layer `{name}`" in str(error)), None)
            if unknown is None:
                raise
            raise NotImplementedError(
                f"{self.name}: a .weights.h5 or .keras of a model that has {unknown} cannot be read here; give the .h5 that "
                "Keras publishes, "
                "or a .npz or .safetensors of save_weights()"
            ) from error


def _sources(tensor):
    """The inputs that a tensor is made of, in order."""
    found, seen, waiting = [], set(), [tensor]
    while waiting:
        tensor = waiting.pop()
        if id(tensor) in seen:
            continue
        seen.add(id(tensor))
        layer, index, _ = tensor._keras_history
        before = layer._inbound_nodes[index].input_tensors
        if not before:
            found.append(tensor)
        waiting.extend(reversed(before))
    return found
