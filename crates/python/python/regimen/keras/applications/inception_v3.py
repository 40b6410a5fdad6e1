"""Inception V3 (https://arxiv.org/abs/1512.00567): branches of convolutions side by side."""

from ..layers import Activation, AveragePooling2D, BatchNormalization, Concatenate, Conv2D, MaxPooling2D
from . import imagenet_utils
from ._frame import Frame
from .imagenet_utils import decode_predictions


def _conv(x, filters, rows, columns, padding="same", strides=(1, 1)):
    x = Conv2D(filters, (rows, columns), strides=strides, padding=padding, use_bias=False)(x)
    return Activation("relu")(BatchNormalization(axis=3, scale=False)(x))


def _chain(x, *kernels):
    """Convolutions one after the other: `(filters, rows, columns)`."""
    for filters, rows, columns in kernels:
        x = _conv(x, filters, rows, columns)
    return x


def _shrinking(x, filters):
    """A convolution that halves height and width."""
    return _conv(x, filters, 3, 3, "valid", (2, 2))


def _joined(branches, name=None):
    return Concatenate(axis=3, name=name)(branches)


def _averaged(x, filters):
    x = AveragePooling2D((3, 3), strides=(1, 1), padding="same")(x)
    return _conv(x, filters, 1, 1)


def _stem(x):
    x = _conv(x, 32, 3, 3, "valid", (2, 2))
    x = _conv(x, 32, 3, 3, "valid")
    x = _conv(x, 64, 3, 3)
    x = MaxPooling2D((3, 3), strides=(2, 2))(x)
    x = _conv(x, 80, 1, 1, "valid")
    x = _conv(x, 192, 3, 3, "valid")
    return MaxPooling2D((3, 3), strides=(2, 2))(x)


def _of_five(x, pooled, name):
    """Kernels of 5x5 and of 3x3 twice."""
    return _joined([
        _conv(x, 64, 1, 1), _chain(x, (48, 1, 1), (64, 5, 5)), _chain(x, (64, 1, 1), (96, 3, 3), (96, 3, 3)), _averaged(x, pooled),
    ], name)


def _of_seven(x, inner, name):
    """Kernels of 7x7 as rows and columns."""
    return _joined([
        _conv(x, 192, 1, 1), _chain(x, (inner, 1, 1), (inner, 1, 7), (192, 7, 1)),
        _chain(x, (inner, 1, 1), (inner, 7, 1), (inner, 1, 7), (inner, 7, 1), (192, 1, 7)), _averaged(x, 192),
    ], name)


def _parted(x, name=None):
    """Rows and columns of one layer, side by side."""
    return _joined([_conv(x, 384, 1, 3), _conv(x, 384, 3, 1)], name)


def _widest(x, number):
    """The last blocks, whose branches part again."""
    plain = _conv(x, 320, 1, 1)
    single = _parted(_conv(x, 384, 1, 1), f"mixed9_{number}")
    double = _parted(_chain(x, (448, 1, 1), (384, 3, 3)))
    return _joined([plain, single, double, _averaged(x, 192)], f"mixed{9 + number}")


def InceptionV3(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="inception_v3"):
    """Inception V3, for pictures of 299x299."""
    frame = Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    x = _stem(frame.begin(299, 75))
    for number, pooled in enumerate((32, 64, 64)):
        x = _of_five(x, pooled, f"mixed{number}")
    branches = [_shrinking(x, 384), _shrinking(_chain(x, (64, 1, 1), (96, 3, 3)), 96), MaxPooling2D((3, 3), strides=(2, 2))(x)]
    x = _joined(branches, "mixed3")
    for number, inner in enumerate((128, 160, 160, 192), 4):
        x = _of_seven(x, inner, f"mixed{number}")
    branches = [_shrinking(_conv(x, 192, 1, 1), 320), _shrinking(_chain(x, (192, 1, 1), (192, 1, 7), (192, 7, 1)), 192)]
    x = _joined([*branches, MaxPooling2D((3, 3), strides=(2, 2))(x)], "mixed8")
    for number in range(2):
        x = _widest(x, number)
    return frame.model(frame.ended(x, named=False))


def preprocess_input(x, data_format=None):
    """Pixels in -1..1."""
    return imagenet_utils.preprocess_input(x, data_format, "tf")


__all__ = ["InceptionV3", "decode_predictions", "preprocess_input"]
