"""What programs do before and after a model of ImageNet: pixels scaled, classes by name."""

import json
import os
import warnings

import numpy as np

from ..._keras import formats
from .. import ops

# Of ImageNet's pixels: blue, green, red in 0..255; red, green, blue in 0..1.
_MEANS = {"caffe": (103.939, 116.779, 123.68), "torch": (0.485, 0.456, 0.406)}
_DEVIATIONS = (0.229, 0.224, 0.225)


def preprocess_input(x, data_format=None, mode="caffe"):
    """Pixels of 0..255 as a model takes them. An array of floats is changed in place.

    `caffe`: blue, green, red, less their means; `tf`: -1..1; `torch`: 0..1, then less the means, over the deviations.
    """
    if mode not in ("caffe", "tf", "torch"):
        raise ValueError(f"Expected mode to be one of `caffe`, `tf` or `torch`. Received: mode={mode}")
    if data_format not in (None, "channels_first", "channels_last"):
        raise ValueError(f"Expected data_format to be one of `channels_first` or `channels_last`. Received: data_format={data_format}")
    data_format = formats.standardized(data_format)
    if isinstance(x, np.ndarray) and not np.issubdtype(x.dtype, np.floating):
        x = x.astype(np.float32)
    if mode == "tf":
        x /= 127.5
        x -= 1.0
        return x
    rank = len(x.shape)
    axis = rank - 1 if data_format != "channels_first" else 0 if rank == 3 else 1
    if mode == "torch":
        x /= 255.0
    else:
        x = np.flip(x, axis) if isinstance(x, np.ndarray) else ops.flip(x, axis)
    return _standardized(x, axis, mode)


def _standardized(x, axis, mode):
    shape = [3 if i == axis else 1 for i in range(len(x.shape))]
    dtype = x.dtype if isinstance(x, np.ndarray) else np.float32
    means = np.array(_MEANS[mode], dtype).reshape(shape)
    deviations = np.array(_DEVIATIONS, dtype).reshape(shape)
    if isinstance(x, np.ndarray):
        x -= means
        if mode == "torch":
            x /= deviations
        return x
    x = ops.subtract(x, means)
    return ops.divide(x, deviations) if mode == "torch" else x


def decode_predictions(preds, top=5):
    """For each row the likeliest classes: `(name of ImageNet, what it is, score)`."""
    preds = np.asarray(preds)
    if preds.ndim != 2 or preds.shape[1] != 1000:
        raise ValueError(
            "`decode_predictions` expects a batch of predictions (i.e. a 2D array of shape (samples, 1000)). "
            f"Received array with shape: {preds.shape}"
        )
    names = _class_names()
    found = []
    for row in preds:
        best = [(*names[i], row[i]) for i in row.argsort()[-top:][::-1]]
        found.append(sorted(best, key=lambda entry: entry[2], reverse=True))
    return found


def _class_names():
    home = os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    path = os.path.join(home, "models", "imagenet_class_index.json")
    if not os.path.isfile(path):
        raise FileNotFoundError(
            f"decode_predictions: there is no file {path}. Nothing is downloaded here: place Keras's imagenet_class_index.json there"
        )
    with open(path, encoding="utf-8") as file:
        index = json.load(file)
    missing = [i for i in range(1000) if str(i) not in index]
    if missing:
        raise ValueError(f"{path}: class {missing[0]} is not in it; it should hold the 1000 classes of ImageNet")
    return [index[str(i)] for i in range(1000)]


def obtain_input_shape(input_shape, default_size, min_size, data_format, require_flatten, weights=None):
    """The shape of a model's input: what is asked for where the model can take it, else its default."""
    first = data_format == "channels_first"

    def shape(size, channels):
        return (channels, size, size) if first else (size, size, channels)

    channels = input_shape[0 if first else -1] if input_shape and len(input_shape) == 3 else 3
    if weights != "imagenet" and channels not in (1, 3):
        warnings.warn(
            f"This model usually expects 1 or 3 input channels. However, it was passed an input_shape with {channels} input channels.",
            stacklevel=2,
        )
    if weights == "imagenet" and require_flatten:
        if input_shape is not None and tuple(input_shape) != shape(default_size, 3):
            raise ValueError(
                "When setting `include_top=True` and loading `imagenet` weights, `input_shape` should be "
                f"{shape(default_size, 3)}. Received: input_shape={input_shape}"
            )
        return shape(default_size, 3)
    if not input_shape:
        return shape(default_size if require_flatten else None, 3)
    if len(input_shape) != 3:
        raise ValueError("`input_shape` must be a tuple of three integers.")
    if weights == "imagenet" and channels != 3:
        raise ValueError(f"The input must have 3 channels; Received `input_shape={input_shape}`")
    if any(size is not None and size < min_size for size in (input_shape[1:] if first else input_shape[:2])):
        raise ValueError(f"Input size must be at least {min_size}x{min_size}; Received: input_shape={input_shape}")
    if require_flatten and None in input_shape:
        raise ValueError(f"If `include_top` is True, you should specify a static `input_shape`. Received: input_shape={input_shape}")
    return tuple(input_shape)


# The name that programs of old import.
_obtain_input_shape = obtain_input_shape


def correct_pad(inputs, kernel_size):
    """Zeros around pictures for a convolution of stride 2 that then needs no padding."""
    kernel = (kernel_size, kernel_size) if isinstance(kernel_size, int) else tuple(kernel_size)
    sizes = inputs.shape[1:3]
    even = (1, 1) if sizes[0] is None else tuple(1 - size % 2 for size in sizes)
    return tuple((k // 2 - e, k // 2) for k, e in zip(kernel, even))
