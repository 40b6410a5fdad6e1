"""Texts, sequences and pictures made ready, as of old."""

from . import image, sequence, text
from ..._keras.absent import absent as _absent
from ..utils import image_dataset_from_directory, text_dataset_from_directory, timeseries_dataset_from_array

__getattr__ = _absent("keras.preprocessing", {})
