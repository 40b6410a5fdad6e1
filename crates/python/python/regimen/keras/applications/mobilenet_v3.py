"""MobileNet V3 (https://arxiv.org/abs/1905.02244): blocks of V2, some of which weigh their channels."""

from ..layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Multiply,
    ReLU,
    Rescaling,
    ZeroPadding2D,
)
from ._frame import Frame
from .imagenet_utils import correct_pad, decode_predictions
from .mobilenet_v2 import _divisible

# Expansion, filters, whether the kernel is the wide one, stride, whether channels are weighed, whether the activation is plain.
_SMALL = [
    (1, 16, False, 2, True, True), (72 / 16, 24, False, 2, False, True), (88 / 24, 24, False, 1, False, True),
    (4, 40, True, 2, True, False), *[(6, 40, True, 1, True, False)] * 2, *[(3, 48, True, 1, True, False)] * 2,
    (6, 96, True, 2, True, False), *[(6, 96, True, 1, True, False)] * 2,
]
_LARGE = [
    (1, 16, False, 1, False, True), (4, 24, False, 2, False, True), (3, 24, False, 1, False, True), (3, 40, True, 2, True, True),
    *[(3, 40, True, 1, True, True)] * 2, (6, 80, False, 2, False, False), (2.5, 80, False, 1, False, False),
    *[(2.3, 80, False, 1, False, False)] * 2, *[(6, 112, False, 1, True, False)] * 2, (6, 160, True, 2, True, False),
    *[(6, 160, True, 1, True, False)] * 2,
]


def _activated(x, plain):
    return ReLU()(x) if plain else Activation("hard_swish")(x)


def _normalized(x, name):
    return BatchNormalization(epsilon=1e-3, momentum=0.999, name=name)(x)


def _weighed(inputs, filters, prefix):
    """Each channel times a weight that follows from the whole picture."""
    x = GlobalAveragePooling2D(keepdims=True, name=f"{prefix}avg_pool")(inputs)
    x = Conv2D(_divisible(filters * 0.25), 1, padding="same", name=f"{prefix}conv")(x)
    x = ReLU(name=f"{prefix}relu")(x)
    x = Conv2D(filters, 1, padding="same", name=f"{prefix}conv_1")(x)
    x = ReLU(6.0)(x + 3.0) * (1.0 / 6.0)
    return Multiply(name=f"{prefix}mul")([inputs, x])


def _block(inputs, expansion, filters, kernel, stride, weighs, plain, number):
    x, channels = inputs, inputs.shape[-1]
    prefix = f"expanded_conv_{number}_" if number else "expanded_conv_"
    wide = _divisible(channels * expansion)
    if number:
        x = Conv2D(wide, 1, padding="same", use_bias=False, name=f"{prefix}expand")(x)
        x = _activated(_normalized(x, f"{prefix}expand_bn"), plain)
    if stride == 2:
        x = ZeroPadding2D(correct_pad(x, kernel), name=f"{prefix}depthwise_pad")(x)
    x = DepthwiseConv2D(kernel, strides=stride, padding="same" if stride == 1 else "valid", use_bias=False, name=f"{prefix}depthwise")(x)
    x = _activated(_normalized(x, f"{prefix}depthwise_bn"), plain)
    if weighs:
        x = _weighed(x, wide, f"{prefix}squeeze_excite_")
    x = Conv2D(filters, 1, padding="same", use_bias=False, name=f"{prefix}project")(x)
    x = _normalized(x, f"{prefix}project_bn")
    return Add(name=f"{prefix}add")([inputs, x]) if stride == 1 and channels == filters else x


def _top(frame, x, filters, minimalistic, dropout_rate):
    x = GlobalAveragePooling2D(keepdims=True)(x)
    x = Conv2D(filters, 1, padding="same", name="conv_2")(x)
    x = _activated(x, minimalistic)
    if dropout_rate > 0:
        x = Dropout(dropout_rate)(x)
    x = Conv2D(frame.classes, 1, padding="same", name="logits")(x)
    return Activation(frame.activation, name="predictions")(Flatten()(x))


def _shape(frame):
    """The shape of the input, of any size where none is given."""
    frame.check_widths()
    shape = frame.input_shape
    if shape is None and frame.input_tensor is not None:
        shape = (*frame.input_tensor.shape[1:3][::-1], 3)
    shape = (None, None, 3) if shape is None else tuple(shape)
    if shape[0] and shape[1] and min(shape[:2]) < 32:
        raise ValueError(f"Input size must be at least 32x32; Received `input_shape={shape}`")
    return shape


def _variant(title, blocks, last):
    """The function that makes a MobileNet V3 of such blocks."""

    def build(input_shape=None, alpha=1.0, minimalistic=False, include_top=True, weights="imagenet", input_tensor=None, classes=1000,
              pooling=None, dropout_rate=0.2, classifier_activation="softmax", include_preprocessing=True, name=title):
        frame = Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
        x = frame.begin_at(_shape(frame))
        if include_preprocessing:
            x = Rescaling(scale=1.0 / 127.5, offset=-1.0)(x)
        x = Conv2D(16, 3, strides=(2, 2), padding="same", use_bias=False, name="conv")(x)
        x = _activated(_normalized(x, "conv_bn"), minimalistic)
        for number, (expansion, filters, wide, stride, weighs, plain) in enumerate(blocks):
            kernel, weighs = 5 if wide and not minimalistic else 3, weighs and not minimalistic
            x = _block(x, expansion, _divisible(filters * alpha), kernel, stride, weighs, plain or minimalistic, number)
        x = Conv2D(_divisible(x.shape[-1] * 6), 1, padding="same", use_bias=False, name="conv_1")(x)
        x = _activated(_normalized(x, "conv_1_bn"), minimalistic)
        if not include_top:
            return frame.model(frame.pooled(x))
        filters = _divisible(last * alpha) if alpha > 1.0 else last
        return frame.model(_top(frame, x, filters, minimalistic, dropout_rate))

    build.__name__ = build.__qualname__ = title
    build.__doc__ = f"{title}, for pictures of 0..255. `alpha` scales the numbers of filters."
    return build


MobileNetV3Small = _variant("MobileNetV3Small", _SMALL, 1024)
MobileNetV3Large = _variant("MobileNetV3Large", _LARGE, 1280)


def preprocess_input(x, data_format=None):
    """As it is: the models scale pixels themselves."""
    return x


__all__ = ["MobileNetV3Large", "MobileNetV3Small", "decode_predictions", "preprocess_input"]
