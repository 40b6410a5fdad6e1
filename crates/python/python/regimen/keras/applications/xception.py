"""Xception (https://arxiv.org/abs/1610.02357): blocks of separable convolutions that add to what they take."""

from ..layers import Activation, Add, BatchNormalization, Conv2D, MaxPooling2D, SeparableConv2D
from . import imagenet_utils
from ._frame import Frame
from .imagenet_utils import decode_predictions


def _separable(x, filters, name):
    x = SeparableConv2D(filters, (3, 3), padding="same", use_bias=False, name=name)(x)
    return BatchNormalization(name=f"{name}_bn")(x)


def _activated(x, name):
    return Activation("relu", name=f"{name}_act")(x)


def _shrinking(x, number, first, second):
    """Two convolutions and a pooling beside a convolution of stride 2."""
    shortcut = Conv2D(second, (1, 1), strides=(2, 2), padding="same", use_bias=False)(x)
    shortcut = BatchNormalization()(shortcut)
    name = f"block{number}_sepconv"
    if number > 2:
        x = _activated(x, f"{name}1")
    x = _activated(_separable(x, first, f"{name}1"), f"{name}2")
    x = _separable(x, second, f"{name}2")
    x = MaxPooling2D((3, 3), strides=(2, 2), padding="same", name=f"block{number}_pool")(x)
    return Add()([x, shortcut])


def _middle(x, number):
    """Three convolutions of as many channels as there are."""
    shortcut = x
    for i in range(1, 4):
        name = f"block{number}_sepconv{i}"
        x = _separable(_activated(x, name), 728, name)
    return Add()([x, shortcut])


def Xception(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
             classifier_activation="softmax", name="xception"):
    """Xception, for pictures of 299x299."""
    frame = Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    x = frame.begin(299, 71)
    for i, (filters, strides) in enumerate(((32, (2, 2)), (64, (1, 1))), 1):
        x = Conv2D(filters, (3, 3), strides=strides, use_bias=False, name=f"block1_conv{i}")(x)
        x = _activated(BatchNormalization(name=f"block1_conv{i}_bn")(x), f"block1_conv{i}")
    for number, filters in ((2, 128), (3, 256), (4, 728)):
        x = _shrinking(x, number, filters, filters)
    for number in range(5, 13):
        x = _middle(x, number)
    x = _shrinking(x, 13, 728, 1024)
    for i, filters in ((1, 1536), (2, 2048)):
        x = _activated(_separable(x, filters, f"block14_sepconv{i}"), f"block14_sepconv{i}")
    return frame.model(frame.ended(x, named=False))


def preprocess_input(x, data_format=None):
    """Pixels in -1..1."""
    return imagenet_utils.preprocess_input(x, data_format, "tf")


__all__ = ["Xception", "decode_predictions", "preprocess_input"]
