"""MobileNet (https://arxiv.org/abs/1704.04861): convolutions of each channel by itself, then a mix of the channels."""

from ..layers import Activation, BatchNormalization, Conv2D, DepthwiseConv2D, Dropout, GlobalAveragePooling2D, ReLU, Reshape, ZeroPadding2D
from . import imagenet_utils
from ._frame import Frame
from .imagenet_utils import decode_predictions

# Filters and strides of the blocks.
_BLOCKS = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]


def _activated(x, name):
    x = BatchNormalization(name=f"{name}_bn")(x)
    return ReLU(6.0, name=f"{name}_relu")(x)


def _block(x, filters, stride, depth_multiplier, number):
    if stride != 1:
        x = ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{number}")(x)
    x = DepthwiseConv2D((3, 3), strides=(stride, stride), padding="same" if stride == 1 else "valid", depth_multiplier=depth_multiplier,
                        use_bias=False, name=f"conv_dw_{number}")(x)
    x = _activated(x, f"conv_dw_{number}")
    x = Conv2D(filters, (1, 1), strides=(1, 1), padding="same", use_bias=False, name=f"conv_pw_{number}")(x)
    return _activated(x, f"conv_pw_{number}")


def _top(frame, x, dropout):
    x = GlobalAveragePooling2D(keepdims=True)(x)
    x = Dropout(dropout, name="dropout")(x)
    x = Conv2D(frame.classes, (1, 1), padding="same", name="conv_preds")(x)
    x = Reshape((frame.classes,), name="reshape_2")(x)
    return Activation(frame.activation, name="predictions")(x)


def MobileNet(input_shape=None, alpha=1.0, depth_multiplier=1, dropout=1e-3, include_top=True, weights="imagenet", input_tensor=None,
              pooling=None, classes=1000, classifier_activation="softmax", name=None):
    """MobileNet, for pictures of 224x224. `alpha` scales the numbers of filters."""
    frame = Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    x = frame.begin(224)
    frame.name = name or f"mobilenet_{alpha:0.2f}_{frame.input_shape[0]}"
    x = Conv2D(int(32 * alpha), (3, 3), strides=(2, 2), padding="same", use_bias=False, name="conv1")(x)
    x = _activated(x, "conv1")
    for number, (filters, stride) in enumerate(_BLOCKS, 1):
        x = _block(x, int(filters * alpha), stride, depth_multiplier, number)
    return frame.model(_top(frame, x, dropout) if include_top else frame.pooled(x, named=False))


def preprocess_input(x, data_format=None):
    """Pixels in -1..1."""
    return imagenet_utils.preprocess_input(x, data_format, "tf")


__all__ = ["MobileNet", "decode_predictions", "preprocess_input"]
