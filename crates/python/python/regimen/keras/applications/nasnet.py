"""NASNet-A (https://arxiv.org/abs/1707.07012): cells that were searched for, each fed by the two before it."""

from ..layers import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Cropping2D,
    MaxPooling2D,
    SeparableConv2D,
    ZeroPadding2D,
)
from . import imagenet_utils
from ._frame import Frame
from .imagenet_utils import correct_pad, decode_predictions


def _normalized(x, name):
    return BatchNormalization(momentum=0.9997, epsilon=1e-3, name=name)(x)


def _conv(x, filters, name):
    return Conv2D(filters, (1, 1), padding="same", use_bias=False, kernel_initializer="he_normal", name=name)(x)


def _separable(x, filters, kernel, place, stride=1):
    """Two separable convolutions, the first of which has the stride."""
    x = Activation("relu")(x)
    if stride == 2:
        x = ZeroPadding2D(correct_pad(x, kernel), name=f"separable_conv_1_pad_{place}")(x)
    x = SeparableConv2D(filters, (kernel, kernel), strides=(stride, stride), padding="valid" if stride == 2 else "same", use_bias=False,
                        name=f"separable_conv_1_{place}")(x)
    x = Activation("relu")(_normalized(x, f"separable_conv_1_bn_{place}"))
    x = SeparableConv2D(filters, (kernel, kernel), padding="same", use_bias=False, name=f"separable_conv_2_{place}")(x)
    return _normalized(x, f"separable_conv_2_bn_{place}")


def _adjusted(before, x, filters, cell):
    """What the cell before the last gave, in the sizes of what the last one gave."""
    if before is None:
        return x
    if before.shape[-2] != x.shape[-2]:
        before = Activation("relu", name=f"adjust_relu_1_{cell}")(before)
        first = AveragePooling2D((1, 1), strides=(2, 2), name=f"adjust_avg_pool_1_{cell}")(before)
        first = _conv(first, filters // 2, f"adjust_conv_1_{cell}")
        second = Cropping2D(((1, 0), (1, 0)))(ZeroPadding2D(((0, 1), (0, 1)))(before))
        second = AveragePooling2D((1, 1), strides=(2, 2), name=f"adjust_avg_pool_2_{cell}")(second)
        second = _conv(second, filters // 2, f"adjust_conv_2_{cell}")
        return _normalized(Concatenate(axis=-1)([first, second]), f"adjust_bn_{cell}")
    if before.shape[-1] != filters:
        before = _conv(Activation("relu")(before), filters, f"adjust_conv_projection_{cell}")
        return _normalized(before, f"adjust_bn_{cell}")
    return before


def _averaged(x, name):
    return AveragePooling2D((3, 3), strides=(1, 1), padding="same", name=name)(x)


def _normal(x, before, filters, cell):
    """A cell that keeps height and width."""
    p = _adjusted(before, x, filters, cell)
    h = _normalized(_conv(Activation("relu")(x), filters, f"normal_conv_1_{cell}"), f"normal_bn_1_{cell}")
    left, right = _separable(h, filters, 5, f"normal_left1_{cell}"), _separable(p, filters, 3, f"normal_right1_{cell}")
    x1 = Add(name=f"normal_add_1_{cell}")([left, right])
    left, right = _separable(p, filters, 5, f"normal_left2_{cell}"), _separable(p, filters, 3, f"normal_right2_{cell}")
    x2 = Add(name=f"normal_add_2_{cell}")([left, right])
    x3 = Add(name=f"normal_add_3_{cell}")([_averaged(h, f"normal_left3_{cell}"), p])
    x4 = Add(name=f"normal_add_4_{cell}")([_averaged(p, f"normal_left4_{cell}"), _averaged(p, f"normal_right4_{cell}")])
    x5 = Add(name=f"normal_add_5_{cell}")([_separable(h, filters, 3, f"normal_left5_{cell}"), h])
    return Concatenate(axis=-1, name=f"normal_concat_{cell}")([p, x1, x2, x3, x4, x5]), x


def _reduction(x, before, filters, cell):
    """A cell that halves height and width."""
    p = _adjusted(before, x, filters, cell)
    h = _normalized(_conv(Activation("relu")(x), filters, f"reduction_conv_1_{cell}"), f"reduction_bn_1_{cell}")
    padded = ZeroPadding2D(correct_pad(h, 3), name=f"reduction_pad_1_{cell}")(h)
    left = _separable(h, filters, 5, f"reduction_left1_{cell}", 2)
    x1 = Add(name=f"reduction_add_1_{cell}")([left, _separable(p, filters, 7, f"reduction_right1_{cell}", 2)])
    left = MaxPooling2D((3, 3), strides=(2, 2), name=f"reduction_left2_{cell}")(padded)
    x2 = Add(name=f"reduction_add_2_{cell}")([left, _separable(p, filters, 7, f"reduction_right2_{cell}", 2)])
    left = AveragePooling2D((3, 3), strides=(2, 2), name=f"reduction_left3_{cell}")(padded)
    x3 = Add(name=f"reduction_add3_{cell}")([left, _separable(p, filters, 5, f"reduction_right3_{cell}", 2)])
    x4 = Add()([x2, _averaged(x1, f"reduction_left4_{cell}")])
    left = _separable(x1, filters, 3, f"reduction_left4_{cell}")
    right = MaxPooling2D((3, 3), strides=(2, 2), name=f"reduction_right5_{cell}")(padded)
    x5 = Add(name=f"reduction_add4_{cell}")([left, right])
    return Concatenate(axis=-1, name=f"reduction_concat_{cell}")([x2, x3, x4, x5]), x


def _cells(x, filters, repeats, skips):
    """Two reductions, then three runs of normal cells with reductions between; `skips`: past a reduction, to the cell before it."""
    before = None
    for i, part in enumerate((4, 2), 1):
        x, before = _reduction(x, before, filters // part, f"stem_{i}")
    for run in range(3):
        if run:
            x, reduced = _reduction(x, before, filters << run, f"reduce_{run * repeats}")
            before = before if skips else reduced
        for i in range(repeats):
            x, before = _normal(x, before, filters << run, str(run * repeats + i + (run > 0)))
    return Activation("relu")(x)


def _nasnet(frame, size, stem, filters, repeats, skips):
    x = frame.begin(size)
    x = Conv2D(stem, (3, 3), strides=(2, 2), padding="valid", use_bias=False, kernel_initializer="he_normal", name="stem_conv1")(x)
    x = _cells(_normalized(x, "stem_bn1"), filters, repeats, skips)
    return frame.model(frame.ended(x, top=None, named=False))


def NASNetMobile(input_shape=None, include_top=True, weights="imagenet", input_tensor=None, pooling=None, classes=1000,
                 classifier_activation="softmax", name="nasnet_mobile"):
    """NASNet-A of 4 cells a run, for pictures of 224x224."""
    if not include_top and input_shape is None:
        input_shape = (224, 224, 3)
    frame = Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    return _nasnet(frame, 224, 32, 44, 4, False)


def NASNetLarge(input_shape=None, include_top=True, weights="imagenet", input_tensor=None, pooling=None, classes=1000,
                classifier_activation="softmax", name="nasnet_large"):
    """NASNet-A of 6 cells a run, for pictures of 331x331."""
    frame = Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    return _nasnet(frame, 331, 96, 168, 6, True)


def preprocess_input(x, data_format=None):
    """Pixels in -1..1."""
    return imagenet_utils.preprocess_input(x, data_format, "tf")


__all__ = ["NASNetLarge", "NASNetMobile", "decode_predictions", "preprocess_input"]
