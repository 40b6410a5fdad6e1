"""image_dataset_from_directory, text_dataset_from_directory, timeseries_dataset_from_array, split_dataset."""

import numpy as np

from ..._keras import formats
from ._datasets import BatchedDataset, Rows, from_folder
from ._pictures import img_to_array, load_img, resized, smart_resize

_PICTURES = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
_RESAMPLINGS = ("bilinear", "nearest")


def image_dataset_from_directory(directory, labels="inferred", label_mode="int", class_names=None, color_mode="rgb", batch_size=32,
                                 image_size=(256, 256), shuffle=True, seed=None, validation_split=None, subset=None,
                                 interpolation="bilinear",
                                 follow_links=False, crop_to_aspect_ratio=False, pad_to_aspect_ratio=False, data_format=None, format="tf",
                                 verbose=True):
    """Batches of the picture files of a folder with a folder for each class; `.map`, `.cache`, `.shuffle`, `.take` are there."""
    if color_mode not in ("rgb", "rgba", "grayscale"):
        raise ValueError(f'`color_mode` must be one of {{"rgb", "rgba", "grayscale"}}. Received: color_mode={color_mode}')
    size = (image_size, image_size) if isinstance(image_size, int) else image_size
    if not isinstance(size, (list, tuple)) or len(size) != 2:
        raise ValueError(f"Invalid `image_size` value. Expected a tuple of 2 integers. Received: image_size={image_size}")
    if interpolation not in _RESAMPLINGS or pad_to_aspect_ratio:
        raise NotImplementedError("image_dataset_from_directory: interpolation 'bilinear' and 'nearest' are supported here, and no "
                                  "pad_to_aspect_ratio")
    data_format = formats.standardized(data_format)

    def load(path):
        picture = img_to_array(load_img(path, color_mode=color_mode), data_format="channels_last")
        picture = smart_resize(picture, size, interpolation) if crop_to_aspect_ratio else resized(picture, size, interpolation, 0)
        return picture.transpose(2, 0, 1) if data_format == "channels_first" else picture

    return from_folder(directory, labels, label_mode, class_names, _PICTURES, load, batch_size, shuffle, seed, validation_split, subset,
                       follow_links, format, verbose)


def text_dataset_from_directory(directory, labels="inferred", label_mode="int", class_names=None, batch_size=32, max_length=None,
                                shuffle=True,
                                seed=None, validation_split=None, subset=None, follow_links=False, format="tf", verbose=True):
    """Batches of the text files of a folder with a folder for each class, as arrays of texts."""

    def load(path):
        with open(path, encoding="utf-8", errors="replace") as file:
            return np.array(file.read()[:max_length], dtype=object)

    return from_folder(directory, labels, label_mode, class_names, (".txt",), load, batch_size, shuffle, seed, validation_split, subset,
                       follow_links, format, verbose)


def timeseries_dataset_from_array(data, targets, sequence_length, sequence_stride=1, sampling_rate=1, batch_size=128, shuffle=False,
                                  seed=None,
                                  start_index=None, end_index=None, format="tf"):
    """Batches of windows over a series, each with the target of its first place."""
    if format not in ("tf", "grain"):
        raise ValueError(f'`format` should be either "tf" or "grain". Received: format={format}')
    for name, value in (("sequence_length", sequence_length), ("sequence_stride", sequence_stride), ("sampling_rate", sampling_rate)):
        if not isinstance(value, (int, np.integer)) or value <= 0:
            raise ValueError(f"`{name}` must be higher than 0. Received: {name}={value}")
    start, end = start_index or 0, len(data) if end_index is None else end_index
    if not 0 <= start < end <= len(data):
        raise ValueError(f"`start_index` and `end_index` must lie within the data, in this order. Received: {start_index}, {end_index}")
    part = np.asarray(data[start:end])
    count = len(part) - (sequence_length - 1) * sampling_rate
    wanted = None if targets is None else np.asarray(targets[start:])
    count = count if wanted is None else min(count, len(wanted))
    if count < 1:
        raise ValueError(f"there is no window of {sequence_length} steps in {len(part)} rows")
    begins = np.arange(0, count, sequence_stride)

    def row(i):
        first = begins[i]
        window = part[first : first + sequence_length * sampling_rate : sampling_rate]
        return (window,) if wanted is None else (window, wanted[first])

    seed = np.random.randint(1_000_000) if shuffle and seed is None else seed
    return BatchedDataset(Rows(len(begins), row), batch_size, shuffle, seed)


def split_dataset(dataset, left_size=None, right_size=None, shuffle=False, seed=None, preferred_backend=None):
    """Two parts of an array, or of a list or tuple of arrays of one length; `preferred_backend` is Keras's for datasets of others."""
    if preferred_backend is not None:
        raise NotImplementedError("split_dataset(preferred_backend=...): arrays alone are split here")
    several = isinstance(dataset, (list, tuple)) and all(hasattr(part, "shape") for part in dataset)
    arrays = [np.asarray(part) for part in dataset] if several else [np.asarray(dataset)]
    if len({len(array) for array in arrays}) > 1:
        raise ValueError(f"Received a list of NumPy arrays with different lengths: {[len(array) for array in arrays]}")
    total = len(arrays[0])
    if left_size is None and right_size is None:
        raise ValueError("At least one of the `left_size` or `right_size` must be specified. Received: left_size=None and right_size=None")
    left, right = (_rows(size, total, name) for size, name in ((left_size, "left_size"), (right_size, "right_size")))
    left, right = (total - right if left is None else left), (total - left if right is None else right)
    if left + right > total or left <= 0 or right <= 0:
        raise ValueError(f"The sum of `left_size` and `right_size` should be at most the {total} samples, both above 0. Received: "
                         f"{left_size}, {right_size}")
    order = list(range(total))
    if shuffle:
        import random

        random.seed(random.randint(0, 1_000_000) if seed is None else seed)
        random.shuffle(order)

    def part(rows):
        found = [array[rows] for array in arrays]
        return BatchedDataset(Rows(len(rows), lambda i: tuple(array[i] for array in found)), None, False, None)

    return part(order[:left]), part(order[total - right :])


def _rows(size, total, name):
    if size is None:
        return None
    if not isinstance(size, (int, float, np.integer)) or (isinstance(size, float) and not 0 <= size <= 1):
        raise ValueError(f"`{name}` should be a whole number of samples, or a part of them within [0, 1]. Received: {size}")
    return int(round(size * total)) if isinstance(size, float) else int(size)
