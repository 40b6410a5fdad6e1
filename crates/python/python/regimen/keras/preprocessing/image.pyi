"""Written by crates/python/make_stubs.py."""

import collections.abc
import os
from collections.abc import Sequence
from numpy.typing import NDArray
from typing import Any

from regimen.keras.utils import PyDataset

class ImageDataGenerator:
    """Says how pictures are changed; `flow`, `flow_from_directory` and `flow_from_dataframe` give batches of them."""
    data_format: Any
    mean: Any
    std: Any
    zca_whitening_matrix: Any
    featurewise_center: Any
    featurewise_std_normalization: Any
    samplewise_center: Any
    samplewise_std_normalization: Any
    zca_whitening: Any
    zca_epsilon: Any
    rotation_range: Any
    width_shift_range: Any
    height_shift_range: Any
    shear_range: Any
    channel_shift_range: Any
    brightness_range: Any
    fill_mode: Any
    cval: Any
    interpolation_order: Any
    horizontal_flip: Any
    vertical_flip: Any
    rescale: Any
    preprocessing_function: Any
    dtype: Any
    channel_axis: Any
    row_axis: Any
    col_axis: Any
    zoom_range: Any
    def __init__(self, featurewise_center: bool = False, samplewise_center: bool = False, featurewise_std_normalization: bool = False, samplewise_std_normalization: bool = False, zca_whitening: bool = False, zca_epsilon: float = 1e-06, rotation_range: float = 0, width_shift_range: float = 0.0, height_shift_range: float = 0.0, brightness_range: Any = None, shear_range: float = 0.0, zoom_range: float = 0.0, channel_shift_range: float = 0.0, fill_mode: str = 'nearest', cval: float = 0.0, horizontal_flip: bool = False, vertical_flip: bool = False, rescale: Any = None, preprocessing_function: Any = None, data_format: str | None = None, validation_split: float = 0.0, interpolation_order: float = 1, dtype: Any = None, **kwargs: Any) -> None: ...
    def flow(self, x: Any, y: Any = None, batch_size: int = 32, shuffle: bool | str = True, sample_weight: Any = None, seed: Any = None, save_to_dir: Any = None, save_prefix: str = '', save_format: str = 'png', ignore_class_split: bool = False, subset: str | None = None) -> Any:
        """Batches of arrays."""
    def flow_from_directory(self, directory: str | os.PathLike[str], target_size: Any = ..., color_mode: str = 'rgb', classes: int | None = None, class_mode: str | None = 'categorical', batch_size: int = 32, shuffle: bool | str = True, seed: Any = None, save_to_dir: Any = None, save_prefix: str = '', save_format: str = 'png', follow_links: bool = False, subset: str | None = None, interpolation: str = 'nearest', keep_aspect_ratio: bool = False) -> Any:
        """Batches of the picture files of a folder with a folder for each class."""
    def flow_from_dataframe(self, dataframe: Any, directory: str | os.PathLike[str] | None = None, x_col: str = 'filename', y_col: str = 'class', weight_col: Any = None, target_size: Any = ..., color_mode: str = 'rgb', classes: int | None = None, class_mode: str | None = 'categorical', batch_size: int = 32, shuffle: bool | str = True, seed: Any = None, save_to_dir: Any = None, save_prefix: str = '', save_format: str = 'png', subset: str | None = None, interpolation: str = 'nearest', validate_filenames: bool = True, **kwargs: Any) -> Any:
        """Batches of the picture files that a table of pandas names."""
    def standardize(self, x: Any) -> Any:
        """Brought to one scale, in place; gives it."""
    def get_random_transform(self, img_shape: Any, seed: Any = None) -> Any:
        """Random amounts for `apply_transform`."""
    def apply_transform(self, x: Any, transform_parameters: Any) -> Any:
        """A picture changed by the amounts that `get_random_transform` draws, each under its name."""
    def random_transform(self, x: Any, seed: Any = None) -> Any:
        """A picture changed at random."""
    def fit(self, x: Any, augment: bool = False, rounds: float = 1, seed: Any = None) -> Any:
        """Means, deviations and the whitening matrix of pictures, for the options over features."""

class BatchFromFilesMixin:
    """Batches of picture files: `filepaths`, `labels` and `sample_weight` say of which."""
    data_format: Any
    image_shape: Any
    split: Any
    image_data_generator: Any
    target_size: Any
    color_mode: Any
    interpolation: Any
    keep_aspect_ratio: Any
    subset: Any
    def set_processing_attrs(self, image_data_generator: Any, target_size: Any, color_mode: str, data_format: str | None, save_to_dir: Any, save_prefix: Any, save_format: Any, subset: str, interpolation: str, keep_aspect_ratio: Any) -> Any:
        """Takes the options that say how files are read."""
    @property
    def filepaths(self) -> Any:
        """Paths of the files."""

class DirectoryIterator(BatchFromFilesMixin):
    """Batches of the picture files of a folder with a folder for each class."""
    workers: Any
    use_multiprocessing: Any
    max_queue_size: Any
    def __init__(self, directory: str | os.PathLike[str], image_data_generator: Any, target_size: Any = ..., color_mode: str = 'rgb', classes: int | None = None, class_mode: str | None = 'categorical', batch_size: int = 32, shuffle: bool | str = True, seed: Any = None, data_format: str | None = None, save_to_dir: Any = None, save_prefix: str = '', save_format: str = 'png', follow_links: bool = False, subset: str | None = None, interpolation: str = 'nearest', keep_aspect_ratio: bool = False, dtype: Any = None) -> None: ...
    def __getitem__(self, idx: Any) -> Any: ...
    @property
    def num_batches(self) -> Any:
        """How many there are."""
    def on_epoch_begin(self) -> Any:
        """Before the first batch of an epoch."""
    def on_epoch_end(self) -> Any:
        """Another order."""
    lock: Any
    index_array: Any
    total_batches_seen: Any
    batch_index: Any
    n: Any
    batch_size: Any
    shuffle: Any
    seed: Any
    save_to_dir: Any
    save_prefix: Any
    save_format: Any
    white_list_formats: Any
    def __len__(self) -> int: ...
    def reset(self) -> Any:
        """`next` begins at the first batch."""
    def __iter__(self) -> collections.abc.Iterator[Any]: ...
    def __next__(self) -> Any: ...
    def next(self) -> Any: ...
    directory: Any
    class_mode: Any
    dtype: Any
    num_classes: Any
    class_indices: Any
    filenames: Any
    classes: Any
    samples: Any
    allowed_class_modes: Any
    sample_weight: Any
    @property
    def labels(self) -> Any:
        """The class of each file."""

class Iterator(PyDataset):
    """Batches by number, and one after the other without end. A subclass writes `_get_batches_of_transformed_samples`."""
    lock: Any
    index_array: Any
    total_batches_seen: Any
    batch_index: Any
    n: Any
    batch_size: Any
    shuffle: Any
    seed: Any
    save_to_dir: Any
    save_prefix: Any
    save_format: Any
    white_list_formats: Any
    def __init__(self, n: Any, batch_size: int, shuffle: bool | str, seed: Any, **kwargs: Any) -> None: ...
    def __getitem__(self, idx: Any) -> Any: ...
    def __len__(self) -> int: ...
    def reset(self) -> Any:
        """`next` begins at the first batch."""
    def __iter__(self) -> collections.abc.Iterator[Any]: ...
    def __next__(self) -> Any: ...
    def next(self) -> Any: ...

class NumpyArrayIterator(Iterator):
    """Batches of arrays."""
    image_data_generator: Any
    data_format: Any
    dtype: Any
    x: Any
    x_misc: Any
    y: Any
    sample_weight: Any
    def __init__(self, x: Any, y: Any, image_data_generator: Any, batch_size: int = 32, shuffle: bool | str = False, sample_weight: Any = None, seed: Any = None, data_format: str | None = None, save_to_dir: Any = None, save_prefix: str = '', save_format: str = 'png', subset: str | None = None, ignore_class_split: bool = False, dtype: Any = None) -> None: ...

class DataFrameIterator(BatchFromFilesMixin):
    """A row for each file: its name in `x_col`, its targets in `y_col`."""
    workers: Any
    use_multiprocessing: Any
    max_queue_size: Any
    def __init__(self, dataframe: Any, directory: str | os.PathLike[str] | None = None, image_data_generator: Any = None, x_col: str = 'filename', y_col: str = 'class', weight_col: Any = None, target_size: Any = ..., color_mode: str = 'rgb', classes: int | None = None, class_mode: str | None = 'categorical', batch_size: int = 32, shuffle: bool | str = True, seed: Any = None, data_format: str | None = 'channels_last', save_to_dir: Any = None, save_prefix: str = '', save_format: str = 'png', subset: str | None = None, interpolation: str = 'nearest', keep_aspect_ratio: bool = False, dtype: Any = 'float32', validate_filenames: bool = True) -> None: ...
    def __getitem__(self, idx: Any) -> Any: ...
    @property
    def num_batches(self) -> Any:
        """How many there are."""
    def on_epoch_begin(self) -> Any:
        """Before the first batch of an epoch."""
    def on_epoch_end(self) -> Any:
        """Another order."""
    lock: Any
    index_array: Any
    total_batches_seen: Any
    batch_index: Any
    n: Any
    batch_size: Any
    shuffle: Any
    seed: Any
    save_to_dir: Any
    save_prefix: Any
    save_format: Any
    white_list_formats: Any
    def __len__(self) -> int: ...
    def reset(self) -> Any:
        """`next` begins at the first batch."""
    def __iter__(self) -> collections.abc.Iterator[Any]: ...
    def __next__(self) -> Any: ...
    def next(self) -> Any: ...
    samples: Any
    directory: Any
    class_mode: Any
    dtype: Any
    class_indices: Any
    classes: Any
    filenames: Any
    sample_weight: Any
    allowed_class_modes: Any
    @property
    def labels(self) -> Any:
        """The targets of each file."""

def apply_affine_transform(x: Any, theta: float = 0, tx: float = 0, ty: float = 0, shear: float = 0, zx: float = 1, zy: float = 1, row_axis: int = 1, col_axis: int = 2, channel_axis: int = 0, fill_mode: str = 'nearest', cval: float = 0.0, order: int = 1) -> Any:
    """A picture rotated (degrees), shifted (pixels), sheared (degrees) and zoomed about its middle."""
def apply_brightness_shift(x: Any, brightness: Any, scale: bool = True) -> Any:
    """A picture as bytes, times a number; as floats again."""
def apply_channel_shift(x: Any, intensity: Any, channel_axis: int = 0) -> Any:
    """A number added to all pixels, within the picture's least and largest. `channel_axis` is Keras's; it changes nothing."""
def array_to_img(x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None) -> Any:
    """A picture of Pillow from an array of rows, columns and channels."""
def flip_axis(x: Any, axis: Any) -> Any:
    """Mirrored along an axis."""
def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> NDArray[Any]:
    """A picture as an array of three axes."""
def load_img(path: str | os.PathLike[str], color_mode: str = 'rgb', target_size: Any = None, interpolation: str = 'nearest', keep_aspect_ratio: bool = False) -> Any:
    """A picture file as a picture of Pillow, in (rows, columns) of `target_size`."""
def random_brightness(x: Any, brightness_range: Any, scale: bool = True) -> Any:
    """Brighter or darker by a number between two."""
def random_channel_shift(x: Any, intensity_range: Any, channel_axis: int = 0) -> Any:
    """A random number added to all pixels."""
def random_rotation(x: Any, rg: Any, row_axis: int = 1, col_axis: int = 2, channel_axis: int = 0, fill_mode: str = 'nearest', cval: float = 0.0, interpolation_order: float = 1) -> Any:
    """Rotated by up to `rg` degrees either way."""
def random_shear(x: Any, intensity: Any, row_axis: int = 1, col_axis: int = 2, channel_axis: int = 0, fill_mode: str = 'nearest', cval: float = 0.0, interpolation_order: float = 1) -> Any:
    """Sheared by up to so many degrees either way."""
def random_shift(x: Any, wrg: Any, hrg: Any, row_axis: int = 1, col_axis: int = 2, channel_axis: int = 0, fill_mode: str = 'nearest', cval: float = 0.0, interpolation_order: float = 1) -> Any:
    """Shifted by up to these parts of width and height either way."""
def random_zoom(x: Any, zoom_range: Any, row_axis: int = 1, col_axis: int = 2, channel_axis: int = 0, fill_mode: str = 'nearest', cval: float = 0.0, interpolation_order: float = 1) -> Any:
    """Zoomed by amounts between two, one for each axis."""
def save_img(path: str | os.PathLike[str], x: Any, data_format: str | None = None, file_format: Any = None, scale: bool = True, **kwargs: Any) -> Any:
    """Writes an array as a picture file; the ending says which kind."""
def smart_resize(x: Any, size: int | Sequence[int], interpolation: str = 'bilinear', data_format: str | None = 'channels_last') -> Any:
    """The largest part in the middle that has the proportions of `size`, in that size."""
