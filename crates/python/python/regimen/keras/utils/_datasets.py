"""Batches from folders of files and from series: what Keras makes of tf.data, as PyDatasets."""

import itertools
import os

import numpy as np

from ..._keras import naming
from ..._keras.eager_array import eager
from ._pydataset import PyDataset


class Rows:
    """Numbered rows that are made when they are asked for: (x, y), or x alone."""

    def __init__(self, count, make):
        self.count, self.make = count, make


class BatchedDataset(PyDataset):
    """Batches of rows, in another order with each epoch where they are shuffled. Has what programs ask of tf.data most."""

    _endless = False

    def __init__(self, rows, batch_size, shuffle, seed, changes=(), kept=None):
        super().__init__()
        self.rows, self.batch_size, self.changes, self._kept = rows, batch_size, changes, kept
        self._random = np.random.RandomState(seed) if shuffle else None
        self._order = np.arange(rows.count)
        self.on_epoch_end()

    def __len__(self):
        if self._endless:
            raise TypeError("The dataset is infinite.")
        return self._batches()

    @property
    def num_batches(self):
        """How many batches are an epoch; None where it has no end."""
        return None if self._endless else self._batches()

    def _batches(self):
        return -(-self.rows.count // (self.batch_size or 1))

    def _row(self, number):
        if self._kept is None:
            return self.rows.make(number)
        if number not in self._kept:
            self._kept[number] = self.rows.make(number)
        return self._kept[number]

    def __getitem__(self, index):
        index = index % self._batches() if self._endless else index
        if not 0 <= index < self._batches():
            raise IndexError(index)
        size = self.batch_size or 1
        found = [self._row(int(number)) for number in self._order[index * size : (index + 1) * size]]
        batch = tuple(np.stack(column) for column in zip(*found))
        if self.batch_size is None:
            batch = tuple(column[0] for column in batch)
        batch = self._changed(batch)
        return batch if len(batch) > 1 else batch[0]

    def _changed(self, batch):
        for change in self.changes:
            batch = change(*batch)
            batch = batch if isinstance(batch, tuple) else (batch,)
        return batch

    def __iter__(self):
        for index in itertools.count() if self._endless else range(len(self)):
            yield eager(self[index])
        self.on_epoch_end()

    def on_epoch_end(self):
        """Another order, where rows are shuffled."""
        if self._random is not None:
            self._random.shuffle(self._order)

    def _with(self, **given):
        options = {"rows": self.rows, "batch_size": self.batch_size, "shuffle": False, "seed": None, "changes": self.changes,
                   "kept": self._kept}
        made = BatchedDataset(**{**options, **given})
        made._random = self._random if made._random is None else made._random
        made.__dict__.update({name: self.__dict__[name] for name in ("class_names", "file_paths", "_endless") if name in self.__dict__})
        return made

    def map(self, function, num_parallel_calls=None, deterministic=None):
        """The same with a function of (x, y) over each batch; how it is run in parallel is tf.data's."""
        return self._with(changes=(*self.changes, lambda *batch: _arrays(function(*batch))))

    def cache(self):
        """The same, with each row made once."""
        return self._with(kept={})

    def batch(self, batch_size, drop_remainder=False):
        """So many rows together; of a dataset whose rows come one by one."""
        if self.batch_size is not None:
            raise ValueError("batch(): the rows are in batches already")
        kept = self if not drop_remainder else self._part(0, self._batches() // batch_size * batch_size)
        rows = Rows(kept.rows.count, lambda number: kept._changed(tuple(np.asarray(part) for part in kept._row(number))))
        return kept._with(rows=rows, batch_size=batch_size, changes=(), kept=None)

    def repeat(self, count=None):
        """The same over and over, or so many times."""
        if count is None or count < 0:
            made = self._with()
            made._endless = True
            return made
        known = self.rows.count
        return self._with(rows=Rows(known * count, lambda number: self._row(number % known)), kept=None)

    def prefetch(self, buffer_size):
        """The same: `buffer_size` says how tf.data computes, not what."""
        return self

    def shuffle(self, buffer_size, seed=None):
        """The same, all rows in another order with each epoch, however small the buffer of tf.data is."""
        return self._with(shuffle=True, seed=naming.draw() % (1 << 32) if seed is None else seed)

    def take(self, count):
        """The first batches."""
        return self._part(0, count)

    def skip(self, count):
        """Without the first batches."""
        return self._part(count, self._batches())

    def _part(self, first, last):
        size, order = self.batch_size or 1, self._order.copy()
        numbers = order[first * size : last * size]
        made = self._with(rows=Rows(len(numbers), lambda i: self._row(int(numbers[i]))), kept=None)
        made._random = None
        return made


def _arrays(value):
    if isinstance(value, (tuple, list)):
        return tuple(_arrays(item) for item in value)
    return value if isinstance(value, dict) else np.asarray(value)


def check(labels, label_mode, class_names, validation_split, subset, shuffle, seed, format):
    """Refuses options that do not go together."""
    if labels not in ("inferred", None) and not isinstance(labels, (list, tuple)):
        raise ValueError(f"`labels` argument should be 'inferred', None, or a list/tuple of integer labels. Received: labels={labels}")
    if labels != "inferred" and class_names:
        raise ValueError(f'You can only pass `class_names` if `labels="inferred"`. Received: labels={labels}, and '
                         f'class_names={class_names}')
    if label_mode not in ("int", "categorical", "binary", None):
        raise ValueError(f'`label_mode` argument must be one of "int", "categorical", "binary", or None. Received: label_mode={label_mode}')
    if validation_split and not 0 < validation_split < 1:
        raise ValueError(f"`validation_split` must be between 0 and 1, received: {validation_split}")
    if bool(validation_split) != bool(subset):
        raise ValueError("If `subset` is set, `validation_split` must be set, and inversely.")
    if subset not in ("training", "validation", "both", None):
        raise ValueError(f'`subset` must be either "training", "validation" or "both", received: {subset}')
    if validation_split and shuffle and seed is None:
        raise ValueError("If using `validation_split` and shuffling the data, you must provide a `seed` argument, to make sure that there "
                         "is no "
                         "overlap between the training and validation subset.")
    if format not in ("tf", "grain"):
        raise ValueError(f'`format` should be either "tf" or "grain". Received: format={format}')


def listed(directory, labels, endings, class_names, shuffle, seed, follow_links, verbose):
    """Paths, their labels (None without), and the names of the classes."""
    folders = [""]
    if labels == "inferred":
        there = sorted(name for name in os.listdir(directory) if os.path.isdir(os.path.join(directory, name)) and not name.startswith("."))
        if class_names is not None and not set(class_names) <= set(there):
            raise ValueError("The `class_names` passed did not match the names of the subdirectories of the target directory. "
                             f"Expected: {there} (or a subset of it), but received: class_names={class_names}")
        folders = class_names = list(class_names or there)
    paths, found = [], []
    for i, folder in enumerate(folders):
        for root, _, files in sorted(os.walk(os.path.join(directory, folder), followlinks=follow_links)):
            mine = [os.path.join(root, name) for name in sorted(files) if name.lower().endswith(endings)]
            paths, found = paths + mine, found + [i] * len(mine)
    if labels is None:
        found = None
    elif labels != "inferred":
        if len(labels) != len(paths):
            raise ValueError(f"Expected the lengths of `labels` to match the number of files in the target directory. len(labels) is "
                             f"{len(labels)} "
                             f"while we found {len(paths)} files in directory {directory}.")
        found, class_names = list(labels), [str(label) for label in sorted(set(labels))]
    if verbose:
        print(f"Found {len(paths)} files" + (f" belonging to {len(class_names)} classes." if found is not None else "."))
    if shuffle:
        order = np.arange(len(paths))
        np.random.RandomState(seed).shuffle(order)
        paths, found = [paths[i] for i in order], None if found is None else [found[i] for i in order]
    return paths, found, class_names


def split(paths, labels, validation_split, subset):
    """The part of the files that is asked for."""
    if not validation_split:
        return paths, labels
    held = int(validation_split * len(paths))
    part = slice(None, len(paths) - held) if subset == "training" else slice(len(paths) - held, None)
    print(f"Using {len(paths[part])} files for {subset}.")
    return paths[part], labels[part] if labels is not None else None


def label(number, mode, classes):
    """A label as a row of targets."""
    if mode == "binary":
        return np.array([number], dtype="float32")
    return np.eye(classes, dtype="float32")[number] if mode == "categorical" else np.int32(number)


def from_folder(directory, labels, label_mode, class_names, endings, load, batch_size, shuffle, seed, validation_split, subset,
                follow_links,
                format, verbose):
    """A dataset of the files of a folder; `load` makes the row of a path."""
    check(labels, label_mode, class_names, validation_split, subset, shuffle, seed, format)
    labels, label_mode = (None, None) if labels is None or label_mode is None else (labels, label_mode)
    seed = np.random.randint(1_000_000) if seed is None else seed
    paths, labels, names = listed(directory, labels, endings, class_names, shuffle, seed, follow_links, verbose)
    if label_mode == "binary" and len(names) != 2:
        raise ValueError(f'When passing `label_mode="binary"`, there must be exactly 2 class_names. Received: class_names={names}')
    made = []
    for part in ("training", "validation") if subset == "both" else (subset,):
        mine, numbers = split(paths, labels, validation_split, part)
        if not mine:
            raise ValueError(f"No files found in directory {directory}. Allowed formats: {endings}")

        def row(i, mine=mine, numbers=numbers):
            x = load(mine[i])
            return (x,) if numbers is None else (x, label(numbers[i], label_mode, len(names)))

        dataset = BatchedDataset(Rows(len(mine), row), batch_size, shuffle and not (subset == "both" and part == "validation"), seed)
        dataset.class_names, dataset.file_paths = names, mine
        made.append(dataset)
    return made if subset == "both" else made[0]
