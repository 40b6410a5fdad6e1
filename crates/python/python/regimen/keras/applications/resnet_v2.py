"""ResNet V2 (https://arxiv.org/abs/1603.05027): normalization and activation before each convolution."""

from ..layers import Add, Conv2D, MaxPooling2D, ZeroPadding2D
from . import imagenet_utils
from ._frame import Frame
from .imagenet_utils import decode_predictions
from .resnet import _activated, _normalized, _shrunk, _stem


def _block(x, filters, stride, first, name):
    """Three convolutions beside a shortcut; the last block of a stack has its stride."""
    before = _activated(_normalized(x, f"{name}_preact_bn"), f"{name}_preact_relu")
    if first:
        shortcut = Conv2D(4 * filters, 1, strides=stride, name=f"{name}_0_conv")(before)
    else:
        shortcut = MaxPooling2D(1, strides=stride)(x) if stride > 1 else x
    x = Conv2D(filters, 1, strides=1, use_bias=False, name=f"{name}_1_conv")(before)
    x = _activated(_normalized(x, f"{name}_1_bn"), f"{name}_1_relu")
    x = ZeroPadding2D(((1, 1), (1, 1)), name=f"{name}_2_pad")(x)
    x = Conv2D(filters, 3, strides=stride, use_bias=False, name=f"{name}_2_conv")(x)
    x = _activated(_normalized(x, f"{name}_2_bn"), f"{name}_2_relu")
    x = Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x)
    return Add(name=f"{name}_out")([shortcut, x])


def _variant(title, counts):
    """The function that makes a ResNet V2 with so many blocks in its stacks."""

    def build(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
              classifier_activation="softmax", name=title.lower()):
        frame = Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
        x = _shrunk(_stem(frame.begin(224)))
        for i, count in enumerate(counts):
            for j in range(count):
                stride = 2 if j == count - 1 and i < len(counts) - 1 else 1
                x = _block(x, 64 << i, stride, j == 0, f"conv{i + 2}_block{j + 1}")
        x = _activated(_normalized(x, "post_bn"), "post_relu")
        return frame.model(frame.ended(x))

    build.__name__ = build.__qualname__ = title
    build.__doc__ = f"{title}, for pictures of 224x224."
    return build


ResNet50V2 = _variant("ResNet50V2", (3, 4, 6, 3))
ResNet101V2 = _variant("ResNet101V2", (3, 4, 23, 3))
ResNet152V2 = _variant("ResNet152V2", (3, 8, 36, 3))


def preprocess_input(x, data_format=None):
    """Pixels in -1..1."""
    return imagenet_utils.preprocess_input(x, data_format, "tf")


__all__ = ["ResNet101V2", "ResNet152V2", "ResNet50V2", "decode_predictions", "preprocess_input"]
