"""Written by crates/python/make_stubs.py."""

import os
from collections.abc import Sequence
from typing import Any

from . import image as image
from . import sequence as sequence
from . import text as text

def image_dataset_from_directory(directory: str | os.PathLike[str], labels: Any = 'inferred', label_mode: str | None = 'int', class_names: Sequence[str] | None = None, color_mode: str = 'rgb', batch_size: int = 32, image_size: Any = ..., shuffle: bool | str = True, seed: Any = None, validation_split: float | None = None, subset: str | None = None, interpolation: str = 'bilinear', follow_links: bool = False, crop_to_aspect_ratio: bool = False, pad_to_aspect_ratio: bool = False, data_format: str | None = None, format: str = 'tf', verbose: bool = True) -> Any:
    """Batches of the picture files of a folder with a folder for each class; `.map`, `.cache`, `.shuffle`, `.take` are there."""
def text_dataset_from_directory(directory: str | os.PathLike[str], labels: Any = 'inferred', label_mode: str | None = 'int', class_names: Sequence[str] | None = None, batch_size: int = 32, max_length: int | None = None, shuffle: bool | str = True, seed: Any = None, validation_split: float | None = None, subset: str | None = None, follow_links: bool = False, format: str = 'tf', verbose: bool = True) -> Any:
    """Batches of the text files of a folder with a folder for each class, as arrays of texts."""
def timeseries_dataset_from_array(data: Any, targets: Any, sequence_length: int, sequence_stride: int = 1, sampling_rate: int = 1, batch_size: int = 128, shuffle: bool | str = False, seed: Any = None, start_index: int | None = None, end_index: int | None = None, format: str = 'tf') -> Any:
    """Batches of windows over a series, each with the target of its first place."""
