"""Batches of the picture files that a table of pandas names."""

import os

import numpy as np

from ..._keras import configs
from ._iterators import BatchFromFilesMixin, Iterator

_UNCLASSED = ("input", "multi_output", "raw", None)


class DataFrameIterator(BatchFromFilesMixin, Iterator):
    """A row for each file: its name in `x_col`, its targets in `y_col`."""

    allowed_class_modes = ("binary", "categorical", "input", "multi_output", "raw", "sparse", None)

    def __init__(self, dataframe, directory=None, image_data_generator=None, x_col="filename", y_col="class", weight_col=None,
                 target_size=(256, 256), color_mode="rgb", classes=None, class_mode="categorical", batch_size=32, shuffle=True, seed=None,
                 data_format="channels_last", save_to_dir=None, save_prefix="", save_format="png", subset=None, interpolation="nearest",
                 keep_aspect_ratio=False, dtype="float32", validate_filenames=True):
        self.set_processing_attrs(image_data_generator, target_size, color_mode, data_format, save_to_dir, save_prefix, save_format, subset,
                                  interpolation, keep_aspect_ratio)
        table = dataframe.copy()
        self.directory, self.class_mode, self.dtype = directory or "", class_mode, dtype
        self._check(table, x_col, y_col, weight_col, classes)
        table = self._of_files(table, x_col) if validate_filenames else table
        classed = class_mode not in _UNCLASSED
        if classed:
            table, classes = _of_classes(table, y_col, classes)
            self.class_indices = {name: i for i, name in enumerate(classes)}
        if self.split:
            table = table.iloc[int(self.split[0] * len(table)) : int(self.split[1] * len(table)), :]
        if classed:
            self.classes = [self._numbers(label) for label in table[y_col]]
        elif class_mode == "multi_output":
            self._targets = [np.array(table[column].tolist()) for column in y_col]
        elif class_mode == "raw":
            self._targets = table[y_col].values
        self.filenames, self.sample_weight = table[x_col].tolist(), table[weight_col].values if weight_col else None
        self.samples = len(self.filenames)
        self._filepaths = [os.path.join(self.directory, name) for name in self.filenames]
        told = f" belonging to {len(classes)} classes" if classed else ""
        print(f"Found {self.samples} {'validated' if validate_filenames else 'non-validated'} image filenames{told}.")
        super().__init__(self.samples, batch_size, shuffle, seed)

    def _check(self, table, x_col, y_col, weight_col, classes):
        mode = self.class_mode
        if mode not in self.allowed_class_modes:
            raise ValueError(f"Invalid class_mode: {mode}; expected one of: {self.allowed_class_modes}")
        if mode == "multi_output" and not isinstance(y_col, list):
            raise TypeError(f'If class_mode="{mode}", y_col must be a list. Received {type(y_col).__name__}.')
        if not all(isinstance(name, str) for name in table[x_col]):
            raise TypeError(f"All values in column x_col={x_col} must be strings.")
        if mode in ("binary", "sparse") and not all(isinstance(label, str) for label in table[y_col]):
            raise TypeError(f'If class_mode="{mode}", y_col="{y_col}" column values must be strings.')
        count = len(set(classes)) if classes else table[y_col].nunique() if mode == "binary" else 2
        if mode == "binary" and count != 2:
            raise ValueError(f'If class_mode="binary" there must be 2 classes. Found {count} classes.')
        if mode == "categorical" and not all(isinstance(label, (str, list, tuple)) for label in table[y_col]):
            raise TypeError(f'If class_mode="{mode}", y_col="{y_col}" column values must be type string, list or tuple.')
        if classes and mode in _UNCLASSED:
            configs.tell(f'`classes` will be ignored given the class_mode="{mode}"')
        if weight_col and not issubclass(table[weight_col].dtype.type, np.number):
            raise TypeError(f"Column weight_col={weight_col} must be numeric.")

    def _of_files(self, table, x_col):
        """Rows whose files are there."""
        paths = [os.path.join(self.directory, name) for name in table[x_col]]
        there = np.array([path.lower().endswith(self.white_list_formats) and os.path.isfile(path) for path in paths], dtype=bool)
        if not there.all():
            configs.tell(f'Found {(~there).sum()} invalid image filename(s) in x_col="{x_col}". These filename(s) will be ignored.')
        return table[there]

    def _numbers(self, label):
        return [self.class_indices[name] for name in label] if isinstance(label, (list, tuple)) else self.class_indices[label]

    @property
    def labels(self):
        """The targets of each file."""
        return self._targets if self.class_mode in ("multi_output", "raw") else self.classes


def _of_classes(table, y_col, classes):
    """Rows of known classes, and the classes in order."""
    labels = list(table[y_col])
    if not classes:
        names = {name for label in labels for name in (label if isinstance(label, (list, tuple)) else [label])}
        return table.dropna(subset=[y_col]), sorted(names)
    classes = list(dict.fromkeys(classes))
    kept = []
    for label in labels:
        if isinstance(label, (list, tuple)):
            kept.append([name for name in label if name in classes] or None)
        elif isinstance(label, str):
            kept.append(label if label in classes else None)
        else:
            raise TypeError(f"Expect string, list or tuple but found {type(label)} in {y_col} column ")
    table = table.copy()
    table[y_col] = np.fromiter(kept, dtype=object, count=len(kept))
    return table.dropna(subset=[y_col]), classes
