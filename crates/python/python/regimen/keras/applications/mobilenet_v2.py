"""MobileNet V2 (https://arxiv.org/abs/1801.04381): narrow between its blocks, wide inside of them."""

from ..layers import Add, BatchNormalization, Conv2D, DepthwiseConv2D, ReLU, ZeroPadding2D
from . import imagenet_utils
from ._frame import Frame
from .imagenet_utils import correct_pad, decode_predictions

# Filters and strides of the blocks.
_BLOCKS = [(16, 1), (24, 2), (24, 1), (32, 2), *[(32, 1)] * 2, (64, 2), *[(64, 1)] * 3, *[(96, 1)] * 3, (160, 2), *[(160, 1)] * 2, (320, 1)]


def _divisible(filters):
    """The nearest multiple of eight that is not below nine tenths."""
    near = max(8, int(filters + 4) // 8 * 8)
    return near + 8 if near < 0.9 * filters else near


def _normalized(x, name):
    return BatchNormalization(epsilon=1e-3, momentum=0.999, name=name)(x)


def _block(inputs, filters, stride, number):
    x, channels = inputs, inputs.shape[-1]
    prefix = f"block_{number}_" if number else "expanded_conv_"
    if number:
        x = Conv2D(6 * channels, 1, padding="same", use_bias=False, name=f"{prefix}expand")(x)
        x = ReLU(6.0, name=f"{prefix}expand_relu")(_normalized(x, f"{prefix}expand_BN"))
    if stride == 2:
        x = ZeroPadding2D(correct_pad(x, 3), name=f"{prefix}pad")(x)
    x = DepthwiseConv2D(3, strides=stride, padding="same" if stride == 1 else "valid", use_bias=False, name=f"{prefix}depthwise")(x)
    x = ReLU(6.0, name=f"{prefix}depthwise_relu")(_normalized(x, f"{prefix}depthwise_BN"))
    x = Conv2D(filters, 1, padding="same", use_bias=False, name=f"{prefix}project")(x)
    x = _normalized(x, f"{prefix}project_BN")
    return Add(name=f"{prefix}add")([inputs, x]) if channels == filters and stride == 1 else x


def _default_size(input_shape, input_tensor):
    """The size of pictures for the top where no shape is given."""
    sizes = input_tensor.shape[1:3] if input_shape is None and input_tensor is not None else (None, None)
    return sizes[0] if sizes[0] == sizes[1] and sizes[0] in (96, 128, 160, 192, 224) else 224


def MobileNetV2(input_shape=None, alpha=1.0, include_top=True, weights="imagenet", input_tensor=None, pooling=None, classes=1000,
                classifier_activation="softmax", name=None):
    """MobileNet V2, for pictures of 224x224. `alpha` scales the numbers of filters."""
    frame = Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    frame.check_widths()
    x = frame.begin(_default_size(input_shape, input_tensor))
    frame.name = name or f"mobilenetv2_{alpha:0.2f}_{frame.input_shape[0]}"
    x = Conv2D(_divisible(32 * alpha), 3, strides=(2, 2), padding="same", use_bias=False, name="Conv1")(x)
    x = ReLU(6.0, name="Conv1_relu")(_normalized(x, "bn_Conv1"))
    for number, (filters, stride) in enumerate(_BLOCKS):
        x = _block(x, _divisible(int(filters * alpha)), stride, number)
    x = Conv2D(_divisible(1280 * alpha) if alpha > 1.0 else 1280, 1, use_bias=False, name="Conv_1")(x)
    x = ReLU(6.0, name="out_relu")(_normalized(x, "Conv_1_bn"))
    return frame.model(frame.ended(x, top=None, named=False))


def preprocess_input(x, data_format=None):
    """Pixels in -1..1."""
    return imagenet_utils.preprocess_input(x, data_format, "tf")


__all__ = ["MobileNetV2", "decode_predictions", "preprocess_input"]
