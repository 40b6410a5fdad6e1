"""Inception-ResNet V2 (https://arxiv.org/abs/1602.07261): branches whose mix is added to what they take."""

from ..layers import Activation, AveragePooling2D, BatchNormalization, Concatenate, Conv2D, Layer, MaxPooling2D
from . import imagenet_utils
from ._frame import Frame
from .imagenet_utils import decode_predictions

# The branches of each kind of block: filters and kernels.
_BRANCHES = {
    "block35": [[(32, 1)], [(32, 1), (32, 3)], [(32, 1), (48, 3), (64, 3)]],
    "block17": [[(192, 1)], [(128, 1), (160, (1, 7)), (192, (7, 1))]],
    "block8": [[(192, 1)], [(192, 1), (224, (1, 3)), (256, (3, 1))]],
}


class CustomScaleLayer(Layer):
    """The first tensor and the second one, times a number, added."""

    def __init__(self, scale, **kwargs):
        super().__init__(**kwargs)
        self.scale = scale

    def get_config(self):
        """The number besides what every layer has."""
        return {**super().get_config(), "scale": self.scale}

    def call(self, inputs):
        """The sum."""
        return inputs[0] + inputs[1] * self.scale


def _conv(x, filters, kernel, strides=1, padding="same", name=None):
    x = Conv2D(filters, kernel, strides=strides, padding=padding, use_bias=False, name=name)(x)
    x = BatchNormalization(axis=3, scale=False, name=name and f"{name}_bn")(x)
    return Activation("relu", name=name and f"{name}_ac")(x)


def _chain(x, *kernels):
    """Convolutions one after the other: `(filters, kernel)`."""
    for filters, kernel in kernels:
        x = _conv(x, filters, kernel)
    return x


def _shrinking(x, filters):
    """A convolution that halves height and width."""
    return _conv(x, filters, 3, 2, "valid")


def _block(x, kind, number, scale, activated=True):
    """Branches, mixed to as many channels as there were, and added."""
    mixed = Concatenate(axis=3, name=f"{kind}_{number}_mixed")([_chain(x, *branch) for branch in _BRANCHES[kind]])
    mixed = Conv2D(x.shape[3], 1, padding="same", name=f"{kind}_{number}_conv")(mixed)
    x = CustomScaleLayer(scale)([x, mixed])
    return Activation("relu", name=f"{kind}_{number}_ac")(x) if activated else x


def _stem(x):
    x = _conv(x, 32, 3, 2, "valid")
    x = _conv(x, 32, 3, padding="valid")
    x = MaxPooling2D(3, strides=2)(_conv(x, 64, 3))
    x = _conv(x, 80, 1, padding="valid")
    x = MaxPooling2D(3, strides=2)(_conv(x, 192, 3, padding="valid"))
    branches = [_conv(x, 96, 1), _chain(x, (48, 1), (64, 5)), _chain(x, (64, 1), (96, 3), (96, 3))]
    pooled = AveragePooling2D(3, strides=1, padding="same")(x)
    return Concatenate(axis=3, name="mixed_5b")([*branches, _conv(pooled, 64, 1)])


def InceptionResNetV2(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
                      classifier_activation="softmax", name="inception_resnet_v2"):
    """Inception-ResNet V2, for pictures of 299x299."""
    frame = Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    x = _stem(frame.begin(299, 75))
    for number in range(1, 11):
        x = _block(x, "block35", number, 0.17)
    branches = [_shrinking(x, 384), _shrinking(_chain(x, (256, 1), (256, 3)), 384), MaxPooling2D(3, strides=2)(x)]
    x = Concatenate(axis=3, name="mixed_6a")(branches)
    for number in range(1, 21):
        x = _block(x, "block17", number, 0.1)
    branches = [_shrinking(_conv(x, 256, 1), 384), _shrinking(_conv(x, 256, 1), 288), _shrinking(_chain(x, (256, 1), (288, 3)), 320)]
    x = Concatenate(axis=3, name="mixed_7a")([*branches, MaxPooling2D(3, strides=2)(x)])
    for number in range(1, 10):
        x = _block(x, "block8", number, 0.2)
    x = _block(x, "block8", 10, 1.0, activated=False)
    x = _conv(x, 1536, 1, name="conv_7b")
    return frame.model(frame.ended(x, named=False))


def preprocess_input(x, data_format=None):
    """Pixels in -1..1."""
    return imagenet_utils.preprocess_input(x, data_format, "tf")


__all__ = ["InceptionResNetV2", "decode_predictions", "preprocess_input"]
