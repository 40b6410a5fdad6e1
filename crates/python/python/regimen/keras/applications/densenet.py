"""DenseNet (https://arxiv.org/abs/1608.06993): every convolution sees what all before it in its block gave."""

from ..layers import Activation, AveragePooling2D, BatchNormalization, Concatenate, Conv2D, MaxPooling2D, ZeroPadding2D
from . import imagenet_utils
from ._frame import Frame
from .imagenet_utils import decode_predictions

_GROWTH = 32


def _activated(x, norm, relu):
    x = BatchNormalization(axis=3, epsilon=1.001e-5, name=norm)(x)
    return Activation("relu", name=relu)(x)


def _grown(x, name):
    """What comes in, and 32 channels more."""
    more = _activated(x, f"{name}_0_bn", f"{name}_0_relu")
    more = Conv2D(4 * _GROWTH, 1, use_bias=False, name=f"{name}_1_conv")(more)
    more = _activated(more, f"{name}_1_bn", f"{name}_1_relu")
    more = Conv2D(_GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(more)
    return Concatenate(axis=3, name=f"{name}_concat")([x, more])


def _transition(x, name):
    """Half of the channels, half of the height and width."""
    x = _activated(x, f"{name}_bn", f"{name}_relu")
    x = Conv2D(int(x.shape[3] * 0.5), 1, use_bias=False, name=f"{name}_conv")(x)
    return AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)


def _layers(x, counts):
    x = ZeroPadding2D(((3, 3), (3, 3)))(x)
    x = Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
    x = _activated(x, "conv1_bn", "conv1_relu")
    x = ZeroPadding2D(((1, 1), (1, 1)))(x)
    x = MaxPooling2D(3, strides=2, name="pool1")(x)
    for i, count in enumerate(counts, 2):
        for j in range(1, count + 1):
            x = _grown(x, f"conv{i}_block{j}")
        if i < 5:
            x = _transition(x, f"pool{i}")
    return _activated(x, "bn", "relu")


def _variant(title, counts):
    """The function that makes a DenseNet with so many convolutions in its blocks."""

    def build(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
              classifier_activation="softmax", name=title.lower()):
        frame = Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
        return frame.model(frame.ended(_layers(frame.begin(224), counts)))

    build.__name__ = build.__qualname__ = title
    build.__doc__ = f"{title}, for pictures of 224x224."
    return build


DenseNet121 = _variant("DenseNet121", (6, 12, 24, 16))
DenseNet169 = _variant("DenseNet169", (6, 12, 32, 32))
DenseNet201 = _variant("DenseNet201", (6, 12, 48, 32))


def preprocess_input(x, data_format=None):
    """Pixels in 0..1, less their means in ImageNet, over their deviations."""
    return imagenet_utils.preprocess_input(x, data_format, "torch")


__all__ = ["DenseNet121", "DenseNet169", "DenseNet201", "decode_predictions", "preprocess_input"]
