"""Batches of pictures, changed at random: from arrays, from a folder of classes, from a table of file names."""

import os
import threading

import numpy as np

from ..._keras import configs, formats
from ..utils import PyDataset
from ..utils._pictures import array_to_img, img_to_array, load_img

_CHANNELS = {"rgb": 3, "rgba": 4, "grayscale": 1}


class Iterator(PyDataset):
    """Batches by number, and one after the other without end. A subclass writes `_get_batches_of_transformed_samples`."""

    white_list_formats = ("png", "jpg", "jpeg", "bmp", "ppm", "tif", "tiff")

    def __init__(self, n, batch_size, shuffle, seed, **kwargs):
        super().__init__(**kwargs)
        self.n, self.batch_size, self.shuffle, self.seed = n, batch_size, shuffle, seed
        self.batch_index, self.total_batches_seen, self.index_array = 0, 0, None
        self.lock = threading.Lock()

    def _set_index_array(self):
        self.index_array = np.random.permutation(self.n) if self.shuffle else np.arange(self.n)

    def _seed_batch(self):
        if self.seed is not None:
            np.random.seed(self.seed + self.total_batches_seen)
        self.total_batches_seen += 1

    def __getitem__(self, idx):
        if idx >= len(self):
            raise ValueError(f"Asked to retrieve element {idx}, but the Sequence has length {len(self)}")
        self._seed_batch()
        if self.index_array is None:
            self._set_index_array()
        return self._get_batches_of_transformed_samples(self.index_array[self.batch_size * idx : self.batch_size * (idx + 1)])

    def __len__(self):
        return -(-self.n // self.batch_size)

    def on_epoch_end(self):
        """Another order."""
        self._set_index_array()

    def reset(self):
        """`next` begins at the first batch."""
        self.batch_index = 0

    def __iter__(self):
        return self

    def __next__(self):
        with self.lock:
            self._seed_batch()
            if self.batch_index == 0:
                self._set_index_array()
            first = self.batch_index * self.batch_size
            self.batch_index = self.batch_index + 1 if self.n > first + self.batch_size else 0
            rows = self.index_array[first : first + self.batch_size]
        return self._get_batches_of_transformed_samples(rows)

    next = __next__

    def __getstate__(self):
        return {name: value for name, value in self.__dict__.items() if name != "lock"}

    def __setstate__(self, state):
        self.__dict__.update(state, lock=threading.Lock())

    def _get_batches_of_transformed_samples(self, index_array):
        raise NotImplementedError

    def _take_saving(self, save_to_dir, save_prefix, save_format):
        self.save_to_dir, self.save_prefix, self.save_format = save_to_dir, save_prefix, save_format

    def _save(self, batch, rows, numbers):
        """Writes a batch as picture files, where a folder for them was given."""
        if not self.save_to_dir:
            return
        for picture, row in zip(batch, rows):
            name = f"{self.save_prefix}_{row}_{np.random.randint(numbers)}.{self.save_format}"
            array_to_img(picture, self.data_format, scale=True).save(os.path.join(self.save_to_dir, name))


def _check_subset(subset):
    if subset not in (None, "training", "validation"):
        raise ValueError(f'Invalid subset name: {subset}; expected "training" or "validation"')


class NumpyArrayIterator(Iterator):
    """Batches of arrays."""

    def __init__(self, x, y, image_data_generator, batch_size=32, shuffle=False, sample_weight=None, seed=None, data_format=None,
                 save_to_dir=None, save_prefix="", save_format="png", subset=None, ignore_class_split=False, dtype=None):
        self.data_format, self.dtype = formats.standardized(data_format), dtype or "float32"
        x, others = (x[0], x[1] if isinstance(x[1], list) else [x[1]]) if isinstance(x, (tuple, list)) else (x, [])
        x, others = np.asarray(x), [np.asarray(other) for other in others]
        for other in others:
            if len(x) != len(other):
                raise ValueError(
                    "All of the arrays in `x` should have the same length. Found a pair with: "
                    f"len(x[0]) = {len(x)}, len(x[?]) = {len(other)}"
                )
        for name, values in (("`y` (labels)", y), ("`sample_weight`", sample_weight)):
            if values is not None and len(values) != len(x):
                raise ValueError(f"`x` (images tensor) and {name} should have the same length. Found: {len(x)} and {len(values)}")
        y = None if y is None else np.asarray(y)
        sample_weight = None if sample_weight is None else np.asarray(sample_weight)
        _check_subset(subset)
        if subset is not None:
            cut = int(len(x) * image_data_generator._validation_split)
            if y is not None and not ignore_class_split and not np.array_equal(np.unique(y[:cut]), np.unique(y[cut:])):
                raise ValueError(
                    "Training and validation subsets have different number of classes after the split. If your numpy arrays are sorted by "
                    "the label, you might want to shuffle them."
                )
            part = slice(None, cut) if subset == "validation" else slice(cut, None)
            x, others = x[part], [other[part] for other in others]
            y, sample_weight = (None if values is None else values[part] for values in (y, sample_weight))
        self.x, self.x_misc, self.y, self.sample_weight = np.asarray(x, dtype=self.dtype), others, y, sample_weight
        self._check_rank()
        self.image_data_generator = image_data_generator
        self._take_saving(save_to_dir, save_prefix, save_format)
        super().__init__(len(x), batch_size, shuffle, seed)

    def _check_rank(self):
        if self.x.ndim != 4:
            raise ValueError(f"Input data in `NumpyArrayIterator` should have rank 4. You passed an array with shape {self.x.shape}")
        axis = 3 if self.data_format == "channels_last" else 1
        if self.x.shape[axis] not in (1, 3, 4):
            configs.tell(
                f'NumpyArrayIterator is set to use the data format convention "{self.data_format}" (channels on axis {axis}), i.e. '
                'expected '
                f"either 1, 3, or 4 channels on axis {axis}. However, it was passed an array with shape {self.x.shape}."
            )

    def _get_batches_of_transformed_samples(self, index_array):
        batch = np.zeros((len(index_array), *self.x.shape[1:]), dtype=self.dtype)
        for i, row in enumerate(index_array):
            batch[i] = self.image_data_generator._changed(self.x[row].astype(self.dtype))
        self._save(batch, index_array, 10_000)
        inputs = [batch, *(other[index_array] for other in self.x_misc)] if self.x_misc else batch
        if self.y is None:
            return inputs
        weights = () if self.sample_weight is None else (self.sample_weight[index_array],)
        return (inputs, self.y[index_array], *weights)


class BatchFromFilesMixin:
    """Batches of picture files: `filepaths`, `labels` and `sample_weight` say of which."""

    def set_processing_attrs(self, image_data_generator, target_size, color_mode, data_format, save_to_dir, save_prefix, save_format,
                             subset,
                             interpolation, keep_aspect_ratio):
        """Takes the options that say how files are read."""
        if color_mode not in _CHANNELS:
            raise ValueError(f'Invalid color mode: {color_mode}; expected "rgb", "rgba", or "grayscale".')
        self.image_data_generator, self.target_size, self.color_mode = image_data_generator, tuple(target_size), color_mode
        self.data_format = formats.standardized(data_format)
        channels = (_CHANNELS[color_mode],)
        self.image_shape = self.target_size + channels if self.data_format == "channels_last" else channels + self.target_size
        self._take_saving(save_to_dir, save_prefix, save_format)
        self.interpolation, self.keep_aspect_ratio, self.subset = interpolation, keep_aspect_ratio, subset
        _check_subset(subset)
        held = image_data_generator._validation_split if subset else None
        self.split = {None: None, "validation": (0, held), "training": (held, 1)}[subset]

    def _picture(self, path):
        img = load_img(path, color_mode=self.color_mode, target_size=self.target_size, interpolation=self.interpolation,
                       keep_aspect_ratio=self.keep_aspect_ratio)
        x = img_to_array(img, data_format=self.data_format)
        img.close()
        return self.image_data_generator._changed(x) if self.image_data_generator else x

    def _get_batches_of_transformed_samples(self, index_array):
        batch, paths = np.zeros((len(index_array), *self.image_shape), dtype=self.dtype), self.filepaths
        for i, row in enumerate(index_array):
            batch[i] = self._picture(paths[row])
        self._save(batch, index_array, 10_000_000)
        if self.class_mode is None:
            return batch
        weights = () if self.sample_weight is None else (self.sample_weight[index_array],)
        return (batch, self._targets_of(batch, index_array), *weights)

    def _targets_of(self, batch, rows):
        if self.class_mode == "input":
            return batch.copy()
        if self.class_mode in ("binary", "sparse"):
            return np.array([self.classes[row] for row in rows], dtype=self.dtype)
        if self.class_mode == "categorical":
            found = np.zeros((len(batch), len(self.class_indices)), dtype=self.dtype)
            for i, row in enumerate(rows):
                found[i, self.classes[row]] = 1
            return found
        return [output[rows] for output in self.labels] if self.class_mode == "multi_output" else self.labels[rows]

    @property
    def filepaths(self):
        """Paths of the files."""
        return self._filepaths


class DirectoryIterator(BatchFromFilesMixin, Iterator):
    """Batches of the picture files of a folder with a folder for each class."""

    allowed_class_modes = ("categorical", "binary", "sparse", "input", None)
    # Of each file: none.
    sample_weight = None

    def __init__(self, directory, image_data_generator, target_size=(256, 256), color_mode="rgb", classes=None, class_mode="categorical",
                 batch_size=32, shuffle=True, seed=None, data_format=None, save_to_dir=None, save_prefix="", save_format="png",
                 follow_links=False, subset=None, interpolation="nearest", keep_aspect_ratio=False, dtype=None):
        self.set_processing_attrs(image_data_generator, target_size, color_mode, data_format, save_to_dir, save_prefix, save_format, subset,
                                  interpolation, keep_aspect_ratio)
        if class_mode not in self.allowed_class_modes:
            raise ValueError(f"Invalid class_mode: {class_mode}; expected one of: {self.allowed_class_modes}")
        self.directory, self.class_mode, self.dtype = directory, class_mode, dtype or "float32"
        classes = classes or sorted(name for name in os.listdir(directory) if os.path.isdir(os.path.join(directory, name)))
        self.num_classes, self.class_indices = len(classes), {name: i for i, name in enumerate(classes)}
        self.filenames, found = [], []
        for i, name in enumerate(classes):
            files = list(_pictures(os.path.join(directory, name), self.white_list_formats, follow_links))
            if self.split:
                files = files[int(self.split[0] * len(files)) : int(self.split[1] * len(files))]
            self.filenames += [os.path.join(name, file) for file in files]
            found += [i] * len(files)
        self.classes, self.samples = np.array(found, dtype="int32"), len(found)
        self._filepaths = [os.path.join(directory, name) for name in self.filenames]
        print(f"Found {self.samples} images belonging to {self.num_classes} classes.")
        super().__init__(self.samples, batch_size, shuffle, seed)

    @property
    def labels(self):
        """The class of each file."""
        return self.classes


def _pictures(folder, endings, follow_links):
    """Names of picture files below a folder, in order."""
    for root, _, files in sorted(os.walk(folder, followlinks=follow_links), key=lambda found: found[0]):
        for name in sorted(files):
            if name.lower().endswith(endings):
                yield os.path.relpath(os.path.join(root, name), folder)
