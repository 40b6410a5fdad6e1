"""EfficientNet V2 (https://arxiv.org/abs/2104.00298): plain convolutions in the first stages."""

import math

from ..initializers import Constant
from ..layers import Activation, BatchNormalization, DepthwiseConv2D, Dropout, GlobalAveragePooling2D, Normalization, Rescaling
from ._frame import Frame
from .efficientnet import _added, _conv, _conv_start, _dense_start, _weighed
from .imagenet_utils import decode_predictions

# Whether the convolutions are plain, repeats, filters that come in and go out, expansion, stride.
_B = [
    (True, 1, 32, 16, 1, 1), (True, 2, 16, 32, 4, 2), (True, 2, 32, 48, 4, 2), (False, 3, 48, 96, 4, 2), (False, 5, 96, 112, 6, 1),
    (False, 8, 112, 192, 6, 2),
]
_S = [
    (True, 2, 24, 24, 1, 1), (True, 4, 24, 48, 4, 2), (True, 4, 48, 64, 4, 2), (False, 6, 64, 128, 4, 2), (False, 9, 128, 160, 6, 1),
    (False, 15, 160, 256, 6, 2),
]
_M = [
    (True, 3, 24, 24, 1, 1), (True, 5, 24, 48, 4, 2), (True, 5, 48, 80, 4, 2), (False, 7, 80, 160, 4, 2), (False, 14, 160, 176, 6, 1),
    (False, 18, 176, 304, 6, 2), (False, 5, 304, 512, 6, 1),
]
_L = [
    (True, 4, 32, 32, 1, 1), (True, 7, 32, 64, 4, 2), (True, 7, 64, 96, 4, 2), (False, 10, 96, 192, 4, 2), (False, 19, 192, 224, 6, 1),
    (False, 25, 224, 384, 6, 2), (False, 7, 384, 640, 6, 1),
]


def _normalized(x, name, activation=None):
    x = BatchNormalization(axis=3, momentum=0.9, name=name)(x)
    return Activation("swish", name=activation)(x) if activation else x


def _plain_block(x, filters_in, filters_out, expansion, stride, prefix):
    """A convolution that widens and one that narrows, or a single one."""
    if expansion == 1:
        x = _conv(x, filters_out, 3, f"{prefix}project_conv", strides=stride, use_bias=False)
        return _normalized(x, f"{prefix}project_bn", f"{prefix}project_activation")
    x = _conv(x, filters_in * expansion, 3, f"{prefix}expand_conv", strides=stride, use_bias=False)
    x = _normalized(x, f"{prefix}expand_bn", f"{prefix}expand_activation")
    return _normalized(_conv(x, filters_out, 1, f"{prefix}project_conv", use_bias=False), f"{prefix}project_bn")


def _depthwise_block(x, filters_in, filters_out, expansion, stride, prefix):
    """Wide inside, narrow outside, with its channels weighed."""
    x = _conv(x, filters_in * expansion, 1, f"{prefix}expand_conv", use_bias=False)
    x = _normalized(x, f"{prefix}expand_bn", f"{prefix}expand_activation")
    x = DepthwiseConv2D(3, strides=stride, padding="same", use_bias=False, depthwise_initializer=_conv_start(), name=f"{prefix}dwconv2")(x)
    x = _normalized(x, f"{prefix}bn", f"{prefix}activation")
    x = _weighed(x, max(1, int(filters_in * 0.25)), prefix)
    return _normalized(_conv(x, filters_out, 1, f"{prefix}project_conv", use_bias=False), f"{prefix}project_bn")


def _rounded(filters, width):
    """A number of filters times the width, as a multiple of eight."""
    return max(8, int(filters * width + 4) // 8 * 8)


def _stages(x, stages, width, depth):
    """The blocks of all stages. As in Keras, the rate of dropout grows with the repeats before scaling."""
    done, total = 0, float(sum(stage[1] for stage in stages))
    for i, (plain, repeats, filters_in, filters_out, expansion, stride) in enumerate(stages):
        filters_in, filters_out = _rounded(filters_in, width), _rounded(filters_out, width)
        for j in range(math.ceil(depth * repeats)):
            prefix, inputs = f"block{i + 1}{chr(j + 97)}_", x
            block = _plain_block if plain else _depthwise_block
            x = block(x, filters_out if j else filters_in, filters_out, expansion, 1 if j else stride, prefix)
            if j or (stride == 1 and filters_in == filters_out):
                x = _added(x, inputs, 0.2 * done / total, prefix)
            done += 1
    return x


def _scaled(x, of_b, channels):
    """Pixels of 0..255 as the blocks take them."""
    if of_b and channels == 3:
        x = Rescaling(scale=1.0 / 255)(x)
        return Normalization(mean=[0.485, 0.456, 0.406], variance=[0.229**2, 0.224**2, 0.225**2], axis=3)(x)
    return Rescaling(scale=1.0 / 128.0, offset=-1)(x)


def _variant(title, name, stages, size, width=1.0, depth=1.0):
    """The function that makes an EfficientNet V2 of such a scale."""

    def build(include_top=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None, classes=1000,
              classifier_activation="softmax", include_preprocessing=True, name=name):
        frame = Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
        x = frame.begin(size)
        if include_preprocessing:
            x = _scaled(x, stages is _B, frame.input_shape[2])
        x = _conv(x, _rounded(stages[0][2], width), 3, "stem_conv", strides=2, use_bias=False)
        x = _stages(_normalized(x, "stem_bn", "stem_activation"), stages, width, depth)
        x = _normalized(_conv(x, _rounded(1280, width), 1, "top_conv", use_bias=False), "top_bn", "top_activation")
        if not include_top:
            return frame.model(frame.pooled(x))
        x = GlobalAveragePooling2D(name="avg_pool")(x)
        x = Dropout(0.2, name="top_dropout")(x)
        return frame.model(frame.predictions(x, kernel_initializer=_dense_start(), bias_initializer=Constant(0.0)))

    build.__name__ = build.__qualname__ = title
    build.__doc__ = f"{title}, for pictures of {size}x{size} and 0..255; without `include_preprocessing` of -1..1."
    return build


EfficientNetV2B0 = _variant("EfficientNetV2B0", "efficientnetv2-b0", _B, 224)
EfficientNetV2B1 = _variant("EfficientNetV2B1", "efficientnetv2-b1", _B, 240, 1.0, 1.1)
EfficientNetV2B2 = _variant("EfficientNetV2B2", "efficientnetv2-b2", _B, 260, 1.1, 1.2)
EfficientNetV2B3 = _variant("EfficientNetV2B3", "efficientnetv2-b3", _B, 300, 1.2, 1.4)
EfficientNetV2S = _variant("EfficientNetV2S", "efficientnetv2-s", _S, 384)
EfficientNetV2M = _variant("EfficientNetV2M", "efficientnetv2-m", _M, 480)
EfficientNetV2L = _variant("EfficientNetV2L", "efficientnetv2-l", _L, 480)


def preprocess_input(x, data_format=None):
    """As it is: the models scale pixels themselves."""
    return x


__all__ = [
    "EfficientNetV2B0", "EfficientNetV2B1", "EfficientNetV2B2", "EfficientNetV2B3", "EfficientNetV2L", "EfficientNetV2M",
    "EfficientNetV2S", "decode_predictions", "preprocess_input",
]
