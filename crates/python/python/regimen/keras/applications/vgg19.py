"""VGG with four convolutions in its deeper blocks."""

from ._frame import Frame
from .imagenet_utils import decode_predictions
from .vgg16 import _vgg, preprocess_input


def VGG19(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
          classifier_activation="softmax", name="vgg19"):
    """VGG of 19 layers, for pictures of 224x224."""
    return _vgg(Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name), (2, 2, 4, 4, 4))


__all__ = ["VGG19", "decode_predictions", "preprocess_input"]
