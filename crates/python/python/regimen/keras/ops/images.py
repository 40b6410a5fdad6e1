"""Colours, sizes and parts of images."""

import math

import numpy as np

from ..._keras import formats, promotion
from . import reductions
from ._settings import alike, as_type, dtype_of, floats, op, tensor, traced
from .arithmetic import clip, maximum, minimum, mod
from .elementwise import absolute, round
from .indexing import where
from .joining import concatenate, stack
from .products import tensordot
from .shapes import moveaxis, pad
from .windows import _cells, depthwise_conv


def _ranked(images, ranks=(3, 4)):
    x = tensor(images)
    if len(x.shape) not in ranks:
        raise ValueError(f"Invalid images rank: expected rank {ranks[0]} (single image) or rank {ranks[1]} (batch of images). "
                         f"Received input with shape: images.shape={tuple(x.shape)}")
    return x


def _first(data_format):
    return formats.standardized(data_format) == "channels_first"


def _last(x, data_format, axes=2):
    """Channels last."""
    return moveaxis(x, -axes - 1, -1) if _first(data_format) else x


def _back(x, data_format, axes=2):
    return moveaxis(x, -1, -axes - 1) if _first(data_format) else x


@op
def rgb_to_grayscale(images, data_format=None):
    """One channel of how bright the three are."""
    x = _last(_ranked(images), data_format)
    if x.shape[-1] not in (1, 3):
        raise ValueError("Invalid channel size: expected 3 (RGB) or 1 (Grayscale). "
                         f"Received input with shape: images.shape={tuple(x.shape)}")
    if x.shape[-1] == 1:
        return _back(x, data_format)
    found = tensordot(floats(x), np.array([0.2989, 0.5870, 0.1140], "float32"), 1)[..., None]
    return _back(as_type(found, dtype_of(x)), data_format)


def _colours(images, data_format):
    x = _last(_ranked(images), data_format)
    if not promotion.is_float(dtype_of(x)):
        raise ValueError(f"Invalid images dtype: expected float dtype. Received: images.dtype={dtype_of(x)}")
    return x


@op
def rgb_to_hsv(images, data_format=None):
    """Hue, saturation and value of red, green and blue."""
    x = _colours(images, data_format)
    x = where(absolute(x) < float(np.finfo("float32").eps), 0.0, x)
    r, g, b = x[..., 0], x[..., 1], x[..., 2]
    value = maximum(maximum(r, g), b)
    reach = value - minimum(minimum(r, g), b)
    saturation = where(value > 0, reach / where(value > 0, value, 1.0), 0.0)
    sixth = 1.0 / (6.0 * where(reach > 0, reach, 1.0))
    hue = where(value == g, sixth * (b - r) + 2.0 / 6.0, sixth * (r - g) + 4.0 / 6.0)
    hue = where(value == r, sixth * (g - b), hue)
    hue = where(reach > 0, where(hue < 0, hue + 1.0, hue), 0.0)
    return _back(stack([hue, saturation, value], -1), data_format)


@op
def hsv_to_rgb(images, data_format=None):
    """Red, green and blue of hue, saturation and value."""
    x = _colours(images, data_format)
    hue, saturation, value = mod(x[..., 0], 1.0) * 6.0, x[..., 1], x[..., 2]
    shares = (absolute(hue - 3.0) - 1.0, 2.0 - absolute(hue - 2.0), 2.0 - absolute(hue - 4.0))
    found = [value * (1.0 - saturation + saturation * clip(share, 0.0, 1.0)) for share in shares]
    return _back(stack(found, -1), data_format)


def _kernel(method, x):
    """The weight of a neighbour at a distance."""
    x = np.abs(x)
    if method == "cubic":
        near, far = ((1.5 * x - 2.5) * x) * x + 1.0, ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
        return np.where(x >= 2.0, 0.0, np.where(x >= 1.0, far, near))
    if method == "linear":
        return np.maximum(0.0, 1.0 - x)
    radius = float(method[-1])
    return np.where(x > radius, 0.0, np.sinc(x) * np.sinc(x / radius))


_METHODS = {"linear": "linear", "bilinear": "linear", "trilinear": "linear", "cubic": "cubic", "bicubic": "cubic", "tricubic": "cubic",
            "lanczos3": "lanczos3", "lanczos5": "lanczos5"}


def _weights(size, wanted, scale, translation, method, antialias):
    """What each cell of an axis gives to each new one."""
    wide = max(1.0 / scale, 1.0) if antialias else 1.0
    places = (np.arange(wanted) + 0.5 - translation) / scale - 0.5
    found = _kernel(method, (places[None, :] - np.arange(size)[:, None]) / wide)
    total = found.sum(axis=0, keepdims=True)
    found = np.where(np.abs(total) > 1000 * np.finfo("float32").eps, found / np.where(total != 0, total, 1), 0)
    return np.where((places >= -0.5) & (places <= size - 0.5), found, 0).astype("float32")


def _along(x, axis, weights):
    return moveaxis(tensordot(x, weights, [[axis], [0]]), -1, axis)


def _nearest(x, axis, wanted):
    from .indexing import take

    places = np.floor((np.arange(wanted, dtype="float32") + 0.5) * (x.shape[axis] / wanted)).astype("int32")
    return take(x, places, axis)


def _fitted(x, size, crop, fill_value):
    """Cut, or padded, to the ratio of sides that is wanted; channels last."""
    height, width = x.shape[-3], x.shape[-2]
    other_height, other_width = int(float(width * size[0]) / size[1]), int(float(height * size[1]) / size[0])
    lead = (slice(None),) * (len(x.shape) - 3)
    if crop:
        tall, broad = (max(min(n, m), 1) for n, m in ((height, other_height), (width, other_width)))
        top, left = int(float(height - tall) / 2), int(float(width - broad) / 2)
        return x[(*lead, slice(top, top + tall), slice(left, left + broad))]
    top, left = int(float(max(height, other_height) - height) / 2), int(float(max(width, other_width) - width) / 2)
    left = 0 if top else left
    return pad(x, [*((0, 0),) * len(lead), (top, top), (left, left), (0, 0)], constant_values=fill_value)


@op
def resize(images, size, interpolation="bilinear", antialias=False, crop_to_aspect_ratio=False, pad_to_aspect_ratio=False,
           fill_mode="constant", fill_value=0.0, data_format=None):
    """Images in another size."""
    if interpolation != "nearest" and (interpolation not in _METHODS or interpolation[:3] == "tri"):
        raise ValueError("Invalid value for argument `interpolation`. Expected of one of bilinear, nearest, lanczos3, lanczos5, bicubic. "
                         f"Received: interpolation={interpolation}")
    if fill_mode != "constant":
        raise ValueError(f"Invalid value for argument `fill_mode`. Only `'constant'` is supported. Received: fill_mode={fill_mode}")
    if pad_to_aspect_ratio and crop_to_aspect_ratio:
        raise ValueError("Only one of `pad_to_aspect_ratio` & `crop_to_aspect_ratio` can be `True`.")
    if len(size) != 2:
        raise ValueError(f"Argument `size` must be a tuple of two elements (height, width). Received: size={size}")
    x = _last(_ranked(images), data_format)
    kept = dtype_of(x)
    if crop_to_aspect_ratio or pad_to_aspect_ratio:
        x = _fitted(x, size, crop_to_aspect_ratio, fill_value)
    x = x if interpolation == "nearest" else floats(x)
    for axis, wanted in zip((len(x.shape) - 3, len(x.shape) - 2), size):
        if wanted != x.shape[axis] and interpolation == "nearest":
            x = _nearest(x, axis, wanted)
        elif wanted != x.shape[axis]:
            x = _along(x, axis, _weights(x.shape[axis], wanted, wanted / x.shape[axis], 0.0, _METHODS[interpolation], antialias))
    return _back(x if promotion.is_float(kept) or interpolation == "nearest" else as_type(round(x), kept), data_format)


@op
def scale_and_translate(images, output_shape, scale, translation, spatial_dims, method, antialias=True):
    """Images scaled and moved along axes."""
    if method not in _METHODS:
        raise ValueError(f"Invalid value for argument `method`. Expected of one {sorted(_METHODS)}. Received: method={method}")
    x = floats(images)
    if traced(scale, translation):
        raise NotImplementedError("keras.ops.image.scale_and_translate inside of what is traced: "
                                  "scale and translation have to be plain numbers")
    for axis, factor, by in zip(spatial_dims, np.asarray(scale), np.asarray(translation)):
        x = _along(x, axis, _weights(x.shape[axis], output_shape[axis], float(factor), float(by), _METHODS[method], antialias))
    return x


def _margins(size, wanted, low, high, what):
    """Cells before and after an axis, of the two of three numbers that are given."""
    if [low, high, wanted].count(None) != 1:
        raise ValueError(f"Must specify exactly two of the two {what}s and the target size of an axis")
    if wanted is not None:
        rest = wanted - size if what == "padding" else size - wanted
        low, high = rest - high if low is None else low, rest - low if high is None else high
    if low < 0 or high < 0:
        raise ValueError(f"{what}: found {low} and {high} for an axis of {size}, expected 0 or more")
    return low, high


@op
def pad_images(images, top_padding=None, left_padding=None, bottom_padding=None, right_padding=None, target_height=None, target_width=None,
               data_format=None):
    """Zeros around images."""
    x = _last(_ranked(images), data_format)
    rows = _margins(x.shape[-3], target_height, top_padding, bottom_padding, "padding")
    columns = _margins(x.shape[-2], target_width, left_padding, right_padding, "padding")
    return _back(pad(x, [*((0, 0),) * (len(x.shape) - 3), rows, columns, (0, 0)]), data_format)


@op
def crop_images(images, top_cropping=None, left_cropping=None, bottom_cropping=None, right_cropping=None, target_height=None,
                target_width=None, data_format=None):
    """A part of images."""
    x = _last(_ranked(images), data_format)
    top, bottom = _margins(x.shape[-3], target_height, top_cropping, bottom_cropping, "cropping")
    left, right = _margins(x.shape[-2], target_width, left_cropping, right_cropping, "cropping")
    return _back(x[..., top : x.shape[-3] - bottom, left : x.shape[-2] - right, :], data_format)


def _patches(images, size, strides, dilation_rate, padding, data_format, axes):
    x = tensor(images)
    alone = len(x.shape) == axes + 1
    x = _last(x[None] if alone else x, data_format, axes)
    size = (size,) * axes if isinstance(size, int) else tuple(size)
    strides = size if strides is None else (strides,) * axes if isinstance(strides, int) else tuple(strides)
    dilation = (dilation_rate,) * axes if isinstance(dilation_rate, int) else tuple(dilation_rate)
    if padding == "same":
        total = [max((math.ceil(n / s) - 1) * s + (k - 1) * d + 1 - n, 0) for n, k, s, d in zip(x.shape[1:], size, strides, dilation)]
        x = pad(x, [(0, 0), *((n // 2, n - n // 2) for n in total), (0, 0)])
    elif padding != "valid":
        raise ValueError(f"padding is 'valid' or 'same', found {padding!r}")
    found = _back(concatenate(_cells(x, size, strides, dilation), -1), data_format, axes)
    return found[0] if alone else found


@op
def extract_patches(images, size, strides=None, dilation_rate=1, padding="valid", data_format=None):
    """Patches of images, each along the channels."""
    return _patches(images, size, strides, dilation_rate, padding, data_format, 2)


@op
def extract_patches_3d(volumes, size, strides=None, dilation_rate=1, padding="valid", data_format=None):
    """Patches of volumes, each along the channels."""
    return _patches(volumes, size, strides, dilation_rate, padding, data_format, 3)


def _bell(size, sigma):
    places = np.arange(size) - (size - 1) / 2
    found = np.exp(-0.5 * (places / sigma) ** 2)
    return found / found.sum()


def _filtered(x, kernel, padding):
    """Every channel moved over by one kernel; rows first, channels last."""
    wide = np.repeat(kernel[:, :, None, None], x.shape[-1], axis=2).astype("float32")
    return depthwise_conv(x, wide, 1, padding)


@op
def gaussian_blur(images, kernel_size=(3, 3), sigma=(1.0, 1.0), data_format=None):
    """Images blurred by a bell."""
    x = floats(_ranked(images))
    alone = len(x.shape) == 3
    x = _last(x[None] if alone else x, data_format)
    found = _back(_filtered(x, np.outer(_bell(kernel_size[1], sigma[1]), _bell(kernel_size[0], sigma[0])), "same"), data_format)
    return as_type(found[0] if alone else found, dtype_of(tensor(images)))


@op
def ssim(image1, image2, max_val=1.0, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03, data_format=None):
    """How alike images are in their structure."""
    a, b = alike(image1, image2, kind="float")
    alone = len(a.shape) == 3
    a, b = (_last(x[None] if alone else x, data_format) for x in (a, b))
    kernel = np.outer(_bell(filter_size, filter_sigma), _bell(filter_size, filter_sigma))
    first, second = _filtered(a, kernel, "valid"), _filtered(b, kernel, "valid")
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    spread = _filtered(a * a, kernel, "valid") - first * first + _filtered(b * b, kernel, "valid") - second * second
    shared = _filtered(a * b, kernel, "valid") - first * second
    found = (2.0 * first * second + c1) * (2.0 * shared + c2) / ((first * first + second * second + c1) * (spread + c2))
    found = reductions.mean(found, axis=(1, 2, 3))
    return found[0] if alone else found


@op
def sobel_edges(images, data_format=None):
    """How steep images are down and across, along a new last axis."""
    x = _last(_ranked(images, (4,)), data_format)
    across = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], "float32")
    return stack([_back(_filtered(x, kernel, "same"), data_format) for kernel in (across.T, across)], -1)
