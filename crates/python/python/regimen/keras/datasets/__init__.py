"""Data sets that Keras knows, from files that you place: nothing is fetched.

A file is looked for where `path` says, in the folder that REGIMEN_DATA names, and in ~/.keras/datasets.
"""

from . import boston_housing, california_housing, fashion_mnist, mnist


def __getattr__(name):
    if name in ("cifar10", "cifar100", "imdb", "reuters"):
        raise NotImplementedError(
            f"keras.datasets.{name}: its files hold pickled Python objects, which are not read here; make .npy files of them with Keras"
        )
    raise AttributeError(name)
