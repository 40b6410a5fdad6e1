"""ResNet (https://arxiv.org/abs/1512.03385): blocks that add to what they take."""

from ..layers import Activation, Add, BatchNormalization, Conv2D, MaxPooling2D, ZeroPadding2D
from . import imagenet_utils
from ._frame import Frame
from .imagenet_utils import decode_predictions


def _normalized(x, name):
    return BatchNormalization(axis=3, epsilon=1.001e-5, name=name)(x)


def _activated(x, name):
    return Activation("relu", name=name)(x)


def _stem(x):
    """The first convolution, of stride 2."""
    x = ZeroPadding2D(((3, 3), (3, 3)), name="conv1_pad")(x)
    return Conv2D(64, 7, strides=2, name="conv1_conv")(x)


def _shrunk(x):
    """The pooling before the blocks."""
    x = ZeroPadding2D(((1, 1), (1, 1)), name="pool1_pad")(x)
    return MaxPooling2D(3, strides=2, name="pool1_pool")(x)


def _block(x, filters, stride, first, name):
    """Three convolutions beside a shortcut."""
    shortcut = x
    if first:
        shortcut = _normalized(Conv2D(4 * filters, 1, strides=stride, name=f"{name}_0_conv")(x), f"{name}_0_bn")
    x = Conv2D(filters, 1, strides=stride, name=f"{name}_1_conv")(x)
    x = _activated(_normalized(x, f"{name}_1_bn"), f"{name}_1_relu")
    x = Conv2D(filters, 3, padding="same", name=f"{name}_2_conv")(x)
    x = _activated(_normalized(x, f"{name}_2_bn"), f"{name}_2_relu")
    x = _normalized(Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x), f"{name}_3_bn")
    return _activated(Add(name=f"{name}_add")([shortcut, x]), f"{name}_out")


def _variant(title, counts):
    """The function that makes a ResNet with so many blocks in its stacks."""

    def build(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
              classifier_activation="softmax", name=title.lower()):
        frame = Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
        x = _stem(frame.begin(224))
        x = _shrunk(_activated(_normalized(x, "conv1_bn"), "conv1_relu"))
        for i, count in enumerate(counts):
            for j in range(count):
                x = _block(x, 64 << i, 2 if i and not j else 1, j == 0, f"conv{i + 2}_block{j + 1}")
        return frame.model(frame.ended(x))

    build.__name__ = build.__qualname__ = title
    build.__doc__ = f"{title}, for pictures of 224x224."
    return build


ResNet50 = _variant("ResNet50", (3, 4, 6, 3))
ResNet101 = _variant("ResNet101", (3, 4, 23, 3))
ResNet152 = _variant("ResNet152", (3, 8, 36, 3))


def preprocess_input(x, data_format=None):
    """Blue, green, red, less their means in ImageNet."""
    return imagenet_utils.preprocess_input(x, data_format, "caffe")


__all__ = ["ResNet101", "ResNet152", "ResNet50", "decode_predictions", "preprocess_input"]
