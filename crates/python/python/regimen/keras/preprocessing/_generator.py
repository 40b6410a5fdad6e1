"""ImageDataGenerator: pictures changed at random, and brought to one scale."""

import numpy as np

from ..._keras import configs, formats
from . import _affine, _augmenting
from ._iterators import DirectoryIterator, NumpyArrayIterator
from ._tables import DataFrameIterator

_ROWS = {"channels_first": (1, 2, 3), "channels_last": (3, 1, 2)}


class ImageDataGenerator:
    """Says how pictures are changed; `flow`, `flow_from_directory` and `flow_from_dataframe` give batches of them."""

    def __init__(self, featurewise_center=False, samplewise_center=False, featurewise_std_normalization=False,
                 samplewise_std_normalization=False, zca_whitening=False, zca_epsilon=1e-06, rotation_range=0, width_shift_range=0.0,
                 height_shift_range=0.0, brightness_range=None, shear_range=0.0, zoom_range=0.0, channel_shift_range=0.0,
                 fill_mode="nearest",
                 cval=0.0, horizontal_flip=False, vertical_flip=False, rescale=None, preprocessing_function=None, data_format=None,
                 validation_split=0.0, interpolation_order=1, dtype=None, **kwargs):
        data_format = kwargs.pop("dim_ordering", data_format)
        if kwargs:
            raise TypeError(f"ImageDataGenerator() got unexpected keyword arguments: {list(kwargs)}")
        self.featurewise_center, self.featurewise_std_normalization = featurewise_center, featurewise_std_normalization
        self.samplewise_center, self.samplewise_std_normalization = samplewise_center, samplewise_std_normalization
        self.zca_whitening, self.zca_epsilon = zca_whitening, zca_epsilon
        self.rotation_range, self.width_shift_range, self.height_shift_range = rotation_range, width_shift_range, height_shift_range
        self.shear_range, self.channel_shift_range, self.brightness_range = shear_range, channel_shift_range, brightness_range
        self.fill_mode, self.cval, self.interpolation_order = fill_mode, cval, interpolation_order
        self.horizontal_flip, self.vertical_flip = horizontal_flip, vertical_flip
        self.rescale, self.preprocessing_function, self.dtype = rescale, preprocessing_function, dtype or "float32"
        self.data_format = formats.standardized(data_format)
        self.channel_axis, self.row_axis, self.col_axis = _ROWS[self.data_format]
        if validation_split and not 0 < validation_split < 1:
            raise ValueError(f"`validation_split` must be strictly between 0 and 1.  Received: {validation_split}")
        self._validation_split = validation_split
        self.mean = self.std = self.zca_whitening_matrix = None
        self._take_ranges(zoom_range)
        self._take_dependent()

    def _take_ranges(self, zoom_range):
        if isinstance(zoom_range, (float, int)):
            zoom_range = (1 - zoom_range, 1 + zoom_range)
        if len(zoom_range) != 2 or not all(isinstance(value, (float, int)) for value in zoom_range):
            raise ValueError(f"`zoom_range` should be a float or a tuple or list of two floats. Received: {zoom_range}")
        self.zoom_range, bright = list(zoom_range), self.brightness_range
        if bright is not None and (not isinstance(bright, (tuple, list)) or len(bright) != 2):
            raise ValueError(f"`brightness_range should be tuple or list of two floats. Received: {bright}")
        _affine.check(self.fill_mode, self.interpolation_order)

    def _take_dependent(self):
        """Options that say what others are."""
        for name, other, value in (("zca_whitening", "featurewise_center", True), ("zca_whitening", "featurewise_std_normalization", False),
                                   ("featurewise_std_normalization", "featurewise_center", True),
                                   ("samplewise_std_normalization", "samplewise_center", True)):
            if getattr(self, name) and bool(getattr(self, other)) != value:
                setattr(self, other, value)
                configs.tell(f"This ImageDataGenerator specifies `{name}`, which overrides setting of `{other}`.")

    # -- batches

    def flow(self, x, y=None, batch_size=32, shuffle=True, sample_weight=None, seed=None, save_to_dir=None, save_prefix="",
             save_format="png",
             ignore_class_split=False, subset=None):
        """Batches of arrays."""
        return NumpyArrayIterator(x, y, self, batch_size=batch_size, shuffle=shuffle, sample_weight=sample_weight, seed=seed,
                                  data_format=self.data_format, save_to_dir=save_to_dir, save_prefix=save_prefix, save_format=save_format,
                                  ignore_class_split=ignore_class_split, subset=subset, dtype=self.dtype)

    def flow_from_directory(self, directory, target_size=(256, 256), color_mode="rgb", classes=None, class_mode="categorical",
                            batch_size=32,
                            shuffle=True, seed=None, save_to_dir=None, save_prefix="", save_format="png", follow_links=False, subset=None,
                            interpolation="nearest", keep_aspect_ratio=False):
        """Batches of the picture files of a folder with a folder for each class."""
        return DirectoryIterator(directory, self, target_size=target_size, color_mode=color_mode, classes=classes, class_mode=class_mode,
                                 batch_size=batch_size, shuffle=shuffle, seed=seed, data_format=self.data_format, save_to_dir=save_to_dir,
                                 save_prefix=save_prefix, save_format=save_format, follow_links=follow_links, subset=subset,
                                 interpolation=interpolation, keep_aspect_ratio=keep_aspect_ratio, dtype=self.dtype)

    def flow_from_dataframe(self, dataframe, directory=None, x_col="filename", y_col="class", weight_col=None, target_size=(256, 256),
                            color_mode="rgb", classes=None, class_mode="categorical", batch_size=32, shuffle=True, seed=None,
                            save_to_dir=None,
                            save_prefix="", save_format="png", subset=None, interpolation="nearest", validate_filenames=True, **kwargs):
        """Batches of the picture files that a table of pandas names."""
        for name in [name for name in ("has_ext", "sort", "drop_duplicates") if kwargs.pop(name, None) is not None]:
            configs.tell(f"flow_from_dataframe: {name} has no effect any more; names of files are taken as they are, in their order")
        if kwargs:
            raise TypeError(f"flow_from_dataframe() got unexpected keyword arguments: {list(kwargs)}")
        class_mode = "raw" if class_mode == "other" else class_mode
        return DataFrameIterator(dataframe, directory, self, x_col=x_col, y_col=y_col, weight_col=weight_col, target_size=target_size,
                                 color_mode=color_mode, classes=classes, class_mode=class_mode, batch_size=batch_size, shuffle=shuffle,
                                 seed=seed, data_format=self.data_format, save_to_dir=save_to_dir, save_prefix=save_prefix,
                                 save_format=save_format, subset=subset, interpolation=interpolation, dtype=self.dtype,
                                 validate_filenames=validate_filenames)

    # -- single pictures

    def standardize(self, x):
        """Brought to one scale, in place; gives it."""
        if self.preprocessing_function:
            x = self.preprocessing_function(x)
        if self.rescale:
            x *= self.rescale
        if self.samplewise_center:
            x -= np.mean(x, keepdims=True)
        if self.samplewise_std_normalization:
            x /= np.std(x, keepdims=True) + 1e-6
        if self.featurewise_center and self._is_fitted("featurewise_center", self.mean):
            x -= self.mean
        if self.featurewise_std_normalization and self._is_fitted("featurewise_std_normalization", self.std):
            x /= self.std + 1e-6
        if self.zca_whitening and self._is_fitted("zca_whitening", self.zca_whitening_matrix):
            x = np.reshape(x.reshape(-1, np.prod(x.shape[-3:])) @ self.zca_whitening_matrix, x.shape)
        return x

    def _is_fitted(self, name, found):
        if found is None:
            configs.tell(f"This ImageDataGenerator specifies `{name}`, but it hasn't been fit on any training data. Fit it first by "
                         "calling "
                         "`.fit(numpy_data)`.")
        return found is not None

    def get_random_transform(self, img_shape, seed=None):
        """Random amounts for `apply_transform`."""
        if seed is not None:
            np.random.seed(seed)
        # The order of the draws is Keras's: the same seeds change pictures in the same way.
        found = {"theta": np.random.uniform(-self.rotation_range, self.rotation_range) if self.rotation_range else 0}
        found["tx"] = _shift(self.height_shift_range, img_shape[self.row_axis - 1])
        found["ty"] = _shift(self.width_shift_range, img_shape[self.col_axis - 1])
        found["shear"] = np.random.uniform(-self.shear_range, self.shear_range) if self.shear_range else 0
        plain = self.zoom_range == [1, 1]
        found["zx"], found["zy"] = (1, 1) if plain else np.random.uniform(self.zoom_range[0], self.zoom_range[1], 2)
        found["flip_horizontal"] = (np.random.random() < 0.5) * self.horizontal_flip
        found["flip_vertical"] = (np.random.random() < 0.5) * self.vertical_flip
        shift, bright = self.channel_shift_range, self.brightness_range
        found["channel_shift_intensity"] = np.random.uniform(-shift, shift) if shift != 0 else None
        found["brightness"] = np.random.uniform(bright[0], bright[1]) if bright is not None else None
        return found

    def apply_transform(self, x, transform_parameters):
        """A picture changed by the amounts that `get_random_transform` draws, each under its name."""
        given, row, column, channel = transform_parameters, self.row_axis - 1, self.col_axis - 1, self.channel_axis - 1
        moved = {name: given[name] for name in ("theta", "tx", "ty", "shear", "zx", "zy") if name in given}
        x = _augmenting.apply_affine_transform(x, **moved, row_axis=row, col_axis=column, channel_axis=channel, fill_mode=self.fill_mode,
                                               cval=self.cval, order=self.interpolation_order)
        if given.get("channel_shift_intensity") is not None:
            x = _augmenting.apply_channel_shift(x, given["channel_shift_intensity"], channel)
        for name, axis in (("flip_horizontal", column), ("flip_vertical", row)):
            x = _augmenting.flip_axis(x, axis) if given.get(name, False) else x
        if given.get("brightness") is not None:
            x = _augmenting.apply_brightness_shift(x, given["brightness"], False)
        return x

    def random_transform(self, x, seed=None):
        """A picture changed at random."""
        return self.apply_transform(x, self.get_random_transform(x.shape, seed))

    def _changed(self, x):
        return self.standardize(self.random_transform(x))

    def fit(self, x, augment=False, rounds=1, seed=None):
        """Means, deviations and the whitening matrix of pictures, for the options over features."""
        x = np.array(x, dtype=self.dtype)
        if x.ndim != 4:
            raise ValueError(f"Input to `.fit()` should have rank 4. Got array with shape: {x.shape}")
        if x.shape[self.channel_axis] not in (1, 3, 4):
            configs.tell(f'Expected input to be images (as Numpy array) following the data format convention "{self.data_format}", i.e. '
                         f"expected either 1, 3 or 4 channels on axis {self.channel_axis}. It was passed an array with shape {x.shape}")
        if seed is not None:
            np.random.seed(seed)
        if self.rescale:
            x *= self.rescale
        if augment:
            x = np.array([self.random_transform(picture) for _ in range(rounds) for picture in x], dtype=self.dtype)
        axes = (0, self.row_axis, self.col_axis)
        if self.featurewise_center:
            self.mean = np.mean(x, axis=axes, keepdims=True)[0]
            x -= self.mean
        if self.featurewise_std_normalization:
            self.std = np.std(x, axis=axes, keepdims=True)[0]
            x /= self.std + 1e-6
        if self.zca_whitening:
            u, s, _ = np.linalg.svd(np.reshape(x, (len(x), -1)).T, full_matrices=False)
            self.zca_whitening_matrix = (u * (np.sqrt(len(x)) / (s + self.zca_epsilon))) @ u.T


def _shift(amounts, size):
    """A shift in pixels: a part of the size (floats), up to so many pixels (whole numbers), or one of a list."""
    if not np.any(amounts):
        return 0
    if isinstance(amounts, (float, np.floating)):
        found = np.random.uniform(-amounts, amounts)
    else:
        found = np.random.choice(amounts) * np.random.choice([-1, 1])
    return found * size if np.max(amounts) < 1 else found
