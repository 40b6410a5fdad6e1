"""Pictures as arrays and files. Pillow is needed for files alone."""

import io
import os

import numpy as np

from ..._keras import configs, formats

_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")
_MODES = {"grayscale": ("L", "I;16", "I"), "rgba": ("RGBA",), "rgb": ("RGB",)}


def pillow(what):
    """`PIL.Image`, or an ImportError that says what needs it."""
    try:
        from PIL import Image
    except ImportError:
        raise ImportError(f"{what} reads and writes picture files with Pillow, which is not installed: pip install pillow") from None
    return Image


def array_to_img(x, data_format=None, scale=True, dtype=None):
    """A picture of Pillow from an array of rows, columns and channels."""
    image, found = pillow("array_to_img"), to_bytes(x, data_format, scale, dtype)
    return image.fromarray(found[:, :, 0] if found.shape[2] == 1 else found)


def to_bytes(x, data_format=None, scale=True, dtype=None):
    """An array as a picture holds it: whole numbers, channels last."""
    data_format = formats.standardized(data_format)
    x = np.asarray(x, dtype=dtype or "float32")
    if x.ndim != 3:
        raise ValueError(f"Expected image array to have rank 3 (single image). Got array with shape: {x.shape}")
    x = x.transpose(1, 2, 0) if data_format == "channels_first" else x
    if scale:
        x = x - np.min(x)
        most = np.max(x)
        x = (x / most if most != 0 else x) * 255
    if x.shape[2] not in (1, 3, 4):
        raise ValueError(f"Unsupported channel number: {x.shape[2]}")
    wide = x.shape[2] == 1 and np.max(x) > 255
    return x.astype("int32") if wide else x.astype("int64").astype("uint8")


def img_to_array(img, data_format=None, dtype=None):
    """A picture as an array of three axes."""
    data_format = formats.standardized(data_format)
    found = np.asarray(img, dtype=dtype or "float32")
    if found.ndim not in (2, 3):
        raise ValueError(f"Unsupported image shape: {found.shape}")
    found = found[:, :, None] if found.ndim == 2 else found
    return found.transpose(2, 0, 1) if data_format == "channels_first" else found


def save_img(path, x, data_format=None, file_format=None, scale=True, **kwargs):
    """Writes an array as a picture file; the ending says which kind."""
    if file_format is None and isinstance(path, (str, os.PathLike)):
        file_format = os.path.splitext(path)[1][1:].lower()
    if file_format and file_format.lower() == "jpg":
        file_format = "jpeg"
    img = array_to_img(x, data_format=data_format, scale=scale)
    if img.mode == "RGBA" and file_format == "jpeg":
        configs.tell("The JPEG format does not support RGBA images, converting to RGB.")
        img = img.convert("RGB")
    img.save(path, format=file_format, **kwargs)


def load_img(path, color_mode="rgb", target_size=None, interpolation="nearest", keep_aspect_ratio=False, **kwargs):
    """A picture file as a picture of Pillow, in (rows, columns) of `target_size`."""
    if kwargs.pop("grayscale", False):  # Of Keras 1 and 2.
        color_mode = "grayscale"
    if kwargs:
        raise TypeError(f"load_img() got unexpected keyword arguments: {list(kwargs)}")
    if color_mode not in _MODES:
        raise ValueError('color_mode must be "grayscale", "rgb", or "rgba"')
    image = pillow("load_img")
    if isinstance(path, io.BytesIO):
        img = image.open(path)
    elif isinstance(path, (os.PathLike, bytes, str)):
        with open(path, "rb") as file:
            img = image.open(io.BytesIO(file.read()))
    else:
        raise TypeError(f"path should be path-like or io.BytesIO, not {type(path)}")
    if img.mode not in _MODES[color_mode]:
        img = img.convert(_MODES[color_mode][0])
    if target_size is None or img.size == (target_size[1], target_size[0]):
        return img
    return _resized(image, img, (target_size[1], target_size[0]), interpolation, keep_aspect_ratio)


def _resized(image, img, size, interpolation, keep_aspect_ratio):
    if interpolation not in _INTERPOLATIONS:
        raise ValueError(f"Invalid interpolation method {interpolation} specified. Supported methods are {', '.join(_INTERPOLATIONS)}")
    resample = getattr(image.Resampling, interpolation.upper())
    if not keep_aspect_ratio:
        return img.resize(size, resample)
    (width, height), (wanted_width, wanted_height) = img.size, size
    rows = min(height, width * wanted_height // wanted_width)
    columns = min(width, height * wanted_width // wanted_height)
    top, left = (height - rows) // 2, (width - columns) // 2
    return img.resize(size, resample, box=(left, top, left + columns, top + rows))


def smart_resize(x, size, interpolation="bilinear", data_format="channels_last", **kwargs):
    """The largest part in the middle that has the proportions of `size`, in that size."""
    if kwargs:
        raise TypeError(f"smart_resize() got unexpected keyword arguments: {list(kwargs)}")
    if len(size) != 2:
        raise ValueError(f"Expected `size` to be a tuple of 2 integers, but got: {size}.")
    x = np.asarray(x)
    if x.ndim not in (3, 4):
        raise ValueError(
            "Expected an image array with shape `(height, width, channels)`, or `(batch_size, height, width, channels)`, but got input "
            "with "
            f"incorrect rank, of shape {x.shape}."
        )
    at = x.ndim - (3 if formats.standardized(data_format) == "channels_last" else 2)
    height, width = x.shape[at : at + 2]
    rows = max(min(height, int(width * size[0] / size[1])), 1)
    columns = max(min(width, int(height * size[1] / size[0])), 1)
    top, left = int((height - rows) / 2), int((width - columns) / 2)
    part = x[(slice(None),) * at + (slice(top, top + rows), slice(left, left + columns))]
    return resized(part, size, interpolation, at)


def resized(x, size, interpolation, at):
    """An array whose axes `at` and `at + 1` are rows and columns, in other sizes: "nearest" or "bilinear" between the centres of pixels."""
    if interpolation not in ("nearest", "bilinear"):
        raise NotImplementedError(f"interpolation={interpolation!r} of arrays is not supported here: use 'bilinear' or 'nearest'")
    x = x.astype("float32", copy=False)
    for axis, wanted in zip((at, at + 1), size):
        have = x.shape[axis]
        places = (np.arange(wanted, dtype="float32") + np.float32(0.5)) * np.float32(have / wanted)
        if interpolation == "nearest":
            x = np.take(x, np.clip(np.floor(places).astype(int), 0, have - 1), axis)
            continue
        places = np.clip(places - np.float32(0.5), 0, have - 1)
        low = np.floor(places).astype(int)
        part = (places - low).astype("float32").reshape([-1] + [1] * (x.ndim - axis - 1))
        x = np.take(x, low, axis) * (1 - part) + np.take(x, np.minimum(low + 1, have - 1), axis) * part
    return x
