"""ConvNeXt (https://arxiv.org/abs/2201.03545): wide convolutions of each channel by itself, and layers that mix channels."""

from ..initializers import Constant
from ..layers import Activation, Conv2D, Dense, GlobalAveragePooling2D, Layer, LayerNormalization, Normalization
from ..models import Sequential
from ._frame import Frame
from .imagenet_utils import decode_predictions


class LayerScale(Layer):
    """Each channel times a weight that begins small."""

    def __init__(self, init_values, projection_dim, **kwargs):
        super().__init__(**kwargs)
        self.init_values, self.projection_dim = init_values, projection_dim

    def build(self, input_shape):
        """Makes the weights."""
        self.gamma = self.add_weight((self.projection_dim,), initializer=Constant(self.init_values))

    def call(self, inputs):
        """The product."""
        return inputs * self.gamma

    def get_config(self):
        """What the weights begin with, and how many there are."""
        return {**super().get_config(), "init_values": self.init_values, "projection_dim": self.projection_dim}


def _normalization(name=None):
    return LayerNormalization(epsilon=1e-6, name=name)


def _block(inputs, filters, name):
    x = Conv2D(filters, 7, padding="same", groups=filters, name=f"{name}_depthwise_conv")(inputs)
    x = _normalization(f"{name}_layernorm")(x)
    x = Dense(4 * filters, name=f"{name}_pointwise_conv_1")(x)
    x = Activation("gelu", name=f"{name}_gelu")(x)
    x = Dense(filters, name=f"{name}_pointwise_conv_2")(x)
    x = LayerScale(1e-6, filters, name=f"{name}_layer_scale")(x)
    return inputs + Activation("linear", name=f"{name}_identity")(x)


def _scaled(x, name):
    """Pixels of 0..255, less their means in ImageNet, over their deviations."""
    mean = [0.485 * 255, 0.456 * 255, 0.406 * 255]
    variance = [(0.229 * 255) ** 2, (0.224 * 255) ** 2, (0.225 * 255) ** 2]
    return Normalization(mean=mean, variance=variance, name=f"{name}_prestem_normalization")(x)


def _shrinking(widths, name):
    """What halves height and width before each stage; the first one quarters them."""
    stem = [Conv2D(widths[0], 4, strides=4, name=f"{name}_stem_conv"), _normalization(f"{name}_stem_layernorm")]
    return [Sequential(stem, name=f"{name}_stem"), *(
        Sequential([
            _normalization(f"{name}_downsampling_layernorm_{i}"),
            Conv2D(width, 2, strides=2, name=f"{name}_downsampling_conv_{i}"),
        ], name=f"{name}_downsampling_block_{i}")
        for i, width in enumerate(widths[1:])
    )]


def _ended(frame, x):
    if not frame.include_top:
        return _normalization()(frame.pooled(x, named=False))
    x = GlobalAveragePooling2D(name=f"{frame.name}_head_gap")(x)
    x = _normalization(f"{frame.name}_head_layernorm")(x)
    return Dense(frame.classes, activation=frame.activation, name=f"{frame.name}_head_dense")(x)


def _variant(title, name, depth, width):
    """The function that makes a ConvNeXt with so many blocks in its third stage, of such a width in the first."""

    def build(include_top=True, include_preprocessing=True, weights="imagenet", input_tensor=None, input_shape=None, pooling=None,
              classes=1000, classifier_activation="softmax", name=name):
        frame = Frame(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
        x = frame.begin(224)
        if include_preprocessing and frame.input_shape[2] == 3:
            x = _scaled(x, name)
        widths = [width << i for i in range(4)]
        for i, (shrink, count) in enumerate(zip(_shrinking(widths, name), (3, 3, depth, 3))):
            x = shrink(x)
            for j in range(count):
                x = _block(x, widths[i], f"{name}_stage_{i}_block_{j}")
        return frame.model(_ended(frame, x))

    build.__name__ = build.__qualname__ = title
    build.__doc__ = f"{title}, for pictures of 224x224 and 0..255; without `include_preprocessing` they are to be normalized."
    return build


ConvNeXtTiny = _variant("ConvNeXtTiny", "convnext_tiny", 9, 96)
ConvNeXtSmall = _variant("ConvNeXtSmall", "convnext_small", 27, 96)
ConvNeXtBase = _variant("ConvNeXtBase", "convnext_base", 27, 128)
ConvNeXtLarge = _variant("ConvNeXtLarge", "convnext_large", 27, 192)
ConvNeXtXLarge = _variant("ConvNeXtXLarge", "convnext_xlarge", 27, 256)


def preprocess_input(x, data_format=None):
    """As it is: the models scale pixels themselves."""
    return x


__all__ = ["ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtSmall", "ConvNeXtTiny", "ConvNeXtXLarge", "decode_predictions", "preprocess_input"]
