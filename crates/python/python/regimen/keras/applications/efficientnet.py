"""EfficientNet (https://arxiv.org/abs/1905.11946): one design, scaled in width, depth and size of pictures.

Where Keras downloads weights it divides by the roots of 0.229, 0.224, 0.225 behind Normalization; where `weights` are a path it does
not, there as here. A model with a published file needs the same: `set_weights([mean, variance * (0.229, 0.224, 0.225), count])` of its
Normalization.
"""

import math

from ..initializers import VarianceScaling
from ..layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    Multiply,
    Normalization,
    Rescaling,
    Reshape,
    ZeroPadding2D,
)
from ._frame import Frame
from .imagenet_utils import correct_pad, decode_predictions

# Kernel, repeats, filters that come in and go out, expansion, stride.
_STAGES = [
    (3, 1, 32, 16, 1, 1), (3, 2, 16, 24, 6, 2), (5, 2, 24, 40, 6, 2), (3, 3, 40, 80, 6, 2), (5, 3, 80, 112, 6, 1), (5, 4, 112, 192, 6, 2),
    (3, 1, 192, 320, 6, 1),
]


def _conv_start():
    return VarianceScaling(2.0, "fan_out", "truncated_normal")


def _dense_start():
    return VarianceScaling(1.0 / 3.0, "fan_out", "uniform")


def _conv(x, filters, kernel, name, **options):
    return Conv2D(filters, kernel, padding="same", kernel_initializer=_conv_start(), name=name, **options)(x)


def _weighed(x, squeezed, prefix):
    """Each channel times a weight that follows from the whole picture."""
    filters = x.shape[-1]
    weights = GlobalAveragePooling2D(name=f"{prefix}se_squeeze")(x)
    weights = Reshape((1, 1, filters), name=f"{prefix}se_reshape")(weights)
    weights = _conv(weights, squeezed, 1, f"{prefix}se_reduce", activation="swish")
    weights = _conv(weights, filters, 1, f"{prefix}se_expand", activation="sigmoid")
    return Multiply(name=f"{prefix}se_excite")([x, weights])


def _added(x, inputs, drop_rate, prefix):
    """What a block takes, added; in training the block is left out of some rows."""
    if drop_rate > 0:
        x = Dropout(drop_rate, noise_shape=(None, 1, 1, 1), name=f"{prefix}drop")(x)
    return Add(name=f"{prefix}add")([x, inputs])


def _normalized(x, name, activation=None):
    x = BatchNormalization(axis=3, name=name)(x)
    return Activation("swish", name=activation)(x) if activation else x


def _block(inputs, kernel, filters_in, filters_out, expansion, stride, drop_rate, prefix):
    """Wide inside, narrow outside, with its channels weighed."""
    x = inputs
    if expansion != 1:
        x = _conv(x, filters_in * expansion, 1, f"{prefix}expand_conv", use_bias=False)
        x = _normalized(x, f"{prefix}expand_bn", f"{prefix}expand_activation")
    if stride == 2:
        x = ZeroPadding2D(correct_pad(x, kernel), name=f"{prefix}dwconv_pad")(x)
    x = DepthwiseConv2D(kernel, strides=stride, padding="valid" if stride == 2 else "same", use_bias=False,
                        depthwise_initializer=_conv_start(), name=f"{prefix}dwconv")(x)
    x = _normalized(x, f"{prefix}bn", f"{prefix}activation")
    x = _weighed(x, max(1, int(filters_in * 0.25)), prefix)
    x = _normalized(_conv(x, filters_out, 1, f"{prefix}project_conv", use_bias=False), f"{prefix}project_bn")
    return _added(x, inputs, drop_rate, prefix) if stride == 1 and filters_in == filters_out else x


def _stages(x, width, depth):
    """The blocks of all stages."""
    repeats = [math.ceil(depth * stage[1]) for stage in _STAGES]
    done, total = 0, float(sum(repeats))
    for i, (kernel, _, filters_in, filters_out, expansion, stride) in enumerate(_STAGES):
        filters_in, filters_out = _rounded(filters_in, width), _rounded(filters_out, width)
        for j in range(repeats[i]):
            x = _block(x, kernel, filters_out if j else filters_in, filters_out, expansion, 1 if j else stride, 0.2 * done / total,
                       f"block{i + 1}{chr(j + 97)}_")
            done += 1
    return x


def _rounded(filters, width):
    """A number of filters times the width, as a multiple of eight."""
    filters *= width
    near = max(8, int(filters + 4) // 8 * 8)
    return near + 8 if near < 0.9 * filters else near


def _variant(title, width, depth, size, dropout):
    """The function that makes an EfficientNet of such a scale."""

    def build(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
              classifier_activation="softmax", name=title.lower()):
        frame = Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
        x = Rescaling(1.0 / 255.0)(frame.begin(size))
        x = Normalization(axis=3)(x)
        x = ZeroPadding2D(correct_pad(x, 3), name="stem_conv_pad")(x)
        x = Conv2D(_rounded(32, width), 3, strides=2, use_bias=False, kernel_initializer=_conv_start(), name="stem_conv")(x)
        x = _stages(_normalized(x, "stem_bn", "stem_activation"), width, depth)
        x = _normalized(_conv(x, _rounded(1280, width), 1, "top_conv", use_bias=False), "top_bn", "top_activation")
        if not include_top:
            return frame.model(frame.pooled(x))
        x = GlobalAveragePooling2D(name="avg_pool")(x)
        x = Dropout(dropout, name="top_dropout")(x)
        return frame.model(frame.predictions(x, kernel_initializer=_dense_start()))

    build.__name__ = build.__qualname__ = title
    build.__doc__ = f"{title}, for pictures of {size}x{size} and 0..255."
    return build


EfficientNetB0 = _variant("EfficientNetB0", 1.0, 1.0, 224, 0.2)
EfficientNetB1 = _variant("EfficientNetB1", 1.0, 1.1, 240, 0.2)
EfficientNetB2 = _variant("EfficientNetB2", 1.1, 1.2, 260, 0.3)
EfficientNetB3 = _variant("EfficientNetB3", 1.2, 1.4, 300, 0.3)
EfficientNetB4 = _variant("EfficientNetB4", 1.4, 1.8, 380, 0.4)
EfficientNetB5 = _variant("EfficientNetB5", 1.6, 2.2, 456, 0.4)
EfficientNetB6 = _variant("EfficientNetB6", 1.8, 2.6, 528, 0.5)
EfficientNetB7 = _variant("EfficientNetB7", 2.0, 3.1, 600, 0.5)


def preprocess_input(x, data_format=None):
    """As it is: the models scale pixels themselves."""
    return x


__all__ = [
    "EfficientNetB0", "EfficientNetB1", "EfficientNetB2", "EfficientNetB3", "EfficientNetB4", "EfficientNetB5", "EfficientNetB6",
    "EfficientNetB7", "decode_predictions", "preprocess_input",
]
