"""Pictures, as of old: ImageDataGenerator, its batches, and single changes."""

from ..utils._pictures import array_to_img, img_to_array, load_img, save_img, smart_resize
from ._augmenting import (
    apply_affine_transform,
    apply_brightness_shift,
    apply_channel_shift,
    flip_axis,
    random_brightness,
    random_channel_shift,
    random_rotation,
    random_shear,
    random_shift,
    random_zoom,
)
from ._generator import ImageDataGenerator
from ._iterators import BatchFromFilesMixin, DirectoryIterator, Iterator, NumpyArrayIterator
from ._tables import DataFrameIterator

__all__ = [
    "BatchFromFilesMixin", "DataFrameIterator", "DirectoryIterator", "ImageDataGenerator", "Iterator", "NumpyArrayIterator",
    "apply_affine_transform", "apply_brightness_shift", "apply_channel_shift", "array_to_img", "flip_axis", "img_to_array", "load_img",
    "random_brightness", "random_channel_shift", "random_rotation", "random_shear", "random_shift", "random_zoom", "save_img",
    "smart_resize",
]
