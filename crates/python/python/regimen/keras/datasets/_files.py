"""Finds files of data sets."""

import os

import numpy as np


def find(path, name):
    """The file of a name."""
    folders = [os.environ.get("REGIMEN_DATA"), os.path.join(os.path.expanduser("~"), ".keras", "datasets")]
    tried = [os.path.join(folder, path) for folder in folders if folder]
    tried = [path, *tried] if os.path.isabs(path) or os.path.dirname(path) else tried
    for file in tried:
        if os.path.isfile(file):
            return file
    raise FileNotFoundError(f"keras.datasets.{name}: there is no file {' nor '.join(tried)}. Nothing is fetched here: place it there")


def arrays(path, name, *keys):
    """Arrays of an archive of NumPy; pickled ones are refused."""
    with np.load(find(path, name), allow_pickle=False) as archive:
        missing = [key for key in keys if key not in archive]
        if missing:
            raise ValueError(f"keras.datasets.{name}: the file has no arrays {missing}; it has {archive.files}")
        return [archive[key] for key in keys]


def parted(x, y, test_split, seed):
    """Rows in another order, cut into training and test as Keras does it."""
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    x, y = x[order], y[order]
    cut = int(len(x) * (1 - test_split))
    return (x[:cut], y[:cut]), (x[cut:], y[cut:])
