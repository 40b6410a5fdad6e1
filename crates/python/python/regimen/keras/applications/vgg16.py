"""VGG (https://arxiv.org/abs/1409.1556): blocks of 3x3 convolutions."""

from ..layers import Conv2D, Dense, Flatten, MaxPooling2D
from . import imagenet_utils
from ._frame import Frame
from .imagenet_utils import decode_predictions


def _vgg(frame, counts):
    """The layers of a VGG with so many convolutions in its blocks."""
    x = frame.begin(224)
    for block, (count, filters) in enumerate(zip(counts, (64, 128, 256, 512, 512)), 1):
        for i in range(1, count + 1):
            x = Conv2D(filters, (3, 3), activation="relu", padding="same", name=f"block{block}_conv{i}")(x)
        x = MaxPooling2D((2, 2), strides=(2, 2), name=f"block{block}_pool")(x)
    if not frame.include_top:
        return frame.model(frame.pooled(x, named=False))
    x = Flatten(name="flatten")(x)
    x = Dense(4096, activation="relu", name="fc1")(x)
    x = Dense(4096, activation="relu", name="fc2")(x)
    return frame.model(frame.predictions(x))


def VGG16(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
          classifier_activation="softmax", name="vgg16"):
    """VGG of 16 layers, for pictures of 224x224."""
    return _vgg(Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name), (2, 2, 3, 3, 3))


def preprocess_input(x, data_format=None):
    """Blue, green, red, less their means in ImageNet."""
    return imagenet_utils.preprocess_input(x, data_format, "caffe")


__all__ = ["VGG16", "decode_predictions", "preprocess_input"]
